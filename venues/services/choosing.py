"""Another room than the rule's: one that lasts, a place that is typed, the rule's own again; rooms under a room."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from conferences.calendar import follow_with_sequence, next_sequence
from directory.models import AdministrativeUnit, User
from venues import letters
from venues.errors import StepRefused
from venues.models import Booking, Room
from venues.people import officers_by_room
from venues.policies import closing_obstacle
from venues.services.locking import lock, write_down
from venues.services.officers import relieve
from venues.services.rooms import assign, change_room, check_free, prepare_rooms


@dataclass(frozen=True, kw_only=True)
class PlaceTyped:
    """A place that is not on the list of rooms yet."""

    name: str
    host_name: str = ""
    building: str = ""
    address: str = ""
    capacity: int | None = None


@transaction.atomic
def choose_room(*, booking: Booking, room: Room | PlaceTyped, actor: User, at: dt.datetime) -> Booking:
    """Meet in another room; the room is being prepared anew, and officers hear of it with the next line test.

    Arguments:
        room: one that lasts, or a place that is kept as one from now on.
    Raises:
        RoomClosed, RoomTaken: as ``rooms.change_room``.
        StepRefused: the conference is over.
    """
    booking = lock(booking)
    if message := closing_obstacle(booking, at):
        raise StepRefused(message)
    kept = _kept(room, booking.unit)
    if kept.pk != booking.room_id:
        booking = change_room(booking=booking, room=kept, actor=actor, at=at)
        _tell_of_rounds(booking, at)
    return booking


@transaction.atomic
def follow_rule(*, booking: Booking, actor: User, at: dt.datetime) -> Booking:
    """Take the room that the conference's rule has for the province again.

    Raises:
        RoomTaken: somebody else holds it by now.
        StepRefused: the conference is over, or no rule has a room for this one.
    """
    booking = lock(booking)
    if message := closing_obstacle(booking, at):
        raise StepRefused(message)
    if booking.parent_id:
        raise StepRefused("Điểm cầu trực thuộc không theo quy tắc chung. Chọn phòng trong danh sách.")
    before = booking.room_id
    booking.is_chosen = False
    booking.save(update_fields=["is_chosen"])
    prepare_rooms(conference=booking.conference, actor=actor, at=at)
    booking = lock(booking)
    if booking.room_id != before:
        _tell_of_rounds(booking, at)
    return booking


@transaction.atomic
def add_sub(
    *,
    parent: Booking,
    unit: AdministrativeUnit | None,
    name: str = "",
    room: Room | PlaceTyped,
    actor: User,
    at: dt.datetime,
) -> Booking:
    """Add a room under a province's room, for the same hours.

    Arguments:
        unit: the unit below the province that meets there; None: ``name`` says what the room is.
    Raises:
        RoomClosed, RoomTaken: the room can't be had.
        StepRefused: the conference is over, no name, or the unit has a room already.
    """
    parent = lock(parent)
    if message := closing_obstacle(parent, at):
        raise StepRefused(message)
    if parent.role != Booking.Role.LOCAL:
        raise StepRefused("Chỉ thêm được điểm cầu trực thuộc dưới điểm cầu của tỉnh, thành phố.")
    if unit is None and not name:
        raise StepRefused("Chọn đơn vị, hoặc nhập tên điểm cầu.", "unit")
    if unit and parent.subs.live().filter(unit=unit).exists():
        raise StepRefused(f"{unit.name} đã có điểm cầu.", "unit")
    kept = _kept(room, unit or parent.unit)
    check_free(rooms=[kept], during=parent.during, apart_from=[])
    sub = Booking(
        conference=parent.conference,
        role=Booking.Role.SUB,
        parent=parent,
        unit=unit,
        name=name,
        during=parent.during,
    )
    assign(sub, kept)
    sub.save()
    write_down(sub, actor=actor, action="booking.add_sub", changes={"room": ["", sub.printed]})
    return sub


@transaction.atomic
def give_back_sub(*, booking: Booking, actor: User, at: dt.datetime) -> None:
    """A room under a province's is not used after all; its officers are relieved.

    Raises:
        StepRefused: the conference is over, or it is no such room.
    """
    booking = lock(booking)
    if message := closing_obstacle(booking, at):
        raise StepRefused(message)
    if booking.role != Booking.Role.SUB:
        raise StepRefused("Chỉ bỏ được điểm cầu trực thuộc.")
    for officer in booking.officers.live().in_order():
        relieve(officer=officer, actor=actor, at=at)
    booking.released_at = at
    booking.save(update_fields=["released_at"])
    write_down(booking, actor=actor, action="booking.give_back", changes={"room": [booking.printed, ""]})
    follow_with_sequence(conference=booking.conference, actor=actor, at=at)


def _kept(room: Room | PlaceTyped, unit: AdministrativeUnit | None) -> Room:
    """The room that lasts; a typed place becomes one, or is found again under its own name."""
    if isinstance(room, Room):
        return room
    known = Room.objects.filter(
        host__isnull=True, name=room.name, host_name=room.host_name, address=room.address
    ).first()
    return known or Room.objects.create(unit=unit, **vars(room))


def _tell_of_rounds(booking: Booking, at: dt.datetime) -> None:
    """Invitations to line tests name the room: who has one gets it anew."""
    rounds = booking.conference.line_test_rounds.to_come(at).filter(
        results__booking=booking, invited_at__isnull=False
    )
    officers = officers_by_room([booking], at)[booking.pk]
    for round in rounds:
        round.conference = booking.conference
        round.sequence = next_sequence(round.sequence, at)
        round.save(update_fields=["sequence"])
        letters.tell_round(kind=letters.MOVED, round=round, officers=officers, at=at)
