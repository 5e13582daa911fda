"""Spreadsheets in: an uploaded .xlsx is looked at from outside before it is opened, and read as plain values.

Nothing in the file is executed, followed or kept. A file of another kind, with macros, with links to other files,
or one that would not fit into memory is refused with words for the person who sent it; what is wrong in single
cells is left to the caller, as ``Cell.fault``.
"""

import datetime as dt
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree  # nosec B405  # expat refuses entities that grow, and reads none from outside

from django.core.exceptions import ValidationError

from hoinghi.scanning import refuse_infected
from hoinghi.text import format_date

log = logging.getLogger(__name__)

# A list of 200 people has 40 kB; formatted empty rows and pictures can make it some hundred.
MAX_BYTES = 5 * 1024 * 1024
MAX_MEMBERS = 500
MAX_PART_BYTES = 8 * 1024 * 1024  # of one part, unpacked
MAX_UNPACKED_BYTES = 32 * 1024 * 1024  # of all of them
MAX_SHEET_TAGS = 200_000  # ten thousand formatted empty rows have half of them
MAX_TAGS = 50_000  # of any other part: each becomes an object in memory
MAX_ROW = 20_000
MAX_COLUMNS = 60
CHUNK = 64 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = re.compile(r"vbaproject\.bin$|^xl/(macrosheets|dialogsheets|activex)/", re.IGNORECASE)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_SAVE_AS = "Mở tệp bằng Excel, chọn Lưu thành (Save As), loại “Excel Workbook (*.xlsx)”, rồi tải lên lại."
_WITH_MACROS = f"Tệp có macro nên không được nhận. {_SAVE_AS}"
_TOO_MUCH = (
    "Nội dung tệp quá lớn: quá nhiều dòng trống đã định dạng, chữ hoặc kiểu ô. "
    "Chép danh sách sang tệp mẫu mới tải về rồi tải lên lại."
)
UNREADABLE_TABLE = (
    "Không đọc được tệp. Lưu tệp dạng Excel (*.xlsx), hoặc CSV với bảng mã UTF-8, rồi tải lên lại."
)
_UNREADABLE = f"Không đọc được tệp này, có thể tệp bị hỏng. {_SAVE_AS}"


class RefusedWorkbook(Exception):
    """A file that is not read at all; the text says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """A cell's value as text.

    Attributes:
        fault: why the value can't be taken, "" when it can.
    """

    text: str
    fault: str = ""

    def __bool__(self):
        return bool(self.text or self.fault)


@dataclass
class Page:
    """One sheet.

    Attributes:
        rows: number of the row as the program shows it → its cells; empty rows are left out.
        hidden: numbers of the hidden rows that hold something.
        merged: ranges of merged cells, "B5:B7".
    """

    rows: dict[int, list[Cell]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)


def read_workbook(upload, *titles: str) -> dict[str, Page]:
    """The sheets of these titles, those that the file has.

    Arguments:
        upload: an open binary file with ``name`` and ``size``.
    Raises:
        RefusedWorkbook: with what to do.
    """
    return _read(upload, lambda sheets: [sheet for sheet in sheets if sheet.title.strip() in titles])


def read_first_sheet(upload) -> Page:
    """The first sheet, whatever it is called; as ``read_workbook``."""
    (page,) = _read(upload, lambda sheets: sheets[:1]).values()
    return page


def check_table(upload) -> None:
    """The door for a table that is imported: a plain workbook (``check_file``), or text with separators (CSV).

    Raises:
        RefusedWorkbook: neither, too large, or something that the virus scanner finds.
    """
    if not upload.name.lower().endswith(".csv"):
        check_file(upload)
        return
    _refuse_large_or_infected(upload)
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedWorkbook(UNREADABLE_TABLE) from error
    if "\0" in text:
        raise RefusedWorkbook(UNREADABLE_TABLE)


def _refuse_large_or_infected(upload) -> None:
    if upload.size > MAX_BYTES:
        raise RefusedWorkbook(
            f"Tệp lớn hơn {MAX_BYTES // 2**20} MB. Chép danh sách sang tệp mẫu mới tải về rồi tải lên lại."
        )
    try:
        refuse_infected(upload, upload.name)
    except ValidationError as refused:
        raise RefusedWorkbook(refused.messages[0]) from refused


def check_file(upload) -> None:
    """Refuse what is no plain workbook, or too large a one, by its table of contents alone."""
    _refuse_large_or_infected(upload)
    if upload.name.lower().endswith((".xlsm", ".xltm")):
        raise RefusedWorkbook(_WITH_MACROS)
    upload.seek(0)
    head = upload.read(MAX_BYTES)
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise RefusedWorkbook("Tệp có mật khẩu. Bỏ mật khẩu, lưu lại rồi tải lên.")
        raise RefusedWorkbook(f"Đây là tệp Excel kiểu cũ (.xls). {_SAVE_AS}")
    try:
        with zipfile.ZipFile(upload) as archive:
            _look_into(archive)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        if not head:
            raise RefusedWorkbook(f"Tệp rỗng. {_SAVE_AS}") from error
        if b"\0" not in head[:512] and not head.startswith((b"PK", b"%PDF")):
            raise RefusedWorkbook(f"Đây là tệp văn bản (.csv, .txt), không phải .xlsx. {_SAVE_AS}") from error
        raise RefusedWorkbook(_UNREADABLE) from error


def _look_into(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        if "content.xml" in names:
            raise RefusedWorkbook(f"Đây là tệp OpenDocument (.ods). {_SAVE_AS}")
        if "xl/workbook.bin" in names:
            raise RefusedWorkbook(f"Đây là tệp Excel nhị phân (.xlsb). {_SAVE_AS}")
        raise RefusedWorkbook(f"Đây không phải là bảng tính Excel. {_SAVE_AS}")
    if any(_MACROS.search(name) for name in names):
        raise RefusedWorkbook(_WITH_MACROS)
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise RefusedWorkbook(
            "Tệp có liên kết tới tệp khác. Chép danh sách, dán dạng giá trị (Paste Values) vào tệp mẫu mới tải về."
        )
    if len(members) > MAX_MEMBERS:
        raise RefusedWorkbook(
            "Tệp có quá nhiều thành phần. Chép danh sách sang tệp mẫu mới tải về rồi tải lên."
        )
    # zipfile unpacks at most what is declared here, so the declared sizes are the true ones.
    sizes = [member.file_size for member in members]
    if max(sizes) > MAX_PART_BYTES or sum(sizes) > MAX_UNPACKED_BYTES:
        raise RefusedWorkbook(_TOO_MUCH)
    for member in members:
        if member.flag_bits & 1:
            raise RefusedWorkbook("Tệp có mật khẩu. Bỏ mật khẩu, lưu lại rồi tải lên.")
        with archive.open(member) as part:
            _look_through(part, MAX_SHEET_TAGS if member.filename.startswith("xl/worksheets/") else MAX_TAGS)


def _look_through(part, max_tags: int) -> None:
    """Refuse XML that would become too large in memory, or that declares a document type.

    No workbook declares one; a file that does tries to make its reader expand or fetch something. Which parts are
    read is for the file to say, so all are looked through; what does not begin as XML can't be read as such.
    """
    chunk = part.read(CHUNK)
    if not chunk.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\0", b"\xff\xfe", b"\xfe\xff")):
        return
    tags, before = 0, b""
    while chunk:
        tags += chunk.count(b"<")
        if b"\0" in chunk or b"<!DOCTYPE" in before + chunk:
            raise RefusedWorkbook(_UNREADABLE)
        before = chunk[-16:]
        chunk = part.read(CHUNK)
    if tags > max_tags:
        raise RefusedWorkbook(_TOO_MUCH)


def _read(upload, choose: Callable[[list], list]) -> dict[str, Page]:
    """The chosen sheets by their titles; a chart sheet has a title and no cells, and is no choice."""
    import openpyxl

    check_file(upload)
    upload.seek(0)
    try:
        book = openpyxl.load_workbook(upload, read_only=True, keep_links=False)
        try:
            return {sheet.title.strip(): _page(sheet) for sheet in choose(book.worksheets)}
        finally:
            book.close()
    except RefusedWorkbook:
        raise
    except Exception as error:
        # openpyxl answers a broken file with whatever error comes first; a person needs one sentence.
        log.warning("Unreadable workbook: %s", type(error).__name__)
        raise RefusedWorkbook(_UNREADABLE) from error


def _page(sheet) -> Page:
    page = Page()
    hidden = set()
    with sheet._get_source() as source:
        for kind, value in _outline(source):
            if kind == "hidden":
                hidden.add(value)
            elif kind == "merged":
                page.merged.append(value)
            elif value > MAX_ROW:
                raise RefusedWorkbook(
                    f"Bảng có dữ liệu ở dòng {value}. Mỗi người một dòng, viết liền nhau từ đầu bảng."
                )
    rows = sheet.iter_rows(max_row=MAX_ROW, max_col=MAX_COLUMNS)
    for number, cells in enumerate(rows, start=1):
        found = [_cell(cell) for cell in cells]
        while found and not found[-1]:
            found.pop()
        if found:
            page.rows[number] = found
    page.hidden = hidden & page.rows.keys()
    return page


def _outline(source) -> Iterator[tuple[str, int | str]]:
    """What a stream of values does not tell: hidden rows, merged cells, and the rows that hold a value."""
    number, holds, rows = 0, False, None
    for event, element in ElementTree.iterparse(source, ("start", "end")):  # nosec B314  # as above
        tag = element.tag.removeprefix(_MAIN)
        if event == "start":
            if tag == "sheetData":
                rows = element
            elif tag == "row":
                number = int(element.get("r", number + 1))
                if element.get("hidden") in ("1", "true"):
                    yield "hidden", number
        elif tag in ("v", "f", "is"):
            holds = True
        elif tag == "row":
            if holds:
                yield "row", number
            holds = False
            rows.clear()
        elif tag == "mergeCell":
            yield "merged", element.get("ref", "")


def _cell(cell) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        formula = value if isinstance(value, str) else getattr(value, "text", "") or "="
        return Cell(str(formula)[:100], "Ô này là công thức. Chép ô, dán lại dạng giá trị (Paste Values).")
    if cell.data_type == "e":
        return Cell(str(value), "Ô này có lỗi của Excel. Gõ lại giá trị.")
    if isinstance(value, bool):
        return Cell("có" if value else "không")
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    if isinstance(value, dt.datetime | dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return Cell(format_date(day), "Ô này là ngày tháng. Đổi định dạng ô thành Văn bản (Text) rồi gõ lại.")
    if isinstance(value, dt.time | dt.timedelta):
        return Cell(str(value), "Ô này là giờ. Đổi định dạng ô thành Văn bản (Text) rồi gõ lại.")
    return Cell(str(value).strip())
