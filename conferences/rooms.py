"""Where the provinces meet, as the public may know it: from the rule of the conference, without telephones."""

from collections.abc import Callable
from dataclasses import dataclass

from conferences.models import Conference, Place
from directory.models import Organisation
from directory.regions import layout_on


@dataclass(frozen=True)
class Region:
    """``name`` is empty for provinces that the map of the regions does not know."""

    name: str
    hosts: list[str]


def rooms_by_region(conference: Conference, place: Place) -> list[Region]:
    """The provinces' rooms under a local ``place``: one per province of the reference date, by region.

    A province whose organisation of the wanted kind did not exist on that day stands with its own name.
    """
    date = conference.reference_date
    names = dict(
        Organisation.objects.as_of(date)
        .filter(kind=place.host_kind_id, unit__isnull=False)
        .values_list("unit_id", "name")
    )

    def region(name: str, units) -> Region:
        in_order = sorted(units, key=lambda unit: unit.sort_key)
        return Region(name, [names.get(unit.pk, unit.name) for unit in in_order])

    layout = layout_on(date)
    regions = [region(found.name, [cell.unit for cell in found.cells]) for found in layout.regions]
    return [*regions, region("", layout.unplaced)] if layout.unplaced else regions


# --- The rooms that were booked: kept by an app above, which says here how to list them ------------------


@dataclass(frozen=True)
class BookedRoom:
    """Where the people of one province meet, as it was printed for them."""

    unit: int
    unit_name: str
    printed: str
    address: str

    @property
    def place(self) -> str:
        return ", ".join(filter(None, [self.printed, self.address]))


_bookings: list[Callable[[Conference], list[BookedRoom]]] = []


def register_bookings(rooms: Callable[[Conference], list[BookedRoom]]) -> None:
    """Let ``rooms(conference)`` answer which provinces meet where, in Vietnamese order."""
    if rooms not in _bookings:
        _bookings.append(rooms)


def booked_rooms(conference: Conference) -> list[BookedRoom]:
    """Every province's room; none before the conference is published."""
    return [room for rooms in _bookings for room in rooms(conference)]
