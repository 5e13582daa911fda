"""Real files for upload tests: they open in the programs that their names say."""

import io
import struct
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile


def pdf(name: str = "Chương trình.pdf", number: int = 1) -> SimpleUploadedFile:
    """A one-page PDF; ``number`` makes its bytes differ from the others."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": f"Bản {number}"})
    buffer = io.BytesIO()
    writer.write(buffer)
    return SimpleUploadedFile(name, buffer.getvalue(), "application/pdf")


def docx(name: str = "Báo cáo.docx") -> SimpleUploadedFile:
    from docx import Document

    document = Document()
    document.add_paragraph("Báo cáo của Sở Công Thương")
    buffer = io.BytesIO()
    document.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def docm(name: str = "Báo cáo.docm") -> SimpleUploadedFile:
    """A Word file with a macro project."""
    upload = docx(name)
    buffer = io.BytesIO(upload.read())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0macro")
    return SimpleUploadedFile(name, buffer.getvalue())


def disguised_docm(name: str = "Báo cáo.docx") -> SimpleUploadedFile:
    """The same with the project under another name, which Word finds by the file's own list of parts."""
    source, buffer = zipfile.ZipFile(docx(name)), io.BytesIO()
    listed = (
        b'<Override PartName="/word/anh.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    with source, zipfile.ZipFile(buffer, "w") as archive:
        for member in source.namelist():
            content = source.read(member)
            if member == "[Content_Types].xml":
                content = content.replace(b"</Types>", listed)
            archive.writestr(member, content)
        archive.writestr("word/anh.bin", b"\xd0\xcf\x11\xe0macro")
    return SimpleUploadedFile(name, buffer.getvalue())


def ole(stream: str, name: str) -> SimpleUploadedFile:
    """The head of a container of Microsoft's, and one of its directory's entries across the edge of two pieces."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(64 * 1024 - 5, b"\0")
    return SimpleUploadedFile(name, head + stream.encode("utf-16-le") + bytes(512))


def crowded_zip(members: int, name: str = "Tài liệu.zip") -> SimpleUploadedFile:
    """A ZIP that is nothing but a table of contents."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    number, size = min(members, 0xFFFF), members * len(entry)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, size, 0, 0)
    return SimpleUploadedFile(name, entry * members + end)


def split_zip(name: str = "Nhiều đĩa.zip") -> SimpleUploadedFile:
    """A ZIP that says it is the second of two disks."""
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 1, 0, 2)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)
    return SimpleUploadedFile(name, locator + end)


def exe(name: str = "Chương trình.pdf") -> SimpleUploadedFile:
    """A Windows program, whatever its name says."""
    return SimpleUploadedFile(name, b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 512 + b"PE\x00\x00")


def picture(
    name: str = "Ảnh hội trường.jpg", *, size: tuple[int, int] = (64, 40), colour: str = "navy", **options
) -> SimpleUploadedFile:
    """A photo as a camera writes it; ``options`` are those of Pillow's ``save`` (``exif``, ``icc_profile`` …)."""
    from PIL import Image

    buffer = io.BytesIO()
    kind = "PNG" if name.lower().endswith("png") else "JPEG"
    Image.new("RGBA" if kind == "PNG" else "RGB", size, colour).save(buffer, kind, **options)
    return SimpleUploadedFile(name, buffer.getvalue())


def located_picture(orientation: int = 6) -> SimpleUploadedFile:
    """A photo with the place where it was taken, its device and a comment, lying on its side."""
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Máy ảnh bí mật"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (21.0, 1.0, 42.5)
    return picture(size=(2400, 1200), exif=exif, comment=b"GHI CHU BI MAT")
