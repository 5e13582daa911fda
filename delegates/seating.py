"""From the rows of a submitted list to seats and delegates. Runs inside ``services.submit``, under its lock."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Prefetch

from conferences.models import InvitedGroup
from delegates.models import Delegate, Nomination, Seat
from delegates.rows import Choice, Row, choices, organisations_of
from directory import links
from hoinghi.text import fold

PERSON_FIELDS = ("honorific", "full_name", "job_title", "phone", "email")


def seat(
    nomination: Nomination, groups: list[InvitedGroup], rows: list[Row], *, at: dt.datetime
) -> list[Delegate]:
    """Make the live seats and delegates of the list equal to its rows; answers its delegates in order.

    A person whom an earlier version holds stays the same delegate, with the answer already given; one who is
    no longer listed is withdrawn and the personal link stops.
    """
    known = {
        delegate.pk: delegate
        for delegate in Delegate.objects.filter(
            seat__nomination=nomination, state=Delegate.State.PROPOSED
        ).select_related("seat")
    }
    # Free every position first: the rows may come in another order, and positions are unique among live seats.
    old_seats = {(old.group_id, old.name_key): old for old in nomination.seats.live()}
    nomination.seats.live().update(is_live=False)
    listed = []
    for group in groups:
        offered = {fold(choice.name): choice for choice in choices(group, nomination)}
        by_organisation = organisations_of([row for row in rows if row.group == group.code])
        position = 0
        for key, people in by_organisation.items():
            is_reserve = all(row.reserve for row in people)
            position += not is_reserve
            place = _place(
                old_seats.get((group.pk, key)) or Seat(nomination=nomination, group=group),
                name=people[0].organisation,
                choice=offered.get(key),
                position=None if is_reserve else position,
            )
            listed += [_fill(place, number, row, known) for number, row in enumerate(people, start=1)]
    # Whoever was not taken up again is no longer listed.
    _withdraw(set(known), at)
    return listed


def clear(nomination: Nomination, *, at: dt.datetime) -> None:
    """Withdraw everybody and free all seats."""
    gone = Delegate.objects.filter(seat__nomination=nomination, state=Delegate.State.PROPOSED)
    _withdraw(set(gone.values_list("pk", flat=True)), at)
    nomination.seats.live().update(is_live=False)


def _place(place: Seat, *, name: str, choice: Choice | None, position: int | None) -> Seat:
    place.name = choice.name if choice else name
    place.unit = choice.unit if choice else None
    place.organisation = choice.organisation if choice else None
    place.position = position
    place.is_reserve = position is None
    place.places = place.group.max_organisations
    place.is_live = True
    place.save()
    return place


def _fill(place: Seat, number: int, row: Row, known: dict[int, Delegate]) -> Delegate:
    # Only a delegate of this very list may be kept, once: an id from elsewhere simply makes a new person.
    delegate = known.pop(row.delegate_id, None) or Delegate()
    delegate.seat = place
    delegate.position = number
    for field in PERSON_FIELDS:
        setattr(delegate, field, getattr(row, field))
    delegate.save()
    row.delegate_id = delegate.pk
    return delegate


def _withdraw(ids: Iterable[int], at: dt.datetime) -> None:
    Delegate.objects.filter(pk__in=ids).update(state=Delegate.State.WITHDRAWN)
    for pk in ids:
        links.revoke(holder=f"delegate:{pk}", at=at)


def seats_with_people(nomination: Nomination) -> list[Seat]:
    """Live seats in printed order, each with the delegates who are sent."""
    people = Delegate.objects.filter(state=Delegate.State.PROPOSED).order_by("position", "id")
    seats = list(
        Seat.objects.live()
        .filter(nomination=nomination)
        .select_related("group")
        .prefetch_related(Prefetch("delegates", people))
    )
    for seat in seats:
        # One conference for all: a group's printed name cites its facts.
        seat.group.conference = nomination.conference
    return seats
