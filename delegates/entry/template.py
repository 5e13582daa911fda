"""The workbook that a province fills in: its own pickers, groups and questions, and the people typed so far."""

from io import BytesIO

from conferences.models import InvitedGroup
from delegates import questions, rows
from delegates.dates import dates_of
from delegates.entry.columns import Column, columns_of, names_of
from delegates.models import Nomination
from delegates.pickers import choices
from delegates.rows import MAX_ROWS
from hoinghi.text import format_moment, slugify, upper

LIST = "Danh sách"
GUIDE = "Hướng dẫn"
LISTS = "Danh mục"  # hidden: what the pickers offer, and whose template this is
MARK = "hoinghi-danh-sach"
VERSION = "1"
HEADER_ROW = 5
WIDTHS = {
    "group": 24,
    "organisation": 38,
    "full_name": 26,
    "job_title": 24,
    "role": 20,
    "phone": 16,
    "email": 28,
}
OTHER_WIDTH = 14
PICKER_NAME = "co_quan_{}"
ROLE_NAME = "vai_tro_{}"


def mark_of(nomination: Nomination) -> list[str]:
    """What tells the template of one list from every other: kept in the first cells of the hidden sheet."""
    return [MARK, nomination.conference.slug, nomination.organisation.uid, VERSION]


def file_name(nomination: Nomination) -> str:
    return f"danh-sach-{slugify(nomination.sender_name)}-{nomination.conference.slug}.xlsx"


def write(nomination: Nomination, groups: list[InvitedGroup]) -> bytes:
    """The workbook as .xlsx.

    Arguments:
        groups: ``rows.nominated_groups`` of the list.
    """
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = LIST
    columns = columns_of(groups)
    _write_lists(book, nomination, groups)
    _write_head(page, nomination, columns)
    _write_people(page, nomination, groups, columns)
    _write_pickers(page, groups, columns)
    _write_guide(book.create_sheet(GUIDE, 1), nomination, columns)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _text(page, row: int, column: int, text: str):
    """A cell that holds text, whatever it begins with: openpyxl takes "=…" for a formula."""
    cell = page.cell(row, column, text)
    cell.data_type = "s"
    return cell


def _write_head(page, nomination: Nomination, columns: list[Column]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    conference = nomination.conference
    dates = "".join(f" {label} {moment}." for label, moment in dates_of(nomination))
    lines = (
        (
            1,
            f"DANH SÁCH ĐẠI BIỂU {upper(nomination.sender_name)}",
            Font(bold=True, size=14),
        ),
        (2, f"{conference.title}, {format_moment(conference.start_at)}", Font(bold=True)),
        (3, f"Mỗi người một dòng, nhập từ dòng {HEADER_ROW + 1}. Cột có dấu * phải nhập.{dates}", Font()),
    )
    for number, text, font in lines:
        cell = _text(page, number, 1, text)
        cell.font = font
    bottom = Border(bottom=Side("medium", color="123A73"))
    for place, column in enumerate(columns, start=1):
        cell = _text(page, HEADER_ROW, place, f"{column.header} *" if column.required else column.header)
        cell.font = Font(bold=True, color="0D2B56")
        cell.fill = PatternFill("solid", fgColor="E3ECF7")
        cell.border = bottom
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column.key, OTHER_WIDTH)
    page.freeze_panes = page.cell(HEADER_ROW + 1, 1)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _write_people(page, nomination: Nomination, groups: list[InvitedGroup], columns: list[Column]) -> None:
    """Every cell that people fill in is text, so that a telephone number keeps its 0; the draft is there already."""
    labels = {group.code: name for name, group in names_of(groups).items()}
    typed = [row for row in rows.clean(nomination.draft) if row.group in labels]
    for number in range(MAX_ROWS):
        row = typed[number] if number < len(typed) else None
        for place, column in enumerate(columns, start=1):
            cell = page.cell(HEADER_ROW + 1 + number, place)
            cell.number_format = "@"
            if row:
                cell.value = _value(row, column.key, labels) or None
                cell.data_type = "s"


def _value(row: rows.Row, key: str, labels: dict[str, str]) -> str:
    if key == "group":
        return labels[row.group]
    if key == "reserve":
        return "x" if row.reserve else ""
    return getattr(row, key) if hasattr(row, key) else row.answers.get(key.removeprefix("q"), "")


def _write_lists(book, nomination: Nomination, groups: list[InvitedGroup]) -> None:
    """The hidden sheet: A1:A4 say whose template this is, each further column is a named list of a picker."""
    from openpyxl.utils import get_column_letter
    from openpyxl.workbook.defined_name import DefinedName

    page = book.create_sheet(LISTS)
    page.sheet_state = "hidden"
    for number, text in enumerate(mark_of(nomination), start=1):
        page.cell(number, 1, text)
    lists = {"nhom": list(names_of(groups))}
    for place, group in enumerate(names_of(groups).values(), start=1):
        lists[PICKER_NAME.format(place)] = [choice.name for choice in choices(group, nomination)]
        lists[ROLE_NAME.format(place)] = [role.name for role in group.asked_roles.all()]
    asked = {question.pk: question for group in groups for question in group.asked_questions}
    for question in asked.values():
        lists[questions.field_name(question)] = questions.offered(question)
    for place, (name, values) in enumerate(((n, v) for n, v in lists.items() if v), start=2):
        letter = get_column_letter(place)
        for number, text in enumerate(values, start=1):
            _text(page, number, place, text)
        # "q12" would be a cell's address.
        book.defined_names[f"ds_{name}"] = DefinedName(
            f"ds_{name}", attr_text=f"'{LISTS}'!${letter}$1:${letter}${len(values)}"
        )


def _write_pickers(page, groups: list[InvitedGroup], columns: list[Column]) -> None:
    """Lists to choose from; only groups, honorifics and answers must come from theirs."""
    first = HEADER_ROW + 1
    group_cell = f"$A{first}"
    own = f"MATCH({group_cell},ds_nhom,0)"
    formulas = {
        "group": "ds_nhom",
        "organisation": f'INDIRECT("ds_{PICKER_NAME.format("")}"&{own})',
        "role": f'INDIRECT("ds_{ROLE_NAME.format("")}"&{own})',
    }
    for place, column in enumerate(columns, start=1):
        if column.key in formulas:
            formula = formulas[column.key]
        elif column.key.startswith("q") and column.offered:
            formula = f"ds_{column.key}"
        elif column.offered:
            formula = f'"{",".join(column.offered)}"'
        else:
            continue
        _add_picker(
            page, place, formula, strict=column.key not in ("organisation", "role"), title=column.header
        )


def _add_picker(page, place: int, formula: str, *, strict: bool, title: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    picker = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=strict)
    picker.errorTitle = title[:32]
    picker.error = "Chọn một giá trị trong danh sách thả xuống."
    letter = get_column_letter(place)
    picker.add(f"{letter}{HEADER_ROW + 1}:{letter}{HEADER_ROW + MAX_ROWS}")
    page.add_data_validation(picker)


def _write_guide(page, nomination: Nomination, columns: list[Column]) -> None:
    from openpyxl.styles import Alignment, Font

    required = ", ".join(column.header for column in columns if column.required)
    partly = ", ".join(column.header for column in columns if column.partly_required)
    only_some = f" Chỉ một số nhóm phải nhập: {partly}." if partly else ""
    lines = [
        "Cách dùng tệp này",
        f"1. Nhập vào bảng “{LIST}”, mỗi người một dòng, từ dòng {HEADER_ROW + 1}; nhiều nhất {MAX_ROWS} người.",
        f"2. Các cột phải nhập: {required}.{only_some} Ô có mũi tên thì chọn trong danh sách thả xuống.",
        "3. Chọn nhóm trước: cột cơ quan, đơn vị chỉ gợi ý các đơn vị của nhóm đó; đơn vị khác thì gõ tên.",
        "4. Cột Dự phòng: ghi x nếu là đại biểu dự phòng, để trống nếu không.",
        "5. Không gộp ô, không dùng công thức, không ẩn dòng, không đổi tên bảng. Có thể đổi thứ tự cột.",
        "6. Lưu tệp dạng Excel Workbook (*.xlsx), rồi tải lên ở trang “Danh sách đại biểu”. "
        "Danh sách chỉ được gửi khi bấm nút Gửi danh sách trên trang đó.",
        "7. Tệp này chỉ dùng cho hội nghị và cơ quan ghi ở đầu bảng. "
        "Tệp có dữ liệu cá nhân: chỉ gửi cho người cần biết.",
    ]
    page.column_dimensions["A"].width = 110
    for number, text in enumerate(lines, start=1):
        cell = _text(page, number, 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page["A1"].font = Font(bold=True, size=14)
