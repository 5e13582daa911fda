"""Spreadsheets out: text stays text, so a telephone number keeps its 0 and no cell is a live formula."""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
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
    """An .xlsx file: in each sheet bold headings that stay in sight, columns as wide as their text.

    Written directly (ECMA-376, part 1): a spreadsheet library takes ten times as long to style each cell.
    """
    sheets = list(sheets)
    titles = [_title(sheet.title) for sheet in sheets]
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, content in _frame(titles).items():
            archive.writestr(name, content)
        for number, sheet in enumerate(sheets, start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", _page(sheet))
    return out.getvalue()


def _title(text: str) -> str:
    return "".join(c for c in text if c not in r"[]:*?/\'")[:31] or "Danh sách"


# ── one page ────────────────────────────────────────────────────────────────────────────────────────

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Places in the list of formats of ``_STYLES``.
_TEXT, _BOLD, _PLAIN, _MOMENT, _DATE = range(5)
# Day 0 of spreadsheets.
_EPOCH = datetime(1899, 12, 30)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _page(sheet: Sheet) -> str:
    widths = [len(header) for header in sheet.headers]
    letters = [_letters(number) for number in range(1, len(sheet.headers) + 1)]
    lines = [_line(1, sheet.headers, letters, bold=True)]
    for number, row in enumerate(sheet.rows, start=2):
        values = list(row)
        for place, value in enumerate(values):
            if value is not None:
                text = str(value)
                width = max(map(len, text.split("\n"))) if "\n" in text else len(text)
                if width > widths[place]:
                    widths[place] = width
        lines.append(_line(number, values, letters))
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{min(width + 2, WIDEST)}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    area = f"A1:{letters[-1]}{len(lines)}"
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><dimension ref="{area}"/>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        'state="frozen"/></sheetView></sheetViews>'
        f'<cols>{columns}</cols><sheetData>{"".join(lines)}</sheetData><autoFilter ref="{area}"/></worksheet>'
    )


def _line(number: int, values: list, letters: list[str], *, bold: bool = False) -> str:
    cells = "".join(
        _cell(f"{letter}{number}", value, _BOLD if bold else _TEXT)
        for letter, value in zip(letters, values, strict=True)
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, value, style: int) -> str:
    if isinstance(value, str):
        return _text(place, value, style)
    if isinstance(value, datetime):
        local = value.astimezone(VIETNAM).replace(tzinfo=None) if value.tzinfo else value
        return f'<c r="{place}" s="{_MOMENT}"><v>{(local - _EPOCH) / timedelta(days=1)!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{_DATE}"><v>{(value - _EPOCH.date()).days}</v></c>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<c r="{place}" s="{_PLAIN}"><v>{value}</v></c>'
    return _text(place, str(value), style)


def _text(place: str, text: str, style: int) -> str:
    """A text in place, never a formula; its format keeps it a text when somebody edits it."""
    text = escape(_ILLEGAL.sub("", text), quote=False)
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ── the rest of the file ────────────────────────────────────────────────────────────────────────────

_ALIGNED = '<alignment vertical="top" wrapText="1"/>'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="hh:mm dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyAlignment="1">{_ALIGNED}</xf>'
        for number, font in ((49, 0), (49, 1), (0, 0), (164, 0), (165, 0))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _frame(titles: list[str]) -> dict[str, str]:
    """The files that hold a book together."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, len(titles) + 1)
    pages = "".join(
        f'<sheet name="{escape(title)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in zip(numbers, titles, strict=True)
    )
    return {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{kinds}.worksheet+xml"/>'
                for number in numbers
            )
            + "</Types>"
        ),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{pages}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(("worksheet", f"worksheets/sheet{number}.xml") for number in numbers),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": _STYLES,
    }


def _relations(targets: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{rows}</Relationships>"
    )
