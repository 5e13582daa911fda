"""Rooms to choose from, each with what speaks against it."""

from collections.abc import Iterable
from dataclasses import dataclass

from conferences.models import Conference
from directory.models import User
from venues.expected import crowding
from venues.models import Booking, Room
from venues.services.rooms import hours

MOST = 30


@dataclass(frozen=True)
class Candidate:
    """A room; ``taken`` says who holds it at that time, ``crowded`` that it is too small."""

    room: Room
    is_present: bool = False
    taken: str = ""
    crowded: str = ""


def candidates(booking: Booking, words: str, expected: int, viewer: User) -> tuple[list[Candidate], bool]:
    """Rooms in use that match ``words``, by name; without words those of the booking's province.

    Returns:
        The rooms, and whether there are more than are shown.
    """
    rooms = Room.objects.in_use().select_related("unit")
    if words:
        rooms = rooms.matching(words)
    else:
        province = booking.parent.unit if booking.parent_id else booking.unit
        rooms = rooms.filter(unit=province) if province else rooms.filter(unit__isnull=True)
    found = list(rooms.order_by("sort_key", "pk")[: MOST + 1])
    shown = found[:MOST]
    held = _held(shown, booking)
    return [
        Candidate(
            room,
            is_present=room.pk == booking.room_id,
            taken=told(held.get(room.pk, []), viewer),
            crowded=crowding(room.capacity, expected),
        )
        for room in shown
    ], len(found) > MOST


def _held(rooms: list[Room], booking: Booking) -> dict[int, list[Booking]]:
    others = Booking.objects.live().filter(room__in=rooms, during__overlap=booking.during)
    found: dict[int, list[Booking]] = {}
    for other in others.exclude(pk=booking.pk).select_related("conference", "unit", "parent__unit"):
        found.setdefault(other.room_id, []).append(other)
    return found


def told(held: Iterable[Booking], viewer: User) -> str:
    """Who holds a room and when; a conference that is not public is named to staff only."""
    return "; ".join(f"Đã giữ cho {_name(booking, viewer)} ({hours(booking.during)})" for booking in held)


def _name(booking: Booking, viewer: User) -> str:
    if booking.conference.state == Conference.State.DRAFT and not viewer.is_staff:
        return "một hội nghị khác"
    return f"“{booking.conference}”, {booking.label}"
