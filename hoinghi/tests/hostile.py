"""Texts and files that nobody means well with."""

import io
import zipfile

HOSTILE = [
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "' OR 1=1; DROP TABLE directory_user; --",
    "../../../../etc/passwd",
    "{{ 7*7 }}{% debug %}${7*7}",
    "\u202e\u2066đảo\ufffe\U000e0041",
    "a\x00b",
    "9" * 40,
    "-1",
    "٣",  # a digit, and none of ours
    "²",  # a digit to str.isdigit, and nothing to int
    "1e400",
    "NaN",
    "\ud800",  # half a letter: browsers cannot send it, JSON can
    "0001-01-01",
    "01/01/0001 00:00",  # before there was a time in Hà Nội
    "31/12/9999 23:59",
    "9999-12-31T23:59",
    "25:61",
    "http://[",
    "//evil.example",
    "a@" + "b" * 300 + ".example",
    "%00%0d%0aSet-Cookie:a=b",
    "[" * 5_000,
    "x" * 10_000,
]


def zipped(content: bytes | str) -> bytes:
    """What looks like a document, a workbook and a text of LibreOffice, and holds ``content`` in every part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (
            "[Content_Types].xml",
            "content.xml",
            "word/document.xml",
            "xl/workbook.xml",
            "xl/worksheets/sheet1.xml",
        ):
            archive.writestr(part, content)
    return out.getvalue()


BOMB = zipped(b"<a>" + b" " * 30_000_000)
# XML that names a file of the server, and grows when it is read.
ENTITIES = zipped(
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "'
    f'{"z" * 1000}"><!ENTITY w "{"&y;" * 1000}">]><a>&x;{"&w;" * 1000}</a>'
)
HUGE_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\x00\x00\x00"
FILES = [
    ("../../etc/passwd.pdf", b"%PDF-1.7\n" + b"\xff" * 2_000),
    ("\u202efdp.exe", b"MZ\x90"),
    ("a.docx", b"PK\x03\x04" + b"\x00" * 500),
    ("b.docx", BOMB),
    ("c.xlsx", ENTITIES),
    ("d.docx", ENTITIES),
    ("e.xlsx", BOMB),
    ("f.png", HUGE_PNG + b"\x00" * 200),
    ("g.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 200),
    ("h" * 400 + ".pdf", b"%PDF-1.7\n%%EOF"),
    (".pdf", b"%PDF"),
    ("i.csv", b'=cmd|"/C calc"!A0,\x00' * 100),
    ("j.zip", b"PK\x05\x06" + b"\x00" * 18),
    ("k.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"),
    ("l.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ("m\x00.pdf", b""),
]
JSON = [
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"scans": [{"id": "\\ud800", "code": "\\ud800", "at": "\\ud800"}]}',
    '{"scans": [{"id": "00000000-0000-4000-8000-000000000001", "code": "\\ud800", "at": "2026-01-01T00:00:00Z"}]}',
    '{"scans": [{"id": "00000000-0000-4000-8000-000000000001", "code": "\\u0000", "at": "2026-01-01T00:00:00Z"}]}',
    '{"scans": [{"id": "00000000-0000-4000-8000-000000000001", "code": {}, "at": "0001-01-01T00:00:00+14:00"}]}',
    '{"scans": [{"id": "00000000-0000-4000-8000-000000000001", "code": "a", "at": "9999-12-31T23:59:59-14:00"}]}',
    '{"scans": [{"id": "00000000-0000-4000-8000-000000000001", "code": "a", "at": "2026-99-99T00:00:00Z"}]}',
    '{"scans": {"a": 1}}',
    '{"scans": 1e999}',
    '{"scans": ' + "9" * 10_000 + "}",
    "NaN",
    "\x00",
    "",
]
