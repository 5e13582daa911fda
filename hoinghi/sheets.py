"""Spreadsheets out: text stays text, so a telephone number keeps its 0 and no cell is a live formula."""

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO

from hoinghi.text import VIETNAM

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


def write_sheet(title: str, headers: list[str], rows: Iterable[Iterable]) -> bytes:
    """An .xlsx file with one sheet: bold headings that stay in sight, columns as wide as their text.

    Arguments:
        title: name of the sheet; what a sheet's name must not hold is left out.
        headers: the first line.
        rows: values; numbers and dates stay such, moments are written in Vietnamese time, all else is text.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "".join(c for c in title if c not in r"[]:*?/\'")[:31] or "Danh sách"
    widths = [len(header) for header in headers]
    for number, values in enumerate([headers, *rows], start=1):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(number, column)
            _fill(cell, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if number == 1:
                cell.font = Font(bold=True)
            else:
                widths[column - 1] = max(widths[column - 1], *map(len, str(cell.value or "").split("\n")))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = min(width + 2, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = BytesIO()
    book.save(out)
    return out.getvalue()


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
