"""Workbooks for tests: the real template, filled in and spoiled."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile

from delegates.entry import template
from delegates.rows import nominated_groups
from hoinghi.sheets import CONTENT_TYPE

FIRST = template.HEADER_ROW + 1


def template_of(nomination):
    """The province's own workbook, open for filling in."""
    import openpyxl

    return openpyxl.load_workbook(BytesIO(template.write(nomination, nominated_groups(nomination))))


def put(book, *people: dict, first: int = FIRST) -> None:
    """Fill in rows, by the headers of their columns."""
    page = book[template.LIST]
    columns = {cell.value.removesuffix(" *"): cell.column for cell in page[template.HEADER_ROW]}
    for number, person in enumerate(people, start=first):
        for header, value in person.items():
            page.cell(number, columns[header]).value = value


def someone(**changes) -> dict:
    values = {
        "Nhóm": "Sở Công Thương",
        "Cơ quan, đơn vị": "Sở Công Thương tỉnh Đắk Lắk",
        "Danh xưng": "ông",
        "Họ và tên": "Nguyễn Văn Tám",
        "Chức vụ": "Phó Giám đốc",
        "Điện thoại": "0912345678",
        "Email": "tam@daklak.example",
    }
    return values | changes


def saved(book) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(content: bytes, name: str = "danh-sach.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, CONTENT_TYPE)


def with_parts(content: bytes, *, drop: tuple[str, ...] = (), **parts: bytes) -> bytes:
    """The workbook with parts of its package added, replaced or left out."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename not in parts and member.filename not in drop:
                new.writestr(member, old.read(member))
        for name, body in parts.items():
            new.writestr(name, body)
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(name)
