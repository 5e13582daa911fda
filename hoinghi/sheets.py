"""Spreadsheets out: text stays text, so a telephone number keeps its 0 and no cell is a live formula."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from hoinghi.text import VIETNAM

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book.

    Attributes:
        title: its name; what a sheet's name must not hold is left out.
        headers: the first line.
        rows: values; numbers and dates stay such, moments are written in Vietnamese time, all else is text.
    """

    title: str
    headers: list[str]
    rows: Iterable[Iterable]


def write_sheet(title: str, headers: list[str], rows: Iterable[Iterable]) -> bytes:
    """An .xlsx file with one sheet; the arguments are those of ``Sheet``."""
    return write_book([Sheet(title, headers, rows)])


def write_book(sheets: Iterable[Sheet]) -> bytes:
    """An .xlsx file: in each sheet bold headings that stay in sight, columns as wide as their text."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        title = "".join(c for c in sheet.title if c not in r"[]:*?/\'")[:31]
        _write(book.create_sheet(title or "Danh sách"), sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    widths = [len(header) for header in sheet.headers]
    for number, values in enumerate([sheet.headers, *sheet.rows], start=1):
        for column, value in enumerate(values, start=1):
            cell = page.cell(number, column)
            _fill(cell, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if number == 1:
                cell.font = Font(bold=True)
            else:
                widths[column - 1] = max(widths[column - 1], *map(len, str(cell.value or "").split("\n")))
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = min(width + 2, WIDEST)
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions


def _fill(cell, value) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None:
        return
    if isinstance(value, datetime):
        cell.value = value.astimezone(VIETNAM).replace(tzinfo=None) if value.tzinfo else value
        cell.number_format = "hh:mm dd/mm/yyyy"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        # openpyxl takes “=…” for a formula; the type says that it is text, the format keeps it so when edited.
        cell.data_type = "s"
        cell.number_format = "@"
