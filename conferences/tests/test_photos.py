"""Photos: upright, small, without what the camera wrote into them; what is no photo is refused."""

import contextlib
import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from conferences.news.photos import LARGE, SMALL, prepare_photo
from conferences.tests.files import docx, exe, located_picture, picture
from hoinghi.images import MAX_PIXELS


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_large_photo_becomes_two_upright_files():
    prepared = prepare_photo(located_picture())
    large, small = opened(prepared.large), opened(prepared.small)
    # Lying on its side, 2400 × 1200 is a photo of 1200 × 2400.
    assert (large.format, large.size, small.size) == ("JPEG", (1200, 2400), (SMALL, 1600))
    assert (prepared.width, prepared.height, prepared.small_width) == (1200, 2400, SMALL)
    wide = prepare_photo(picture(size=(4000, 2000)))
    assert (wide.width, wide.height, wide.small_width) == (LARGE, 800, SMALL)


def test_nothing_of_place_device_and_comment_is_left():
    upload = located_picture()
    raw = upload.read()
    assert b"GHI CHU BI MAT" in raw
    assert opened(raw).getexif().get_ifd(0x8825)
    prepared = prepare_photo(upload)
    for content in (prepared.large, prepared.small):
        assert dict(opened(content).getexif()) == {}
        assert set(opened(content).info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        for secret in ("Máy ảnh".encode(), b"GHI CHU", b"Exif", b"GPS", b"http://ns.adobe.com"):
            assert secret not in content


def test_a_small_photo_is_not_blown_up():
    prepared = prepare_photo(picture(size=(300, 200)))
    assert (prepared.width, prepared.height, prepared.small_width) == (300, 200, 300)


def test_transparent_parts_become_white():
    prepared = prepare_photo(picture("Sơ đồ.png", size=(20, 20), colour="#00000000"))
    assert opened(prepared.large).getpixel((5, 5)) == (255, 255, 255)


def bomb(width: int, height: int) -> SimpleUploadedFile:
    """A PNG of a few bytes that says to have this many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    content = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return SimpleUploadedFile("bom.png", content)


@pytest.mark.parametrize("size", [(60_000, 60_000), (MAX_PIXELS // 1000 + 1, 1000), (2_000_000_000, 1)])
def test_a_bomb_is_refused_before_it_is_unpacked(size):
    with pytest.raises(ValidationError):
        prepare_photo(bomb(*size))


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (exe("Ảnh.jpg"), "không đúng với phần mở rộng"),
        (docx(), "không phải là ảnh"),
        (SimpleUploadedFile("a.jpg", b""), "rỗng"),
        (SimpleUploadedFile("a.jpg", picture().read()[:200]), "bị hỏng"),
        (SimpleUploadedFile("a.png", picture().read()), "không đúng với phần mở rộng"),
        (SimpleUploadedFile("a.svg", b"<svg onload='x'/>"), "không được nhận"),
        (bomb(900, 900), "bị hỏng"),
    ],
    ids=["program", "document", "empty", "cut off", "wrong name", "svg", "broken png"],
)
def test_what_is_no_photo_is_refused_with_what_to_do(upload, words):
    with pytest.raises(ValidationError, match=words):
        prepare_photo(upload)


@given(st.binary(max_size=400), st.integers(0, 600))
def test_bytes_of_any_kind_are_a_photo_or_refused(noise, place):
    raw = picture().read()
    upload = SimpleUploadedFile("a.jpg", raw[:place] + noise + raw[place:])
    with contextlib.suppress(ValidationError):
        prepare_photo(upload)
