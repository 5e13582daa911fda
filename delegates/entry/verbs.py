"""What a press of a button does to the form before anything is saved: ``do=VERB:ARGUMENT``."""

from dataclasses import dataclass, field

from delegates.forms import GroupBlock, NominationForm, RowForm
from delegates.rows import MAX_ROWS


@dataclass
class Change:
    """What became of the form, for a page that exchanges only that.

    Attributes:
        added: new rows by their group.
        removed: prefixes of the rows that are gone.
        said: one sentence for people who do not see the page change.
    """

    added: list[tuple[GroupBlock, list[RowForm]]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    said: str = ""


def add(form: NominationForm, code: str, request) -> Change:
    """A blank row at the end of a group."""
    row = form.add(code)
    if row is None:
        return Change(said=f"Không thêm được: danh sách nhiều nhất {MAX_ROWS} người.")
    block = form.block_of(row.prefix)
    form.focus = row.first_empty.auto_id
    row.first_empty.field.widget.attrs["autofocus"] = True
    form.in_order()
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


VERBS = {"add": add, "remove": remove, "count": count}
