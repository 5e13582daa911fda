"""STORAGE_URL taken apart: where uploads and documents are kept."""

from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"s3": "https", "s3+http": "http"}
SHAPE = "s3://KEY:SECRET@host[:port]/bucket[?region=name]"


def storage_of(url: str) -> dict:
    """The entry ``default`` of STORAGES.

    Arguments:
        url: ``s3://KEY:SECRET@host[:port]/bucket[?region=name]``, special characters of KEY and SECRET
            percent-encoded; ``s3+http://`` without TLS; empty: the folder MEDIA_ROOT.

    Raises:
        ImproperlyConfigured: it has another shape. The text does not repeat it, for it holds a secret.
    """
    if not url:
        return {"BACKEND": "hoinghi.files.DiskStorage"}
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    complete = parts.scheme in SCHEMES and parts.hostname and parts.username and parts.password and bucket
    if not complete or "/" in bucket:
        raise ImproperlyConfigured(f"STORAGE_URL must look like {SHAPE}.")
    return {
        "BACKEND": "hoinghi.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": f"{SCHEMES[parts.scheme]}://{parts.netloc.rpartition('@')[2]}",
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "region_name": parse_qs(parts.query).get("region", ["us-east-1"])[0],
        },
    }
