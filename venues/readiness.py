"""What a room still lacks before it can be called ready, for one room or for all of a conference."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F

from hoinghi.text import lowerfirst
from venues.models import Booking, ChecklistItem, ChecklistTick, LineTestResult, LineTestRound
from venues.people import RoomOfficer, officers_by_room

Outcome = LineTestResult.Outcome
SHOWN_POINTS = 3


@dataclass(frozen=True)
class Point:
    """A point of the checklist in one room; ``tick`` says that it is done, by whom and when."""

    item: ChecklistItem
    tick: ChecklistTick | None = None

    def is_late(self, at: dt.datetime) -> bool:
        return self.tick is None and self.item.is_required and self.item.due_at <= at


@dataclass
class Readiness:
    """How far a room is. ``tests`` are the results in its present room, also those that are to come, by round."""

    booking: Booking
    needs_test: bool = False
    points: list[Point] = field(default_factory=list)
    officers: list[RoomOfficer] = field(default_factory=list)
    tests: list[LineTestResult] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(point.tick is not None for point in self.points)

    @property
    def open_points(self) -> list[Point]:
        """What must be done and is not."""
        return [point for point in self.points if point.item.is_required and point.tick is None]

    @property
    def last_test(self) -> LineTestResult | None:
        """The latest result that is in."""
        held = [test for test in self.tests if test.outcome != Outcome.WAITING]
        return held[-1] if held else None

    @property
    def has_passed(self) -> bool:
        return self.last_test is not None and self.last_test.outcome == Outcome.PASSED

    @property
    def has_failed(self) -> bool:
        """The line has been tried, and was not good enough or nobody came to it."""
        return self.last_test is not None and not self.has_passed

    @property
    def missing(self) -> list[str]:
        """Why the room cannot be called ready, each in a few words for a person to read; empty when it can."""
        return self._missing(named=True)

    @property
    def missing_in_brief(self) -> list[str]:
        """The same for a screen that is read from afar: points of the checklist are counted, not named."""
        return self._missing(named=False)

    def _missing(self, *, named: bool) -> list[str]:
        found = []
        if self.booking.room is None:
            return ["chưa có phòng họp"]
        if not self.booking.address:
            found.append("chưa có địa chỉ")
        if not any(officer.phone for officer in self.officers):
            found.append("chưa có cán bộ kỹ thuật kèm số điện thoại")
        if left := self.open_points:
            found.append(f"chưa xong {len(left)} mục kiểm tra bắt buộc{_names(left) if named else ''}")
        if self.needs_test and not self.has_passed:
            found.append(self._about_test())
        return found

    def _about_test(self) -> str:
        if self.last_test is None:
            return "chưa thử đường truyền"
        result = lowerfirst(self.last_test.get_outcome_display())
        return f"thử đường truyền {lowerfirst(str(self.last_test.round))}: {result}"


def _names(points: list[Point]) -> str:
    named = "; ".join(lowerfirst(point.item.text) for point in points[:SHOWN_POINTS])
    more = f" và {len(points) - SHOWN_POINTS} mục khác" if len(points) > SHOWN_POINTS else ""
    return f" ({named}{more})"


def readiness_of(bookings: Iterable[Booking], at: dt.datetime) -> dict[int, Readiness]:
    """Booking's key → how far it is at ``at``, in a fixed number of queries.

    Arguments:
        bookings: with ``conference`` and ``room__host__successor`` loaded, or each costs queries.
    """
    bookings = list(bookings)
    keys = [booking.pk for booking in bookings]
    conferences = {booking.conference_id: booking.conference for booking in bookings}
    tested = set(
        LineTestRound.objects.in_force()
        .filter(conference__in=conferences)
        .values_list("conference", flat=True)
    )
    items, ticks = _items(conferences), _ticks(keys)
    officers, tests = officers_by_room(bookings, at), _tests(keys)
    return {
        booking.pk: Readiness(
            booking,
            needs_test=booking.conference_id in tested,
            points=[
                Point(item, ticks.get((booking.pk, item.pk)))
                for item in items[booking.conference_id]
                if item.concerns(booking)
            ],
            officers=officers.get(booking.pk, []),
            tests=tests[booking.pk],
        )
        for booking in bookings
    }


def readiness(booking: Booking, at: dt.datetime) -> Readiness:
    """How far one room is at ``at``."""
    return readiness_of([booking], at)[booking.pk]


def _items(conferences: dict) -> dict[int, list[ChecklistItem]]:
    found = defaultdict(list)
    for item in ChecklistItem.objects.in_force().filter(conference__in=conferences):
        item.conference = conferences[item.conference_id]
        found[item.conference_id].append(item)
    return found


def _ticks(bookings: list[int]) -> dict[tuple[int, int], ChecklistTick]:
    """What was done in the rooms that the bookings have now."""
    ticks = ChecklistTick.objects.filter(booking__in=bookings, room=F("booking__room"))
    return {(tick.booking_id, tick.item_id): tick for tick in ticks}


def _tests(bookings: list[int]) -> dict[int, list[LineTestResult]]:
    found = defaultdict(list)
    results = LineTestResult.objects.filter(booking__in=bookings).standing().select_related("round", "own")
    for result in results.order_by("round__number"):
        found[result.booking_id].append(result)
    return found
