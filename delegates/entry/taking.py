"""Rows from elsewhere – an earlier list, a paste, a file – come into the form."""

from delegates.errors import TooManyRows
from delegates.forms import NominationForm, RowForm
from delegates.rows import MAX_ROWS, Row
from hoinghi.text import name_key


def take(form: NominationForm, rows: list[dict]) -> list[RowForm]:
    """Put the rows into the form; answers them in the form's order.

    Somebody who is there already (same group, organisation and name) gets the new values and stays the same
    delegate, so that taking a list twice changes nothing; the others fill blank rows, then new ones.

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
    for row in rows:
        old = there.get(key_of(row)) or next(
            (each for each in blank if each.row()["group"] == row["group"]), None
        )
        if old in blank:
            blank.remove(old)
        filled = form.put(_merged(old.row(), row) if old else row, instead=old)
        there[key_of(row)] = filled
        taken.add(filled.prefix)
    return [each for each in form.in_order() if each.prefix in taken]


def key_of(row: dict) -> tuple[str, str, str]:
    """By what a person is known again in the rows of one list."""
    return row["group"], name_key(row["organisation"]), name_key(row["full_name"])


def is_blank(form: RowForm) -> bool:
    return Row(**form.row()).is_blank()


def _merged(old: dict, new: dict) -> dict:
    """The values of a row, of which the new ones win and the empty ones leave the old ones alone."""
    answers = old["answers"] | new.get("answers", {})
    merged = (
        old | {key: value for key, value in new.items() if value or key == "reserve"} | {"answers": answers}
    )
    # A row that was cleared is free: who is put into it is nobody whom the list has sent.
    return merged if old["full_name"] else merged | {"delegate_id": None, "who": ""}
