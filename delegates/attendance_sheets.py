"""The attendance sheet (phiếu điểm danh) of each room: its delegates, what they are marked as, a column to sign in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string

from conferences.facts import facts_of
from conferences.models import Conference
from correspondence import pdf
from delegates.attendance_figures import Counted
from delegates.listing import groups_of
from delegates.models import Delegate
from delegates.places import people_by_room
from directory.audit import record
from directory.models import User
from hoinghi.text import capfirst
from venues.models import Booking


@dataclass(frozen=True)
class Page:
    """One room's sheet; without a room those whom no room is meant for."""

    booking: Booking | None
    people: list[Delegate]

    @property
    def counted(self) -> Counted:
        return Counted.people(self.people)


def people_in(conference: Conference) -> int:
    """How many people stand in the sheets of all rooms."""
    return Delegate.objects.attending().filter(seat__nomination__conference=conference).count()


def all_sheets_of(*, conference: Conference, actor: User, at: dt.datetime) -> bytes:
    """The sheets of all rooms with their sum at the end; takes seconds (``delegates.printing``)."""
    return sheet_of(
        conference=conference,
        bookings=conference.bookings.for_board(),
        with_rest=True,
        actor=actor,
        at=at,
    )


def sheet_of(
    *,
    conference: Conference,
    bookings: Iterable[Booking],
    actor: User | str,
    at: dt.datetime,
    with_rest: bool = False,
) -> bytes:
    """The sheets of rooms as PDF, each beginning on a new page; audited, for it takes personal data away.

    Before the conference the states are empty, and people sign for themselves.

    Arguments:
        with_rest: a further sheet for the delegates whom no room is meant for, if there are any.
    """
    bookings = list(bookings)
    facts = facts_of(conference)
    people = people_by_room(conference)
    pages = [Page(booking, people.get(booking.pk, [])) for booking in bookings]
    if with_rest and people.get(None):
        pages.append(Page(None, people[None]))
    context = {
        "conference": conference,
        "facts": facts,
        "issuer": facts["issuing_unit"],
        "pages": pages,
        "groups": {group.pk: capfirst(group.label) for group in groups_of(conference)},
        "is_marked": any(page.counted.unmarked < page.counted.expected for page in pages),
        "total": sum((page.counted for page in pages), Counted()),
        "at": at,
    }
    content = pdf.render(render_to_string("pdf/attendance.html", context))
    people_printed = sum(len(page.people) for page in pages)
    record(
        actor=actor,
        action="delegates.export",
        target=conference,
        changes={"file": ["", "attendance"], "delegates": [0, people_printed]},
    )
    return content
