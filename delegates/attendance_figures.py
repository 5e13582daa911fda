"""How many are there: by room and by group, the same delegates each way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from conferences.models import Conference
from delegates.models import Delegate
from delegates.places import with_bookings
from venues.models import Booking

Attendance = Delegate.Attendance


@dataclass(frozen=True)
class Counted:
    """Delegates by what they are marked as."""

    in_person: int = 0
    online: int = 0
    absent: int = 0
    unmarked: int = 0

    @classmethod
    def of(cls, attendance: str, number: int) -> "Counted":
        return cls(**{attendance: number})

    @classmethod
    def people(cls, delegates: Iterable[Delegate]) -> "Counted":
        return sum((cls.of(each.attendance, 1) for each in delegates), cls())

    @property
    def present(self) -> int:
        return self.in_person + self.online

    @property
    def expected(self) -> int:
        return self.present + self.absent + self.unmarked

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(*(mine + its for mine, its in zip(self.values, other.values, strict=True)))

    @property
    def values(self) -> tuple[int, int, int, int]:
        return self.in_person, self.online, self.absent, self.unmarked


@dataclass(frozen=True)
class Figures:
    """``rooms``: booking's key (None: there is no room) → count; ``groups``: group's key → count."""

    rooms: dict[int | None, Counted]
    groups: dict[int, Counted]

    @property
    def total(self) -> Counted:
        return sum(self.groups.values(), Counted())

    def of_room(self, booking: Booking) -> Counted:
        return self.rooms.get(booking.pk, Counted())


def figures_of(conference: Conference) -> Figures:
    """Count the conference's delegates, reserves left out, in three queries."""
    lists = with_bookings(conference.nominations.all())
    room_of = {each.pk: each.booking.pk if each.booking else None for each in lists}
    counts = (
        Delegate.objects.attending()
        .filter(seat__nomination__conference=conference)
        .order_by()
        .values_list("seat__nomination", "seat__group", "attendance")
        .annotate(people=Count("pk"))
    )
    rooms: dict[int | None, Counted] = defaultdict(Counted)
    groups: dict[int, Counted] = defaultdict(Counted)
    for nomination, group, attendance, people in counts:
        counted = Counted.of(attendance, people)
        rooms[room_of[nomination]] += counted
        groups[group] += counted
    return Figures(dict(rooms), dict(groups))
