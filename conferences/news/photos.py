"""What an uploaded photo becomes: two JPEG files of sensible size."""

from dataclasses import dataclass

from hoinghi.images import as_jpeg, check_photo, read_photo

LARGE, SMALL = 1600, 800  # widths in pixels


@dataclass(frozen=True)
class Prepared:
    """The two files of a photo, and the hash of the upload that they come from."""

    large: bytes
    width: int
    height: int
    small: bytes
    small_width: int
    sha256: str


def prepare_photo(upload) -> Prepared:
    """The photo in both sizes.

    Raises:
        ValidationError: no photo that can be read, or one with too many pixels.
    """
    sha256 = check_photo(upload).sha256
    picture = read_photo(upload, largest=LARGE)
    large, small = _no_wider(picture, LARGE), _no_wider(picture, SMALL)
    return Prepared(as_jpeg(large), *large.size, as_jpeg(small), small.width, sha256)


def _no_wider(picture, width: int):
    from PIL import Image

    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)
