"""Where the people of a province sit: its own room, or the central one when it has none."""

from collections.abc import Iterable

from delegates.models import Nomination
from venues.models import Booking


def with_bookings(nominations: Iterable[Nomination]) -> list[Nomination]:
    """The lists, each with its ``booking`` (or None), in one query for all of them."""
    nominations = list(nominations)
    bookings = Booking.objects.live().main()
    bookings = bookings.filter(conference__in={found.conference_id for found in nominations})
    rooms = {
        (each.conference_id, each.unit_id if each.role == Booking.Role.LOCAL else None): each
        for each in bookings.select_related("room", "unit")
    }
    for nomination in nominations:
        own = rooms.get((nomination.conference_id, nomination.unit_id))
        nomination.booking = own or rooms.get((nomination.conference_id, None))
    return nominations


def booking_of(nomination: Nomination) -> Booking | None:
    """The room of one list; asked for once, or not at all after ``with_bookings``."""
    if not hasattr(nomination, "booking"):
        with_bookings([nomination])
    return nomination.booking


def place_of(booking: Booking | None) -> str:
    """A room as calendars and letters print it."""
    return ", ".join(filter(None, [booking.printed, booking.address])) if booking else ""
