"""What the board shows: every room with its state, what is missing or wrong, whom to call; who speaks.

All of it costs the same number of queries for three rooms as for sixty-four.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from conferences.models import Conference
from delegates.attendance_figures import Counted, figures_of
from delegates.models import Speech
from directory.regions import layout_on
from hoinghi.templatetags.look import STATES
from hoinghi.text import capfirst
from venues.models import Booking, Incident, JoinCount
from venues.policies import day_begins, day_ends
from venues.readiness import readiness_of

# States in the order in which they need a hand; codes of ``look.STATES["board"]``.
URGENCY = ("lost", "incident", "failed", "missing", "preparing", "ready", "connected")
URGENT = frozenset(URGENCY) - {"ready", "connected"}
NEXT_SPEAKERS = 3


@dataclass
class RoomState:
    """One room.

    Attributes:
        missing: what keeps the room from being ready, in words.
        failed: its line has been tried and was not good enough.
        officers: (name, telephone); for staff only.
        incidents: the open ones, the oldest first.
        opened: how often the link was opened from it.
    """

    booking: Booking
    missing: list[str] = field(default_factory=list)
    failed: bool = False
    officers: list[tuple[str, str]] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    counted: Counted = field(default_factory=Counted)
    opened: int = 0

    @property
    def name(self) -> str:
        booking = self.booking
        if booking.role == Booking.Role.CENTRAL:
            return "Trung tâm"
        return booking.name or (booking.unit.short_name if booking.unit else booking.label)

    @property
    def province(self) -> int | None:
        """The unit whose region the room stands in, its own or that of the room above it."""
        booking = self.booking
        return booking.parent.unit_id if booking.parent else booking.unit_id

    @cached_property
    def state(self) -> str:
        if self.booking.state == Booking.State.LOST:
            return "lost"
        if self.incidents:
            return "incident"
        if self.booking.state in (Booking.State.CONNECTED, Booking.State.READY):
            return str(self.booking.state)
        if self.failed:
            return "failed"
        return "missing" if self.missing else "preparing"

    @property
    def told_missing(self) -> list[str]:
        """What is missing, where that is why the room needs a hand."""
        return self.missing if self.state in ("failed", "missing") else []

    @property
    def is_connected(self) -> bool:
        """Whatever else is wrong in it."""
        return self.booking.state == Booking.State.CONNECTED

    @property
    def words(self) -> str:
        """The state as the tile says it: the incident itself, where there is one."""
        if self.state == "incident":
            return capfirst(", ".join(incident.get_kind_display().lower() for incident in self.incidents))
        return STATES["board"][self.state].label

    @property
    def is_bad(self) -> bool:
        return STATES["board"][self.state].badge == "bad"

    @property
    def icon(self) -> str:
        return STATES["board"][self.state].icon

    @property
    def since(self) -> dt.datetime | None:
        """From when on something has been wrong."""
        return self.incidents[0].reported_at if self.incidents else None


@dataclass(frozen=True)
class RegionRooms:
    name: str
    rooms: list[RoomState]


@dataclass(frozen=True)
class Stat:
    number: int
    label: str
    note: str
    css: str
    anchor: str


@dataclass(frozen=True)
class Board:
    """The whole of it at one moment."""

    conference: Conference
    at: dt.datetime
    regions: list[RegionRooms]
    speaking: Speech | None
    next_speakers: list[Speech]
    waiting_speakers: int

    @cached_property
    def rooms(self) -> list[RoomState]:
        return [room for region in self.regions for room in region.rooms]

    @cached_property
    def is_day(self) -> bool:
        return _is_day(self.conference, self.at)

    @property
    def is_open(self) -> bool:
        """Rooms should be connected by now."""
        return self.is_day and self.at >= self.conference.joins_at

    @cached_property
    def urgent(self) -> list[RoomState]:
        """The rooms that need a hand, the worst first; the list of T-1, and on the day what is cut off."""
        found = [room for room in self.rooms if room.state in URGENT]
        return sorted(found, key=lambda room: URGENCY.index(room.state))

    @property
    def unconnected(self) -> list[RoomState]:
        """Once rooms should be connected: the ready ones that are not."""
        return [room for room in self.rooms if room.state == "ready"] if self.is_open else []

    @property
    def left(self) -> dt.timedelta:
        """Until the conference starts."""
        return self.conference.start_at - self.at

    @property
    def more_speakers(self) -> int:
        return self.waiting_speakers - len(self.next_speakers)

    @cached_property
    def counts(self) -> Counter:
        return Counter(room.state for room in self.rooms)

    @cached_property
    def total(self) -> Counted:
        return sum((room.counted for room in self.rooms), Counted())

    @property
    def incidents(self) -> int:
        return sum(len(room.incidents) for room in self.rooms)

    @property
    def stats(self) -> list[Stat]:
        counts, all_rooms = self.counts, f"trên {len(self.rooms)} điểm cầu"
        if self.is_open:
            connected = sum(room.is_connected for room in self.rooms)
            rest = len(self.rooms) - connected - counts["lost"]
            first = [
                Stat(connected, "Đã kết nối", all_rooms, "c-ok", "tat-ca"),
                Stat(rest, "Chưa kết nối", "", "c-draft", "can"),
                Stat(counts["lost"], "Mất kết nối", "", "c-bad", "can"),
            ]
        else:
            ready = counts["ready"] + counts["connected"]
            first = [
                Stat(ready, "Sẵn sàng", all_rooms, "c-ok", "tat-ca"),
                Stat(counts["missing"] + counts["preparing"], "Chưa sẵn sàng", "", "c-draft", "can"),
                Stat(counts["failed"], "Chưa đạt đường truyền", "", "c-bad", "can"),
            ]
        present = f"trên {self.total.expected} đại biểu"
        return [
            *first,
            Stat(self.incidents, "Sự cố đang mở", "", "c-bad", "can"),
            *([Stat(self.total.present, "Có mặt", present, "", "tat-ca")] if self.is_day else []),
        ]


def board_of(conference: Conference, at: dt.datetime) -> Board:
    """The board at ``at``."""
    bookings = list(conference.bookings.select_related("room__host__successor").in_families())
    for booking in bookings:
        booking.conference = conference
    incidents = defaultdict(list)
    for incident in Incident.objects.open().filter(booking__in=bookings):
        incidents[incident.booking_id].append(incident)
    opened = dict(JoinCount.objects.filter(booking__in=bookings).values_list("booking", "opened"))
    counted = figures_of(conference)
    readiness = readiness_of(bookings, at)
    # On the day the points of the checklist are behind everybody; what is missing is told in a few words.
    missing = attrgetter("missing_in_brief" if _is_day(conference, at) else "missing")
    rooms = [
        RoomState(
            booking,
            missing=[capfirst(each) for each in missing(readiness[booking.pk])],
            failed=readiness[booking.pk].has_failed,
            officers=[(officer.full_name, officer.phone) for officer in readiness[booking.pk].officers],
            incidents=incidents[booking.pk],
            counted=counted.of_room(booking),
            opened=opened.get(booking.pk, 0),
        )
        for booking in bookings
    ]
    speeches = conference.speeches.select_related("nomination", "delegate__seat")
    line = list(speeches.in_line())
    return Board(
        conference=conference,
        at=at,
        regions=_by_region(conference, rooms),
        speaking=speeches.filter(state=Speech.State.SPEAKING).first(),
        next_speakers=line[:NEXT_SPEAKERS],
        waiting_speakers=len(line),
    )


def _is_day(conference: Conference, at: dt.datetime) -> bool:
    return day_begins(conference) <= at < day_ends(conference)


def _by_region(conference: Conference, rooms: list[RoomState]) -> list[RegionRooms]:
    """The central room, then the regions of the map in their order; a room that the map does not know comes last."""
    layout = layout_on(conference.reference_date)
    region_of = {cell.unit.pk: region.name for region in layout.regions for cell in region.cells}
    found: dict[str, list[RoomState]] = {"": []} | {region.name: [] for region in layout.regions}
    others = []
    for room in rooms:
        if room.booking.role == Booking.Role.CENTRAL:
            found[""].append(room)
        elif name := region_of.get(room.province):
            found[name].append(room)
        else:
            others.append(room)
    regions = [RegionRooms(name, rooms) for name, rooms in found.items() if rooms]
    return [*regions, RegionRooms("Các điểm cầu khác", others)] if others else regions
