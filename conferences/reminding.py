"""Reminders of what organisations are asked for: sheets, tasks and papers, each with a date of its own."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from conferences.audiences import Member
from conferences.letters import Filling, Held, addressees_of, letter_to
from correspondence.letters import Letter, write_letter
from correspondence.outbox import OutgoingLetter


def members_of(
    rows: Iterable[Held], date_of: Callable[[Held], dt.datetime | None], at: dt.datetime
) -> list[Member]:
    """The readers of the rows' organisations; one whom nobody reads for stands there without an address.

    Arguments:
        date_of: until when something can be done about a row; None for a row of which nobody is reminded.
    """
    dated = [(row, date) for row in rows if (date := date_of(row)) is not None]
    readers = addressees_of([row.organisation for row, _ in dated if row.organisation], at)
    return [
        Member(
            key=f"{row.pk}:{reader.address.lower() if reader else ''}",
            name=row.organisation_name,
            address=reader.address if reader else "",
            date=date,
            about=(row, reader),
        )
        for row, date in dated
        for reader in readers.get(row.organisation_id) or [None]
    ]


class Words:
    """The letter of an audience of ``members_of``, as ``audiences.Audience`` asks for it."""

    def __init__(self, kind: str, filling: Callable[[Held], Filling]):
        self.kind, self.filling = kind, filling

    def preview(self, member: Member) -> Letter:
        row, _ = member.about
        return write_letter(self.kind, *self.filling(row))

    def letters(self, members: Iterable[Member], at: dt.datetime) -> Iterator[OutgoingLetter]:
        for member in members:
            row, reader = member.about
            yield letter_to(reader, row, self.kind, self.preview(member), key=member.key)
