"""What an uploaded photo becomes: two JPEG files of sensible size, without what the camera wrote into them."""

import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from hoinghi.files import Examined, examine

MAX_MB = 25
MAX_PIXELS = 50_000_000
LARGE, SMALL = 1600, 800  # widths in pixels
_QUALITY = 82
_TYPES = ("image/jpeg", "image/png")


@dataclass(frozen=True)
class Prepared:
    """The two files of a photo, and the hash of the upload that they come from."""

    large: bytes
    width: int
    height: int
    small: bytes
    small_width: int
    sha256: str


def check_photo(upload) -> Examined:
    """Whether ``upload`` may be a photo; reads its head only.

    Raises:
        ValidationError: no JPEG or PNG, too large, or not what its name says.
    """
    examined = examine(upload, max_mb=MAX_MB)
    if examined.content_type not in _TYPES:
        raise ValidationError(
            f"“{examined.name}” không phải là ảnh JPG hoặc PNG. Lưu lại dạng JPG rồi tải lên."
        )
    return examined


def prepare_photo(upload) -> Prepared:
    """Turn upright, scale down, encode anew; nothing of EXIF, place, comment or colour profile is left.

    Raises:
        ValidationError: no photo that can be read, or one with too many pixels.
    """
    from PIL import Image

    examined = check_photo(upload)
    upload.seek(0)
    try:
        # The size stands in the head: a bomb is refused before anything is unpacked.
        with Image.open(upload, formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValidationError(
                    f"“{examined.name}” có {image.width} × {image.height} điểm ảnh, quá lớn. "
                    "Thu nhỏ ảnh rồi tải lên."
                )
            image.draft("RGB", (2 * LARGE, 2 * LARGE))  # a JPEG is read no larger than needed
            picture = _upright(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            f"“{examined.name}” bị hỏng, không đọc được ảnh. Mở ảnh, lưu lại dạng JPG rồi tải lên."
        ) from error
    finally:
        upload.seek(0)
    large, small = _encoded(picture, LARGE), _encoded(picture, SMALL)
    return Prepared(large[0], *large[1], small[0], small[1][0], examined.sha256)


def _upright(image):
    """The bare picture in sRGB, on white where it is transparent."""
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


def _encoded(picture, width: int) -> tuple[bytes, tuple[int, int]]:
    from PIL import Image

    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return file.getvalue(), picture.size
