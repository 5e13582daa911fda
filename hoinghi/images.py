"""Photos that people upload: looked at, turned upright, made smaller, written anew."""

import io
import uuid

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from hoinghi.files import examine

CONTENT_TYPE = "image/jpeg"
MAX_MB = 15
# A telephone's photo has up to 50 megapixels; what claims more is there to fill the memory.
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 1600
_TYPES = {"image/jpeg", "image/png"}


def photo(upload) -> ContentFile:
    """A photo as it is stored: JPEG, upright, at most 1600 pixels a side, without what the camera wrote into it.

    Nothing of the uploaded bytes is kept: not the place where it was taken, nor anything hidden in the file.

    Arguments:
        upload: an uploaded JPG or PNG file.
    Raises:
        ValidationError: no picture of these kinds, damaged, or too large.
    """
    examined = examine(upload, max_mb=MAX_MB)
    if examined.content_type not in _TYPES:
        raise ValidationError(f"“{examined.name}”: chỉ nhận ảnh JPG hoặc PNG. Chụp lại hoặc chọn ảnh khác.")
    try:
        with Image.open(upload) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise ValidationError(
                    f"“{examined.name}” quá lớn ({width} × {height} điểm ảnh). Chọn ảnh nhỏ hơn."
                )
            # JPEGs are read at the size that is wanted, which saves most of the memory.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            out = io.BytesIO()
            _on_white(upright).save(out, "JPEG", quality=82, optimize=True)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            f"“{examined.name}” bị hỏng, không mở được. Chụp lại hoặc chọn ảnh khác."
        ) from error
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.jpg")


def _on_white(picture: Image.Image) -> Image.Image:
    """Colours alone; what was transparent becomes white."""
    if picture.mode not in ("RGBA", "LA", "PA", "P"):
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
