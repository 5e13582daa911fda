"""The filled-in workbook on its way back: the whole file is read first, and everything wrong in it is said at once."""

from conferences.models import InvitedGroup
from delegates.entry import columns, template
from delegates.entry.columns import Finding, Line, Reader, Reading
from delegates.models import Nomination
from delegates.rows import MAX_ROWS
from hoinghi.workbooks import Page, RefusedWorkbook, read_workbook

HEADER_WITHIN = 30  # rows in which the header is looked for


def read(upload, *, nomination: Nomination, groups: list[InvitedGroup]) -> Reading:
    """The rows of an uploaded list; nothing is saved, and rows count for something only without problems.

    Arguments:
        upload: the file as it came, with ``name`` and ``size``.
        groups: ``rows.nominated_groups`` of the list.
    Raises:
        RefusedWorkbook: a file of another kind, of another list, or without the sheet or the columns.
    """
    pages = read_workbook(upload, template.LIST, template.LISTS)
    _refuse_others(pages, nomination)
    page = pages[template.LIST]
    lines = [Line(number, cells) for number, cells in page.rows.items()]
    reader = Reader(nomination, groups)
    header, keys = _header(lines, reader)
    people = [line for line in lines if line.number > header.number]
    if not people:
        raise RefusedWorkbook(f"Bảng “{template.LIST}” chưa có ai. Nhập danh sách rồi tải lên lại.")
    if len(people) > MAX_ROWS:
        raise RefusedWorkbook(
            f"Bảng có {len(people)} người, nhiều nhất {MAX_ROWS} người. Bỏ bớt rồi tải lên lại."
        )
    reading = reader.read(keys, people)
    reading.notes = columns.unknown(header, keys) + reading.notes
    reading.problems += _outline_problems(page, header.number)
    reader.check(reading)
    return reading


def _refuse_others(pages: dict[str, Page], nomination: Nomination) -> None:
    """Only the template of this very list is read."""
    if template.LIST not in pages:
        raise RefusedWorkbook(
            f"Tệp không có bảng “{template.LIST}”. Tải mẫu về, nhập vào bảng đó và không đổi tên bảng."
        )
    hidden = pages.get(template.LISTS, Page()).rows
    mark = [hidden[number][0].text if number in hidden else "" for number in range(1, 5)]
    expected = template.mark_of(nomination)
    if mark[0] != expected[0]:
        raise RefusedWorkbook(
            "Tệp này không phải mẫu tải về từ trang này. Tải mẫu về, chép danh sách vào rồi tải lên; "
            "hoặc dùng mục “Dán từ Excel”."
        )
    if mark[1] != expected[1]:
        raise RefusedWorkbook(
            "Đây là mẫu của hội nghị khác. Tải mẫu của hội nghị này về rồi chép danh sách vào."
        )
    if mark[2] != expected[2]:
        raise RefusedWorkbook(
            "Đây là mẫu của cơ quan khác. Tải mẫu của cơ quan mình về rồi chép danh sách vào."
        )
    if mark[3] != expected[3]:
        raise RefusedWorkbook("Mẫu này đã cũ. Tải mẫu mới về rồi chép danh sách vào.")


def _header(lines: list[Line], reader: Reader) -> tuple[Line, list[str]]:
    """The header's line and the keys of its cells; columns may have been moved, those that are required not removed."""
    for line in lines:
        if line.number > HEADER_WITHIN:
            break
        if keys := columns.header_of(line.cells, reader.columns):
            missing = [
                column.header for column in reader.columns if column.required and column.key not in keys
            ]
            if missing:
                raise RefusedWorkbook(
                    f"Bảng thiếu cột: {', '.join(missing)}. Tải mẫu mới về rồi chép danh sách vào."
                )
            return line, keys
    raise RefusedWorkbook(
        f"Không thấy dòng tiêu đề (Nhóm, Họ và tên, …) ở dòng {template.HEADER_ROW}. "
        "Tải mẫu mới về rồi chép danh sách vào."
    )


def _outline_problems(page: Page, header: int) -> list[Finding]:
    """Rows that nobody sees, and cells that span several rows or columns: their values would be lost in silence."""
    problems = [
        Finding(number, "", "", "Dòng này đang bị ẩn. Bỏ lọc hoặc hiện dòng, kiểm tra, rồi lưu lại.")
        for number in sorted(page.hidden)
        if number > header
    ]
    for merged in page.merged:
        number = int("".join(filter(str.isdigit, merged.partition(":")[2])) or 0)
        if number >= header:
            first = int("".join(filter(str.isdigit, merged.partition(":")[0])) or 0)
            problems.append(
                Finding(first, "", merged, "Các ô này bị gộp. Bỏ gộp ô (Unmerge) và nhập từng ô.")
            )
    return problems
