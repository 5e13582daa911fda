"""Files in an S3 bucket (STORAGE_URL), which only the portal reads: nobody is ever given an address of the bucket."""

from contextlib import contextmanager

import smart_open.s3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files import File
from django.utils.encoding import filepath_to_uri
from storages.backends import s3


@contextmanager
def _as_on_a_disk():
    """Trouble with the bucket is an OSError, as trouble with a disk is; a missing file has its own already."""
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise OSError(f"Kho tệp: {error}") from error


class S3Storage(s3.S3Storage):
    """The bucket as Django's storage; a file is read from where one asks, as it comes, through a small buffer.

    The library's own file copies the whole object to the disk before its first byte can be read.
    """

    def get_default_settings(self):
        return super().get_default_settings() | {
            # As on a disk: a second file of the same name gets another one.
            "file_overwrite": False,
            # MinIO and Ceph know no bucket as a host name, and older ones no checksum in a trailer.
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=5,
                read_timeout=30,
            ),
            # One part in memory at a time.
            "transfer_config": TransferConfig(use_threads=False),
        }

    def _open(self, name, mode="rb"):
        if mode != "rb":
            return super()._open(name, mode)
        with _as_on_a_disk():
            self.size(name)  # a file that is missing is missed here, and not at the first byte
        key = self._normalize_name(s3.clean_name(name))
        source = smart_open.s3.open(
            self.bucket_name, key, "rb", defer_seek=True, client=self.connection.meta.client
        )
        return File(source, name)

    def _save(self, name, content):
        with _as_on_a_disk():
            return super()._save(name, content)

    def exists(self, name):
        with _as_on_a_disk():
            return super().exists(name)

    def delete(self, name):
        with _as_on_a_disk():
            super().delete(name)

    def url(self, name, *arguments, **more):
        """What a disk answers: an address of the portal, which serves nothing there, and never one of the bucket."""
        return settings.MEDIA_URL + filepath_to_uri(name)
