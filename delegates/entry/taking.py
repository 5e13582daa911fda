"""Rows from elsewhere – an earlier list, a paste, a file – come into the form."""

from collections.abc import Container, Sequence

from delegates.errors import TooManyRows
from delegates.forms import NominationForm
from delegates.row_forms import RowForm
from delegates.rows import MAX_ROWS, Row
from hoinghi.text import name_key


def take(
    form: NominationForm, rows: list[dict], typed: Sequence[Container[str]] | None = None
) -> list[RowForm]:
    """Put the rows into the form; answers them in the form's order.

    Somebody who is there already (same group, organisation and name) gets the new values and stays the same
    delegate, so that taking a list twice changes nothing; the others fill blank rows, then new ones.

    Arguments:
        typed: for each row the fields that its author has filled in; None: all of them.
    Raises:
        TooManyRows: there is not enough room; the form is as before.
    """
    there = {key_of(each.row()): each for each in form.forms if not is_blank(each)}
    new = {key_of(row) for row in rows} - there.keys()
    if len(there) + len(new) > MAX_ROWS:
        raise TooManyRows(
            f"Danh sách nhiều nhất {MAX_ROWS} người: đang có {len(there)}, thêm {len(new)} là quá. "
            "Bỏ bớt rồi làm lại."
        )
    blank = [each for each in form.forms if is_blank(each)]
    taken = set()
    for row, said in zip(rows, typed or [row.keys() for row in rows], strict=True):
        old = there.get(key_of(row)) or next(
            (each for each in blank if each.row()["group"] == row["group"]), None
        )
        if old in blank:
            blank.remove(old)
        filled = form.put(merged(old.row(), row, said) if old else row, instead=old)
        there[key_of(row)] = filled
        taken.add(filled.prefix)
    return [each for each in form.in_order() if each.prefix in taken]


def key_of(row: dict) -> tuple[str, str, str]:
    """By what a person is known again in the rows of one list."""
    return row["group"], name_key(row["organisation"]), name_key(row["full_name"])


def is_blank(form: RowForm) -> bool:
    return Row(**form.row()).is_blank()


def merged(old: dict, new: dict, typed: Container[str]) -> dict:
    """The values of a row, of which the typed ones win and the empty ones leave the old ones alone."""
    # A row that was cleared is free: who is put into it is nobody whom the list has sent.
    if not old["full_name"]:
        old, typed = old | {"delegate_id": None, "who": ""}, new.keys()
    said = {key: value for key, value in new.items() if key in typed and (value or key == "reserve")}
    return old | said | {"answers": old["answers"] | new.get("answers", {}), "who": new.get("who", "")}
