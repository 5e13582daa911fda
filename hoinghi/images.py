"""Photos that people upload: looked at, turned upright, made smaller, written anew.

Nothing of the uploaded bytes is kept: not the place where it was taken, nor anything hidden in the file.
"""

import io
import uuid

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from hoinghi.files import Examined, examine

CONTENT_TYPE = "image/jpeg"
MAX_MB = 25
# A telephone's photo has up to 50 megapixels; what claims more is there to fill the memory.
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 1600
_QUALITY = 82
_TYPES = ("image/jpeg", "image/png")


def photo(upload) -> ContentFile:
    """A photo as it is stored: JPEG, upright, at most 1600 pixels a side.

    Arguments:
        upload: an uploaded JPG or PNG file.
    Raises:
        ValidationError: no picture of these kinds, damaged, or too large.
    """
    picture = read_photo(upload, largest=LONGEST_SIDE)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ContentFile(as_jpeg(picture), name=f"{uuid.uuid4().hex}.jpg")


def check_photo(upload) -> Examined:
    """Whether ``upload`` may be a photo; reads its head only.

    Raises:
        ValidationError: no JPEG or PNG, too large, or not what its name says.
    """
    examined = examine(upload, max_mb=MAX_MB)
    if examined.content_type not in _TYPES:
        raise ValidationError(
            f"“{examined.name}” không phải là ảnh JPG hoặc PNG. Chụp lại hoặc chọn ảnh khác."
        )
    return examined


def read_photo(upload, *, largest: int):
    """The bare picture (``PIL.Image.Image``): upright, in sRGB, without EXIF, place, comment or colour profile.

    Arguments:
        largest: the longest side that anybody will make of it, in pixels; it may come out larger.
    Raises:
        ValidationError: no photo that can be read, or one with too many pixels.
    """
    from PIL import Image

    name = check_photo(upload).name
    upload.seek(0)
    try:
        # The size stands in the head: a bomb is refused before anything is unpacked.
        with Image.open(upload, formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValidationError(
                    f"“{name}” có {image.width} × {image.height} điểm ảnh, quá lớn. Thu nhỏ ảnh rồi tải lên."
                )
            image.draft("RGB", (2 * largest, 2 * largest))  # a JPEG is read no larger than needed
            return _upright(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            f"“{name}” bị hỏng, không mở được. Chụp lại, hoặc mở ảnh, lưu lại dạng JPG rồi tải lên."
        ) from error
    finally:
        upload.seek(0)


def as_jpeg(picture) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return file.getvalue()


def _upright(image):
    from PIL import Image, ImageOps

    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    elif profile and image.mode in ("RGB", "CMYK", "L"):
        image = _in_srgb(image, profile)
    image = image.convert("RGB")
    # A new picture has no memory: what a format keeps beside the pixels stays behind.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    return bare


def _in_srgb(image, profile: bytes):
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken profile: the colours as they are
