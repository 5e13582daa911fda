"""Rooms of a conference: made from its rule, changed by a province, moved with it, never held twice."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from conferences.calendar import follow_with_sequence
from conferences.followers import CannotFollow
from conferences.models import Conference, Place
from conferences.rooms import BookedRoom
from directory.audit import record
from directory.models import AdministrativeUnit, Organisation, User
from hoinghi.text import format_date, format_time
from venues import watching
from venues.models import Booking, Room
from venues.services.checklists import prefill_checklist

TO_BE_NAMED = "Sẽ thông báo sau"
REMEMBERED = "remembered_rooms"
# What a booking takes from the rule and the hours of its conference.
FOLLOWING = ["room", "during", "printed", "address", "state", "released_at"]


class RoomRefused(CannotFollow):
    """A room cannot be had; the text says why and what to do."""

    field = "start_at"


class RoomClosed(RoomRefused):
    def __init__(self, room: Room):
        super().__init__(f"“{room}” không dùng nữa. Chọn phòng khác.")


class RoomTaken(RoomRefused):
    """Somebody else holds a room at that time; ``held`` are those bookings."""

    def __init__(self, held: list[Booking]):
        self.held = held
        told = "; ".join(
            f"“{booking.room}” đã được giữ cho “{booking.conference}” ({hours(booking.during)})"
            for booking in held[:3]
        )
        more = f" và {len(held) - 3} phòng khác" if len(held) > 3 else ""
        super().__init__(f"{told}{more}. Chọn phòng khác hoặc đổi giờ hội nghị.")


def hours(during: DateTimeTZRange) -> str:
    """``8h00–12h00 ngày 02/7/2021``"""
    start, end = (timezone.localtime(moment) for moment in (during.lower, during.upper))
    if start.date() == end.date():
        return f"{format_time(start)}–{format_time(end)} ngày {format_date(start)}"
    return f"{format_time(start)} ngày {format_date(start)} – {format_time(end)} ngày {format_date(end)}"


@dataclass
class Wanted:
    """A booking as the rule of the conference has it."""

    role: str
    unit: AdministrativeUnit | None
    name: str
    host: Organisation | None = None
    host_name: str = ""
    address: str = ""
    room: Room | None = None

    @property
    def key(self) -> tuple:
        return _key(self.host.pk if self.host else None, self.name, self.host_name, self.address)

    @property
    def printed(self) -> str:
        if self.room is None:
            return TO_BE_NAMED
        return f"{self.name} của {self.host_name}" if self.host_name else self.name

    def printed_address(self, day: dt.date) -> str:
        """What the place says for the central room; a province's room knows best where it is on ``day``."""
        if self.room is None:
            return ""
        own = self.room.address_on(day)
        return (own or self.address) if self.unit else (self.address or own)


@transaction.atomic
def prepare_rooms(*, conference: Conference, actor: User, at: dt.datetime) -> list[Booking]:
    """Book the central room and one room per province, as the places of the conference say.

    May be called again after a change of rule, date or hours: what a province chose for itself
    (``is_chosen``) keeps its room, everything else follows, and what the rule no longer has is given back.
    A province without the organisation that should host gets a booking without a room.

    Arguments:
        at: written on bookings that are given back, and what calendars are told.

    Returns:
        The live bookings, central room first, then the provinces in Vietnamese order.

    Raises:
        RoomTaken: another conference holds one of the rooms at that time; nothing was changed.
    """
    # Two people who press at once would book everything twice.
    conference = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    wanted = _wanted(conference)
    _find_rooms(wanted)
    during = _during(conference)
    live = list(conference.bookings.live().select_related("room", "conference"))
    if not live:
        prefill_checklist(conference=conference)
    subs = [booking for booking in live if booking.parent_id]
    present = {(booking.role, booking.unit_id): booking for booking in live if not booking.parent_id}

    added, changed = [], []
    for want in wanted:
        booking = present.pop((want.role, want.unit.pk if want.unit else None), None)
        if booking is None:
            added.append(_book(conference, want, during))
        elif _follow(booking, want, during):
            changed.append(booking)
    given_back = [booking for booking in present.values() if not booking.is_chosen]
    gone = {booking.pk for booking in given_back}
    given_back += [booking for booking in subs if booking.parent_id in gone]
    for booking in given_back:
        booking.released_at = at
    changed += [
        booking
        for booking in [*present.values(), *subs]
        if booking.released_at is None and _follow(booking, None, during)
    ]

    kept = [booking for booking in live if booking.released_at is None]
    _refuse_doubles(added + kept)
    check_free(rooms=[booking.room for booking in added + kept], during=during, apart_from=live)
    # What is given back comes first, so that its province or role is free for the new booking.
    Booking.objects.bulk_update(given_back + changed, FOLLOWING)
    Booking.objects.bulk_create(added)
    if added or changed or given_back:
        counts = {"added": added, "changed": changed, "released": given_back}
        record(
            actor=actor,
            action="rooms.prepare",
            target=conference,
            changes={name: [0, len(bookings)] for name, bookings in counts.items()},
        )
        follow_with_sequence(conference=conference, actor=actor, at=at)
    return list(conference.bookings.for_board())


@transaction.atomic
def move_bookings(*, conference: Conference, actor: User | str, at: dt.datetime) -> int:
    """Hold every room of the conference for its present hours; answers how many bookings moved.

    Raises:
        RoomTaken: another conference holds one of the rooms then; nothing was changed.
    """
    conference = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    during = _during(conference)
    live = list(conference.bookings.live().select_related("room"))
    moved = [booking for booking in live if booking.during != during]
    check_free(rooms=[booking.room for booking in moved], during=during, apart_from=live)
    for booking in moved:
        booking.during = during
    Booking.objects.bulk_update(moved, ["during"])
    if moved:
        record(actor=actor, action="rooms.move", target=conference, changes={"moved": [0, len(moved)]})
    return len(moved)


@transaction.atomic
def release_rooms(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Give back what a cancelled conference holds; others may meet there then. Any other conference keeps its rooms."""
    if conference.state != Conference.State.CANCELLED:
        return
    if released := conference.bookings.live().update(released_at=at):
        record(actor=actor, action="rooms.release", target=conference, changes={"released": [0, released]})
        follow_with_sequence(conference=conference, actor=actor, at=at)


@dataclass(frozen=True)
class ShownRoom(BookedRoom):
    """A room of the board as pages show it, with the state of its booking; the central one has no unit."""

    role: str = ""
    state: str = ""


def booked_rooms(conference: Conference) -> list[BookedRoom]:
    """The rooms of the provinces, for apps below (``conferences.rooms``)."""
    board = conference.__dict__.get(REMEMBERED)
    shown = _board(conference) if board is None else board
    return [room for room in shown if room.role == Booking.Role.LOCAL]


def remember_rooms(conference: Conference) -> list[ShownRoom]:
    """The rooms in the order of the board, asked for once for everything that is read from this very object."""
    conference.__dict__[REMEMBERED] = board = _board(conference)
    return board


def _board(conference: Conference) -> list[ShownRoom]:
    rows = conference.bookings.for_board().values_list(
        "unit_id", "unit__name", "printed", "address", "role", "state"
    )
    return [ShownRoom(*values) for values in rows]


@transaction.atomic
def change_room(*, booking: Booking, room: Room, actor: User, at: dt.datetime) -> Booking:
    """Give a booking another room; it then no longer follows the rule of the conference.

    Raises:
        RoomClosed: the room is not used any more.
        RoomTaken: the room is held at that time.
    """
    booking = Booking.objects.live().select_for_update(no_key=True).get(pk=booking.pk)
    check_free(rooms=[room], during=booking.during, apart_from=[booking])
    before = booking.printed
    assign(booking, room)
    booking.save(update_fields=["room", "printed", "address", "is_chosen", "state"])
    changes = {"room": [before, booking.printed]}
    record(actor=actor, action="booking.change_room", target=booking, changes=changes)
    watching.changed(booking.conference_id)
    follow_with_sequence(conference=booking.conference, actor=actor, at=at)
    return booking


def assign(booking: Booking, room: Room | None) -> None:
    """Write a room that was chosen by hand on the booking; None: to be named."""
    booking.room = room
    booking.printed = room.printed if room else TO_BE_NAMED
    booking.address = room.address_on(_day_of(booking.during)) if room else ""
    # The line of the new room has not been tried.
    booking.is_chosen, booking.state = True, Booking.State.PREPARING


def check_free(
    *, rooms: Iterable[Room | None], during: DateTimeTZRange, apart_from: Iterable[Booking]
) -> None:
    """Lock the rooms until the end of the transaction and make sure that nobody else holds them.

    The exclusion constraint would refuse an overlap as well, but without a name to show, and two
    conferences that book the same rooms in another order would kill each other in a deadlock.

    Raises:
        RoomClosed: a room is not used any more.
        RoomTaken: a booking other than ``apart_from`` holds one of the rooms then.
    """
    wanted = {room.pk for room in rooms if room}
    # Everybody locks in the same order. NO KEY: whoever merely points to a room need not wait.
    for room in Room.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"):
        if room.is_hidden:
            raise RoomClosed(room)
    held = (
        Booking.objects.live()
        .filter(room__in=wanted, during__overlap=during)
        .exclude(pk__in=[booking.pk for booking in apart_from])
        .select_related("room", "conference")
        .order_by("room__sort_key", "during")
    )
    if held:
        raise RoomTaken(list(held))


def _refuse_doubles(bookings: list[Booking]) -> None:
    """Within a conference, too, a room serves one province."""
    seen: dict[int, Booking] = {}
    for booking in bookings:
        if booking.room_id and seen.setdefault(booking.room_id, booking) is not booking:
            raise RoomTaken([booking])


def _during(conference: Conference) -> DateTimeTZRange:
    return DateTimeTZRange(conference.start_at, conference.end_at, "[)")


def _day_of(during: DateTimeTZRange) -> dt.date:
    return timezone.localtime(during.lower).date()


def _wanted(conference: Conference) -> list[Wanted]:
    """What the places of the conference ask for; the first one of each role counts."""
    places: dict[str, Place] = {}
    for place in conference.places.select_related("host"):
        places.setdefault(place.role, place)
    wanted = []
    if place := places.get(Place.Role.CENTRAL):
        host_name = place.host_name or (place.host.name if place.host else "")
        central = Wanted(
            Booking.Role.CENTRAL,
            None,
            place.room_name or place.printed,
            place.host,
            host_name,
            address=place.address,
        )
        wanted.append(central)
    if place := places.get(Place.Role.LOCAL):
        wanted += _wanted_locally(conference, place)
    return wanted


def _wanted_locally(conference: Conference, place: Place) -> list[Wanted]:
    date = conference.reference_date
    hosts: dict[int, Organisation] = {}
    for host in Organisation.objects.as_of(date).filter(kind=place.host_kind_id, unit__isnull=False):
        hosts.setdefault(host.unit_id, host)
    wanted = []
    for unit in AdministrativeUnit.objects.provinces().as_of(date):
        want = Wanted(Booking.Role.LOCAL, unit, place.room_name)
        if host := hosts.get(unit.pk):
            want.host, want.host_name, want.address = host, host.name, host.address
        wanted.append(want)
    return wanted


def _find_rooms(wanted: list[Wanted]) -> None:
    """Give each its lasting room, made where there is none yet; a room out of use leaves it to be named."""
    hosted = [want for want in wanted if want.host or want.role == Booking.Role.CENTRAL]
    known = _known_rooms(hosted)
    if new := {want.key: want for want in hosted if want.key not in known}:
        # Another conference may be making the same rooms in this moment.
        Room.objects.bulk_create(map(_new_room, new.values()), ignore_conflicts=True)
        known = _known_rooms(hosted)
    for want in hosted:
        if not known[want.key].is_hidden:
            want.room = known[want.key]


def _known_rooms(wanted: list[Wanted]) -> dict[tuple, Room]:
    rooms = Room.objects.filter(name__in={want.name for want in wanted}).prefetch_related("former_addresses")
    return {_key(room.host_id, room.name, room.host_name, room.address): room for room in rooms}


def _key(host: int | None, name: str, host_name: str, address: str) -> tuple:
    """What a room is found again by: host and name, or all that is printed where no host is on record."""
    return (host, name) if host else (None, name, host_name, address)


def _new_room(want: Wanted) -> Room:
    return Room(
        host=want.host, host_name=want.host_name, unit=want.unit, name=want.name, address=want.address
    )


def _book(conference: Conference, want: Wanted, during: DateTimeTZRange) -> Booking:
    return Booking(
        conference=conference,
        room=want.room,
        role=want.role,
        unit=want.unit,
        during=during,
        printed=want.printed,
        address=want.printed_address(_day_of(during)),
    )


def _follow(booking: Booking, want: Wanted | None, during: DateTimeTZRange) -> bool:
    """Bring a booking in line with the rule and the hours; answers whether it changed."""
    before = [getattr(booking, name) for name in FOLLOWING]
    booking.during = during
    if want and not booking.is_chosen:
        if booking.room != want.room:
            # The line of the new room has not been tried.
            booking.state = Booking.State.PREPARING
        booking.room, booking.printed = want.room, want.printed
        booking.address = want.printed_address(_day_of(during))
    return before != [getattr(booking, name) for name in FOLLOWING]
