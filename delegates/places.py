"""Where the people of a province sit: its own room, or the central one when it has none."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from conferences.models import Conference
from delegates.models import Delegate, Nomination
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


def lists_of(booking: Booking) -> QuerySet[Nomination]:
    """The lists whose people sit in the room: the other side of ``with_bookings``.

    Those of a room under a province's are the province's: who sits where is seen at the door.
    """
    lists = Nomination.objects.filter(conference=booking.conference_id)
    if booking.role == Booking.Role.LOCAL:
        return lists.filter(unit=booking.unit_id)
    if booking.role == Booking.Role.SUB:
        return lists.filter(unit=booking.parent.unit_id)
    local = Booking.objects.live().filter(conference=booking.conference_id, role=Booking.Role.LOCAL)
    return lists.filter(Q(unit__isnull=True) | ~Q(unit__in=local.values("unit")))


def people_of(booking: Booking) -> QuerySet[Delegate]:
    """Whoever is expected in the room, reserves left out."""
    return Delegate.objects.attending().filter(seat__nomination__in=lists_of(booking))


def people_by_room(conference: Conference) -> dict[int | None, list[Delegate]]:
    """Booking's key (None: there is no room) → whoever is expected there, by group, province and name."""
    rooms = {
        each.pk: each.booking.pk if each.booking else None
        for each in with_bookings(conference.nominations.all())
    }
    people = (
        Delegate.objects.attending()
        .filter(seat__nomination__conference=conference)
        .select_related("seat", "attended_in__unit")
        .order_by(
            "seat__group__position", "seat__nomination__unit__sort_key", "seat__name_key", "sort_key", "pk"
        )
    )
    found: dict[int | None, list[Delegate]] = defaultdict(list)
    for each in people:
        found[rooms[each.seat.nomination_id]].append(each)
    return dict(found)


def place_of(booking: Booking | None) -> str:
    """A room as calendars and letters print it."""
    return booking.place if booking else ""


def people_in(bookings: list[Booking]) -> dict[int, int]:
    """Booking's key → how many people are sent to it (``venues.expected``): a province's own, in the central room
    those whose province has no room. Nobody says yet who sits in a room under a province's.
    """
    conferences = {booking.conference_id for booking in bookings}
    sent = (
        Delegate.objects.attending()
        .filter(seat__nomination__conference__in=conferences)
        .order_by()
        .values_list("seat__nomination__conference", "seat__nomination__unit")
        .annotate(people=Count("pk"))
    )
    local = Booking.objects.live().filter(conference__in=conferences, role=Booking.Role.LOCAL)
    housed = {
        (conference, unit): pk for pk, conference, unit in local.values_list("pk", "conference", "unit")
    }
    central = {each.conference_id: each.pk for each in bookings if each.role == Booking.Role.CENTRAL}
    found = dict.fromkeys((booking.pk for booking in bookings), 0)
    for conference, unit, people in sent:
        room = housed.get((conference, unit)) or central.get(conference)
        if room in found:
            found[room] += people
    return found
