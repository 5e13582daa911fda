"""From the rows of a submitted list to seats and delegates, and from the reserve to a counted place.

Runs inside the services, under the list's lock.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model, Prefetch

from conferences.models import InvitedGroup, Question
from delegates import questions
from delegates.identity import OTHER
from delegates.models import Delegate, Nomination, QuestionAnswer, Seat
from delegates.pickers import Choice
from delegates.rows import Asked, Row, by_place
from directory import links

PERSON_FIELDS = ("honorific", "full_name", "job_title", "role", "phone", "email")
TYPED_OVER = "Cử người khác ngay trong danh sách gửi lại."


@dataclass
class Seated:
    """What submitting a list has made of its people.

    Attributes:
        delegates: everybody who is sent, in the order of the rows' groups.
        replaced: (old, new) where somebody else was typed over a row and the seat is the same.
        withdrawn: who is no longer listed.
        moved: who is reached at another address than before.
    """

    delegates: list[Delegate] = field(default_factory=list)
    replaced: list[tuple[Delegate, Delegate]] = field(default_factory=list)
    withdrawn: list[Delegate] = field(default_factory=list)
    moved: list[Delegate] = field(default_factory=list)


def people_of(nomination: Nomination) -> dict[int, Delegate]:
    """Whom the list sends now, reserves included, by their keys."""
    if nomination.submitted_at is None:
        return {}
    sent = Delegate.objects.filter(seat__nomination=nomination, state=Delegate.State.PROPOSED)
    return {
        delegate.pk: delegate for delegate in sent.select_related("seat").prefetch_related("question_answers")
    }


def seat(
    nomination: Nomination,
    asked: Asked,
    rows: list[Row],
    known: Mapping[int, Delegate],
    *,
    at: dt.datetime,
) -> Seated:
    """Make the live seats and delegates of the list equal to its rows.

    A person whom an earlier version holds stays the same delegate, with the answer already given, unless the row
    says that it is somebody else (``identity``); one who is no longer listed is withdrawn. Personal links stop
    with whoever goes, and with the address that they were mailed to.

    Arguments:
        rows: with the names of what was offered (``picking.resolve``).
        known: whom the list sends until now (``people_of``).
    """
    known = dict(known)
    live = nomination.seats.live() if nomination.submitted_at else ()
    old_seats = {(old.group_id, old.name_key, old.is_reserve): old for old in live}
    if old_seats or known:
        # Free every place first: the rows may come in another order, and positions are unique among the living.
        Delegate.objects.filter(pk__in=known).update(state=Delegate.State.WITHDRAWN)
        nomination.seats.live().update(is_live=False)
    taken: list[tuple[Seat, list[Row]]] = []
    for group in asked.groups:
        by_name = {choice.name: choice for choice in asked.offered[group.code]}
        position = 0
        for key, is_reserve, people in by_place(row for row in rows if row.group == group.code):
            position += not is_reserve
            place = _place(
                old_seats.get((group.pk, key, is_reserve)) or Seat(nomination=nomination, group=group),
                name=people[0].organisation,
                choice=by_name.get(people[0].organisation),
                position=None if is_reserve else position,
            )
            place.group = group  # the one that knows its questions
            taken.append((place, people))
    _store(Seat, [place for place, _ in taken])
    seated = Seated()
    filled = [
        (_fill(place, number, row, known, seated), row)
        for place, people in taken
        for number, row in enumerate(people, start=1)
    ]
    _store_people(filled)
    _mark_replaced([old for old, _ in seated.replaced], at)
    seated.delegates = [delegate for delegate, _ in filled]
    # Whoever was not taken up again is no longer listed.
    seated.withdrawn = list(known.values())
    gone = [*seated.withdrawn, *(old for old, _ in seated.replaced), *seated.moved]
    _revoke((delegate.pk for delegate in gone), at)
    return seated


def _mark_replaced(people: list[Delegate], at: dt.datetime) -> None:
    for delegate in people:
        delegate.state, delegate.replaced_at = Delegate.State.REPLACED, at
    if people:
        Delegate.objects.bulk_update(people, ["state", "replaced_at"])


def _store(model: type[Model], rows: list) -> None:
    """Save what is there already row by row, what is new in one statement."""
    new = [row for row in rows if row.pk is None]
    for row in rows:
        if row.pk is not None:
            row.save()
    model.objects.bulk_create(new)


def _store_people(filled: list[tuple[Delegate, Row]]) -> None:
    """Save the delegates with their answers, and write into the rows who they are."""
    new = {id(delegate) for delegate, _ in filled if delegate.pk is None}
    _store(Delegate, [delegate for delegate, _ in filled])
    answers = []
    for delegate, row in filled:
        row.delegate_id, row.who = delegate.pk, ""
        asked = delegate.seat.group.asked_questions
        if id(delegate) in new:
            answers += questions.first_answers(delegate, row.answers, asked)
        else:
            questions.keep_answers(delegate, row.answers, asked)
    QuestionAnswer.objects.bulk_create(answers)


def clear(nomination: Nomination, *, at: dt.datetime) -> list[Delegate]:
    """Withdraw everybody and free all seats; answers who is gone."""
    gone = people_of(nomination)
    Delegate.objects.filter(pk__in=gone).update(state=Delegate.State.WITHDRAWN)
    _revoke(gone, at)
    nomination.seats.live().update(is_live=False)
    return list(gone.values())


def _place(place: Seat, *, name: str, choice: Choice | None, position: int | None) -> Seat:
    place.name = choice.name if choice else name
    place.unit_id = choice.unit_id if choice else None
    place.organisation_id = choice.organisation_id if choice else None
    place.position = position
    place.is_reserve = position is None
    place.places = organisations_at_most(place.group)
    place.is_live = True
    return place


def organisations_at_most(group: InvitedGroup) -> int | None:
    """How many organisations of the group one list can hold."""
    return 1 if group.nominator == InvitedGroup.Nominator.ITSELF else group.max_organisations


def persons_at_most(seat: Seat) -> int | None:
    """How many persons the seat can hold; there is no limit in reserve."""
    return None if seat.is_reserve else seat.group.max_persons


def _fill(place: Seat, number: int, row: Row, known: dict[int, Delegate], seated: Seated) -> Delegate:
    # Only a delegate of this very list may be kept, once: an id from elsewhere simply makes a new person.
    delegate = known.get(row.delegate_id)
    if delegate is None or row.who == OTHER:
        delegate = _in_place_of(delegate, place, known, seated) if delegate else Delegate()
    else:
        del known[delegate.pk]
        if delegate.email and delegate.email.casefold() != row.email.casefold():
            seated.moved.append(delegate)
    delegate.seat, delegate.position, delegate.places = place, number, persons_at_most(place)
    delegate.state = Delegate.State.PROPOSED
    for name in PERSON_FIELDS:
        setattr(delegate, name, getattr(row, name))
    return delegate


def _in_place_of(old: Delegate, place: Seat, known: dict[int, Delegate], seated: Seated) -> Delegate:
    """Somebody else whom the row sends now; in another seat the old one is simply no longer listed."""
    if old.seat_id != place.pk:
        return Delegate()
    new = Delegate(replaces=known.pop(old.pk), replace_reason=TYPED_OVER)
    seated.replaced.append((old, new))
    return new


def withdraw(delegate: Delegate, *, reason: str, at: dt.datetime) -> None:
    """Take one person off the list; the last of an organisation frees its place."""
    delegate.state, delegate.withdraw_reason = Delegate.State.WITHDRAWN, reason
    delegate.save(update_fields=["state", "withdraw_reason"])
    _revoke({delegate.pk}, at)
    _free_if_empty(delegate.seat)


def replace(old: Delegate, row: Row, asked: list[Question], *, reason: str, at: dt.datetime) -> Delegate:
    """Put another person into the very place of ``old``, whose personal link stops; answers the new one."""
    old.state, old.replaced_at = Delegate.State.REPLACED, at
    old.save(update_fields=["state", "replaced_at"])
    _revoke({old.pk}, at)
    new = Delegate(seat=old.seat, position=old.position, places=old.places)
    new.replaces, new.replace_reason = old, reason
    for name in PERSON_FIELDS:
        setattr(new, name, getattr(row, name))
    new.save()
    row.delegate_id = new.pk
    questions.keep_answers(new, row.answers, asked)
    return new


def _free_if_empty(seat: Seat) -> None:
    if not seat.delegates.filter(state=Delegate.State.PROPOSED).exists():
        seat.is_live = False
        seat.save(update_fields=["is_live"])


def _revoke(ids: Iterable[int], at: dt.datetime) -> None:
    if holders := [f"delegate:{pk}" for pk in ids]:
        links.revoke_all(holders=holders, at=at)


# ── moving up ───────────────────────────────────────────────────────────────────────────────────────


def no_place_for(delegate: Delegate, seats: list[Seat]) -> str:
    """Why a delegate in reserve can't move up, for the person to read; "" when there is a place.

    Arguments:
        seats: the list's live seats (``seats_with_people``), the delegate's own among them.
    """
    group, own = delegate.seat.group, _own_place(delegate, seats)
    if own is None:
        taken = sum(seat.group_id == group.pk and not seat.is_reserve for seat in seats)
        most = organisations_at_most(group)
        full = most is not None and taken >= most
        return f"Nhóm đã đủ {taken}/{most} đơn vị. Rút một đơn vị trước." if full else ""
    people = list(own.delegates.all())
    if group.max_persons is not None and len(people) >= group.max_persons:
        return f"{own.name} đã đủ {len(people)}/{group.max_persons} người. Rút một người trước."
    return role_problem(delegate.role, own, people)


def role_problem(name: str, place: Seat, people: Iterable[Delegate]) -> str:
    """Why nobody more of a role can be sent from the place, where ``people`` sit already; "" when possible."""
    sent = sum(person.role == name for person in people)
    for role in place.group.asked_roles.all():
        if role.name == name and role.max_persons is not None and sent >= role.max_persons:
            return f"{place.name} đã đủ {sent}/{role.max_persons} {role.name}. Rút một người trước."
    return ""


def reserves_of(seats: list[Seat]) -> list[tuple[Delegate, str]]:
    """Everybody in reserve, each with the reason why there is no place, or ""."""
    people = []
    for seat in seats:
        for delegate in seat.delegates.all() if seat.is_reserve else ():
            delegate.seat = seat
            people.append((delegate, no_place_for(delegate, seats)))
    return people


def move_up(delegate: Delegate, seats: list[Seat]) -> None:
    """Give a delegate in reserve a counted place; ``no_place_for`` has found one."""
    old, place = delegate.seat, _own_place(delegate, seats)
    if place is None:
        taken = {seat.position for seat in seats if seat.group_id == old.group_id and not seat.is_reserve}
        place = Seat(nomination=old.nomination, group=old.group, unit=old.unit, organisation=old.organisation)
        place.name, place.places = old.name, organisations_at_most(old.group)
        place.position = _first_free(taken)
        place.save()
        numbers = set()
    else:
        numbers = {person.position for person in place.delegates.all()}
    delegate.seat, delegate.position, delegate.places = place, _first_free(numbers), persons_at_most(place)
    delegate.save(update_fields=["seat", "position", "places"])
    _free_if_empty(old)


def _own_place(delegate: Delegate, seats: list[Seat]) -> Seat | None:
    """The counted seat that the delegate's organisation has already."""
    reserve = delegate.seat
    return next(
        (
            seat
            for seat in seats
            if seat.group_id == reserve.group_id and not seat.is_reserve and seat.name_key == reserve.name_key
        ),
        None,
    )


def _first_free(taken: set[int]) -> int:
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def seats_with_people(nomination: Nomination) -> list[Seat]:
    """Live seats in printed order, each with the delegates who are sent."""
    people = Delegate.objects.filter(state=Delegate.State.PROPOSED).order_by("position", "id")
    seats = list(
        Seat.objects.live()
        .filter(nomination=nomination)
        .select_related("group")
        .prefetch_related(Prefetch("delegates", people), "group__asked_roles")
    )
    for seat in seats:
        # One conference for all: a group's printed name cites its facts.
        seat.group.conference = nomination.conference
    return seats
