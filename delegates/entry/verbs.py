"""What a press of a button does to the form before anything is saved: ``do=VERB:ARGUMENT``."""

from dataclasses import dataclass, field

from delegates.entry import pasting, reuse, upload
from delegates.entry.columns import Finding
from delegates.entry.forms import LONGEST_PASTE
from delegates.entry.taking import is_blank, take
from delegates.errors import TooManyRows
from delegates.forms import NominationForm
from delegates.row_forms import GroupBlock, RowForm
from delegates.rows import MAX_ROWS
from hoinghi.workbooks import RefusedWorkbook


@dataclass
class Change:
    """What became of the form, for a page that exchanges only that.

    Attributes:
        added: new rows by their group.
        replaced: rows with other values than before.
        removed: prefixes of the rows that are gone.
        said: one sentence for people who do not see the page change.
        source: "paste" or "upload" when a table was read.
        refusal: why nothing of it was taken.
        problems, notes: what is to be mended in it, what was mended.
        left: what of a pasted text is still to be mended; None when nothing was pasted.
    """

    added: list[tuple[GroupBlock, list[RowForm]]] = field(default_factory=list)
    replaced: list[RowForm] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    said: str = ""
    source: str = ""
    refusal: str = ""
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    left: str | None = None


def add(form: NominationForm, code: str, request) -> Change:
    """A blank row at the end of a group."""
    row = form.add(code)
    if row is None:
        return Change(said=f"Không thêm được: danh sách nhiều nhất {MAX_ROWS} người.")
    block = form.block_of(row.prefix)
    form.in_order()
    _go_on_at(form, row)
    said = f"Đã thêm đại biểu {row.number} vào nhóm {block.group.label}."
    return Change(added=[(block, [row])], said=said)


def remove(form: NominationForm, prefix: str, request) -> Change:
    """One row less; a person goes on at the next row's button, or at the one that adds."""
    block = form.block_of(prefix)
    if block is None:
        return Change()
    place = [row.prefix for row in block.forms].index(prefix)
    form.remove(prefix)
    following = block.forms[place:] or block.forms[-1:]
    form.focus = following[0].remove_id if following else block.add_id
    return Change(removed=[prefix], said=f"Đã bỏ một đại biểu khỏi nhóm {block.group.label}.")


def count(form: NominationForm, argument: str, request) -> Change:
    """Nothing but the numbers: sent when an organisation is picked."""
    return Change()


def send_again(form: NominationForm, code: str, request) -> Change:
    """The chosen people of the organisation's earlier lists; anybody else's number is simply not among them."""
    groups = {block.group.code: block.group for block in form.blocks}
    if code not in groups:
        return Change()
    chosen = set(request.POST.getlist(f"again-{code}"))
    offered = reuse.earlier_people(form.nomination, list(groups.values())).get(code, [])
    rows = [reuse.row_of(person, groups[code]) for person in offered if str(person.pk) in chosen]
    if not rows:
        return Change(said="Chưa chọn ai. Đánh dấu người muốn cử lại rồi bấm lần nữa.")
    try:
        return _taken(form, rows, f"Đã thêm {len(rows)} người từ danh sách trước. Xem lại rồi lưu hoặc gửi.")
    except TooManyRows as refused:
        return Change(said=str(refused))


def paste(form: NominationForm, argument: str, request) -> Change:
    """The rows of a pasted table; lines that were not understood stay in the field."""
    text = request.POST.get("pasted", "")
    change = Change(source="paste", left=text)
    if not text.strip():
        change.refusal = "Chưa có gì để đọc. Dán các dòng chép từ Excel vào ô rồi bấm lần nữa."
        return change
    if len(text) > LONGEST_PASTE:
        change.refusal = f"Phần dán dài quá {LONGEST_PASTE} chữ. Dán nhiều nhất {MAX_ROWS} người."
        return change
    pasted = pasting.read(
        text,
        nomination=form.nomination,
        groups=[block.group for block in form.blocks],
        group=request.POST.get("pasted_group", ""),
    )
    change.problems, change.notes = pasted.problems, pasted.notes
    try:
        taken = _taken(form, pasted.rows, "", pasted.typed)
    except TooManyRows as refused:
        change.refusal = str(refused)
        return change
    change.said, change.left = taken.said, pasted.left
    return change


def read_workbook(form: NominationForm, argument: str, request) -> Change:
    """The rows of an uploaded workbook: all of them, or none and what is wrong with each."""
    change = Change(source="upload")
    workbook = request.FILES.get("workbook")
    if workbook is None:
        change.refusal = "Chưa chọn tệp. Bấm “Chọn tệp”, chọn tệp danh sách đã điền rồi bấm lần nữa."
        return change
    groups = [block.group for block in form.blocks]
    try:
        reading = upload.read(workbook, nomination=form.nomination, groups=groups)
        change.problems, change.notes = reading.problems, reading.notes
        if not change.problems:
            change.said = _taken(form, reading.rows, "", reading.typed).said
    except (RefusedWorkbook, TooManyRows) as refused:
        change.refusal = str(refused)
    return change


def _said(number: int, known: int) -> str:
    """How many people of a table came in, those apart who stood in the list already."""
    if not number:
        return ""
    new = number - known
    added = f"Đã thêm {new} người vào danh sách bên dưới" if new else "Không có ai mới"
    kept = f"; {known} người đã có được ghi theo bảng này" if known else ""
    return f"{added}{kept}. Chưa lưu: xem lại rồi lưu hoặc gửi."


def _taken(form: NominationForm, rows: list[dict], said: str, typed: list[set[str]] | None = None) -> Change:
    """Put the rows into the form; ``said`` empty: how many of them are new."""
    before = {row.prefix for row in form.forms}
    known = {row.prefix for row in form.forms if not is_blank(row)}
    taken = take(form, rows, typed)
    change = Change(said=said or _said(len(taken), sum(row.prefix in known for row in taken)))
    for block in form.blocks:
        new = [row for row in taken if row in block.forms and row.prefix not in before]
        if new:
            change.added.append((block, new))
    change.replaced = [row for row in taken if row.prefix in before]
    if taken:
        _go_on_at(form, taken[0])
    return change


def _go_on_at(form: NominationForm, row: RowForm) -> None:
    form.focus = row.first_empty.auto_id
    row.first_empty.field.widget.attrs["autofocus"] = True


VERBS = {
    "add": add,
    "remove": remove,
    "count": count,
    "again": send_again,
    "paste": paste,
    "upload": read_workbook,
}
