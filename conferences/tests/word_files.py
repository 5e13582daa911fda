"""Word files for the tests, sound and otherwise."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile


def docx_of(*paragraphs: str, change=None, name: str = "Dự thảo.docx") -> SimpleUploadedFile:
    """A .docx with these paragraphs.

    Arguments:
        change: gets the library's document before it is saved.
    """
    import docx

    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if change:
        change(document)
    out = BytesIO()
    document.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def bomb() -> SimpleUploadedFile:
    """A .docx of a few hundred kB that unpacks to 200 MB."""
    sound = docx_of("Điều 1. Một")
    out = BytesIO()
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, source.read(member))
        with target.open("word/media/image1.bin", "w") as image:
            for _ in range(200):
                image.write(bytes(1024 * 1024))
    return SimpleUploadedFile("bom.docx", out.getvalue())


def broken() -> SimpleUploadedFile:
    """A .docx whose text is no XML."""
    sound = docx_of("Điều 1. Một")
    out = BytesIO()
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            target.writestr(member, content[:200] if member == "word/document.xml" else content)
    return SimpleUploadedFile("hong.docx", out.getvalue())


def laughing() -> SimpleUploadedFile:
    """A .docx whose text is a nest of entities that would unfold to gigabytes."""
    sound = docx_of("Điều 1. Một")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    out = BytesIO()
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            if member == "word/document.xml":
                head, body = content.split(b"?>", 1)
                doctype = f'<!DOCTYPE w [<!ENTITY e0 "ha">{entities}]>'.encode()
                content = head + b"?>" + doctype + body.replace("Một".encode(), b"&e11;")
            target.writestr(member, content)
    return SimpleUploadedFile("cuoi.docx", out.getvalue())
