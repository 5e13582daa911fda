"""Whether a row still means the person whom an earlier version of the list sent.

A focal point may mend a misspelt name, or type somebody else over a row. Only the first is still the same delegate,
with the personal link and the answer; so whoever changes a name is asked which of the two it is, and nothing is
guessed: a link in the wrong hands shows one person's invitation to another.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from delegates.errors import RowError
from delegates.rows import Row
from hoinghi.text import fold, name_key

SAME, OTHER = "same", "other"


class Person(Protocol):
    """What people are told apart by; a ``Row`` and a ``Delegate`` both have it."""

    full_name: str
    phone: str
    email: str


def is_in_question(row: Person, sent: Person) -> bool:
    """The row may be somebody else than the delegate whom it was about.

    Another name always asks; other diacritics ("Ân" for "An") do where neither phone nor address is the same. Case
    and spaces never do.
    """
    if not row.full_name:
        return False  # a name that is missing is asked for as such
    if fold(row.full_name) != fold(sent.full_name):
        return True
    return name_key(row.full_name) != name_key(sent.full_name) and not reached_by(row) & reached_by(sent)


def reached_by(person: Person) -> set[str]:
    """Phone and address of a person, to be compared."""
    written = {"".join(text.split()).casefold() for text in (person.phone, person.email)}
    return written - {""}


def settle(rows: list[Row], sent: Mapping[int, Person]) -> Iterator[RowError]:
    """Keep the answers that were asked for, drop the others; tells each row that still needs one.

    Arguments:
        rows: their ``who`` is changed in place.
        sent: key of a delegate → who is on the list now; a row that names nobody of them is a new person.
    """
    for index, row in enumerate(rows):
        known = sent.get(row.delegate_id)
        if known is None or not is_in_question(row, known):
            row.who = ""
        elif row.who not in (SAME, OTHER):
            row.who = ""
            yield RowError(index, "who", question(known))


def question(sent: Person) -> str:
    return f"Bản đã gửi ghi {sent.full_name}. Chọn: vẫn người đó, hay cử người khác."


def choices(sent: Person) -> list[tuple[str, str]]:
    """What can be said about such a row, each with what follows from it."""
    return [
        ("", "Chọn một trong hai"),
        (SAME, f"Vẫn là {sent.full_name}, chỉ sửa họ tên: giữ thư mời và câu trả lời"),
        (OTHER, f"Người khác, thay {sent.full_name}: người cũ được báo, người mới được mời"),
    ]
