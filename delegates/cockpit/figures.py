"""The figures of the cockpit: how far every province has come, and what waits for a hand.

All of it costs the same number of queries for three provinces as for thirty-four; how many provinces and
groups there are, what they are called and how they are laid out is data.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Case, Count, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from conferences.models import Conference, InvitedGroup, PaperRequest, Reminder
from correspondence.models import Message
from delegates import letters
from delegates.cockpit.steps import STEPS, TESTS, Step
from delegates.models import (
    Delegate,
    ExtensionRequest,
    Nomination,
    NominationPaper,
    NominationVersion,
    Receipt,
)
from delegates.rows import Row, organisations_of
from directory.regions import Layout, layout_on
from hoinghi.text import fold, format_quota
from venues.services import ShownRoom, remember_rooms

State = Nomination.State

# The section of the organisations that nominate their own people.
ORGANISATIONS = "Cơ quan, đơn vị"


@dataclass(frozen=True)
class Column:
    """A group that the provinces nominate, with the words of its heading.

    Attributes:
        most: how many organisations of the group one list can hold; None where persons are counted.
        least: how many it should hold.
    """

    group: InvitedGroup
    label: str
    quota: str
    most: int | None
    least: int

    @classmethod
    def of(cls, group: InvitedGroup) -> "Column":
        is_own = group.nominator == InvitedGroup.Nominator.ITSELF
        return cls(
            group,
            group.label,
            format_quota(group.min_organisations, group.max_organisations),
            most=None if is_own else group.max_organisations,
            least=1 if is_own else max(group.min_organisations or 0, 1),
        )


@dataclass(slots=True)
class GroupCount:
    """How many of one group are sent: organisations where a quota counts them, otherwise persons."""

    column: Column
    organisations: int = 0
    people: int = 0

    def __add__(self, other: "GroupCount") -> "GroupCount":
        return GroupCount(self.column, self.organisations + other.organisations, self.people + other.people)

    @property
    def number(self) -> int:
        return self.organisations if self.column.most else self.people

    @property
    def text(self) -> str:
        return f"{self.organisations}/{most}" if (most := self.column.most) else str(self.people or "–")

    @property
    def is_enough(self) -> bool:
        return self.organisations >= self.column.least


@dataclass
class Province:
    """One province's line, or that of an organisation which nominates its own people.

    Attributes:
        state: as people see it (``Nomination.shown_state``).
        region: name of the region it is listed under.
        counts: one entry a column, in their order.
        answers: delegates by ``Delegate.Answer``.
        unreached: its invitation did not arrive.
        materials: what its organisation was asked to send (reports, papers for the agenda).
    """

    nomination: Nomination
    state: str
    region: str
    counts: list[GroupCount]
    answers: Counter
    room: ShownRoom | None
    unreached: bool
    materials: list[PaperRequest] = field(default_factory=list)

    @property
    def sent_materials(self) -> int:
        """How many of them are there; one that was given back is not."""
        return sum(paper.state not in PaperRequest.TO_SEND for paper in self.materials)

    @property
    def name(self) -> str:
        return self.nomination.short_name or self.nomination.organisation_name

    @property
    def is_unsent(self) -> bool:
        """Nothing has ever been submitted, nor has the province said that it sends nobody."""
        return self.nomination.state in (State.OPEN, State.DRAFT)

    @property
    def is_extended(self) -> bool:
        until, common = self.nomination.extended_until, self.nomination.conference.nomination_deadline
        return until is not None and (common is None or until > common)

    @property
    def people(self) -> int:
        return self.answers.total()

    @property
    def confirmed(self) -> int:
        return self.answers[Delegate.Answer.CONFIRMED]

    def matches(self, words: str) -> bool:
        names = fold(f"{self.nomination.unit_name} {self.nomination.organisation_name}")
        return all(word in names for word in fold(words).split())


@dataclass(frozen=True)
class RegionRows:
    name: str
    rows: list[Province]

    @property
    def counted(self) -> str:
        return count_senders(self.rows)


def count_senders(rows: list[Province]) -> str:
    """ "34 tỉnh, thành phố và 2 cơ quan, đơn vị" """
    own = sum(row.nomination.unit_id is None for row in rows)
    provinces = [f"{len(rows) - own} tỉnh, thành phố"] if len(rows) > own or not own else []
    return " và ".join(provinces + ([f"{own} cơ quan, đơn vị"] if own else []))


@dataclass
class Cockpit:
    """What staff watch about one conference at one moment; ``undelivered`` are the letters that stuck."""

    conference: Conference
    at: dt.datetime
    columns: list[Column]
    provinces: list[Province]
    layout: Layout
    undelivered: list[Message] = field(default_factory=list)
    missed_reminders: list[Reminder] = field(default_factory=list)

    @cached_property
    def states(self) -> Counter:
        return Counter(row.state for row in self.provinces)

    @property
    def unsent(self) -> list[Province]:
        """Who has not answered: too late first, then whoever the invitation did not reach, then the rest."""
        waiting = [row for row in self.provinces if row.is_unsent]
        return sorted(waiting, key=lambda row: (row.state != "late", not row.unreached))

    @property
    def unsent_counted(self) -> str:
        return count_senders(self.unsent)

    @property
    def counted(self) -> str:
        """How many lists there are, of whom."""
        return count_senders(self.provinces)

    @property
    def width(self) -> int:
        """Columns of the table: name, state, last change, answers and room beside the steps and the groups."""
        return 5 + len(self.steps) + len(self.columns)

    @property
    def people(self) -> int:
        return sum(row.people for row in self.provinces)

    @property
    def confirmed(self) -> int:
        return sum(row.confirmed for row in self.provinces)

    @property
    def steps(self) -> list[tuple[Step, int, int]]:
        """The steps that this conference knows, how many lists have made each, and how many have to."""
        known = {
            "paper": self.conference.paper_rule != Conference.PaperRule.NONE,
            "material": any(row.materials for row in self.provinces),
        }
        return [
            (
                step,
                sum(step.is_made(row) for row in self.provinces),
                sum(step.is_asked(row) for row in self.provinces),
            )
            for step in STEPS
            if known.get(step.code, True)
        ]

    @property
    def totals(self) -> list[GroupCount]:
        """Who has a seat, group by group; what is typed in drafts is not counted."""
        seated = [row for row in self.provinces if row.nomination.typed is None]
        return [
            sum((row.counts[place] for row in seated), GroupCount(column))
            for place, column in enumerate(self.columns)
        ]

    @property
    def answered_at(self) -> list[dt.datetime]:
        """When each province first submitted, or said that it sends nobody; in order."""
        moments = (row.nomination.first_submitted_at or row.nomination.saved_at for row in self.answered)
        return sorted(moment for moment in moments if moment)

    @property
    def requests(self) -> list[Province]:
        """Who asked for more time and waits for an answer, the longest first."""
        asking = [row for row in self.provinces if row.nomination.asked_at]
        return sorted(asking, key=lambda row: row.nomination.asked_at)

    @property
    def answered(self) -> list[Province]:
        return [row for row in self.provinces if not row.is_unsent]

    @property
    def regions(self) -> list[str]:
        return list(dict.fromkeys(row.region for row in self.provinces))

    def filtered(self, *, words: str = "", region: str = "", state: str = "") -> list[RegionRows]:
        """The provinces that match, region by region.

        Arguments:
            words: part of a name, with or without diacritics.
            state: a shown state, ``UNSENT``, or a step's code, with ``not_`` before it for who has not made it.
        """
        is_in = TESTS.get(state) or (lambda row: state in ("", row.state))
        found = []
        for row in self.provinces:
            if is_in(row) and region in ("", row.region) and (not words or row.matches(words)):
                found.append(row)
        return by_region(found)


def by_region(rows: Iterable[Province]) -> list[RegionRows]:
    """The rows under their regions, in the order in which they come."""
    found: dict[str, list[Province]] = {}
    for row in rows:
        found.setdefault(row.region, []).append(row)
    return [RegionRows(name, rows) for name, rows in found.items()]


def cockpit_of(conference: Conference, at: dt.datetime) -> Cockpit:
    """Count everything once, province by province.

    Provinces stand in the order of the tile grid's regions, inside a region in Vietnamese order.
    """
    layout = layout_on(conference.reference_date)
    region_of = {cell.unit.pk: region.name for region in layout.regions for cell in region.cells}
    order = {region.name: place for place, region in enumerate(layout.regions)}
    columns = [
        Column.of(group)
        for group in conference.groups.all()
        if group.nominator != InvitedGroup.Nominator.NOBODY
    ]
    seated, answers = _delegates_of(conference)
    rooms = {room.unit: room for room in remember_rooms(conference)}
    materials = _materials(conference)
    undelivered = undelivered_letters(conference)
    unreached = {message.recipient_name for message in undelivered if message.kind == "invitation"}
    provinces = [
        Province(
            nomination=nomination,
            state=nomination.shown_state(at),
            region=region_of.get(nomination.unit_id, "") if nomination.unit_id else ORGANISATIONS,
            counts=_counts(nomination, columns, seated),
            answers=answers.get(nomination.pk, Counter()),
            room=rooms.get(nomination.unit_id) if nomination.unit_id else None,
            unreached=nomination.organisation_name in unreached,
            materials=materials.get(nomination.organisation_id, []),
        )
        for nomination in _nominations(conference)
    ]
    # After the regions those without one, at the very end the organisations.
    order |= {"": len(order), ORGANISATIONS: len(order) + 1}
    provinces.sort(key=lambda row: order[row.region])
    missed = [reminder for reminder in conference.reminders.all() if reminder.is_missed(at)]
    return Cockpit(conference, at, columns, provinces, layout, undelivered, missed)


def _nominations(conference: Conference) -> list[Nomination]:
    """The lists in Vietnamese order, each with what the cockpit shows besides.

    That is ``short_name`` of the province, ``first_submitted_at``, ``typed`` (the rows of a draft, otherwise
    None), ``paper_count``, ``receipt`` (number of the one in force, or None), and ``asked_at``, ``wanted_until``,
    ``wanted_reason`` of a request for more time that waits.
    """
    # A list has one waiting request at most: a constraint says so.
    waiting = Q(extension_requests__state=ExtensionRequest.State.WAITING)
    papers = NominationPaper.objects.filter(nomination=OuterRef("pk")).order_by().values("nomination")
    receipts = Receipt.objects.filter(version__nomination=OuterRef("pk")).in_force()
    first = NominationVersion.objects.filter(nomination=OuterRef("pk"), number=1)
    nominations = list(
        conference.nominations.defer("draft")
        .alias(waiting=FilteredRelation("extension_requests", condition=waiting))
        .annotate(
            short_name=F("unit__short_name"),
            first_submitted_at=Subquery(first.values("submitted_at")),
            paper_count=Coalesce(Subquery(papers.values(number=Count("pk"))), Value(0)),
            receipt=Subquery(receipts.values("document__number")[:1]),
            typed=Case(When(state=State.DRAFT, then="draft")),
            asked_at=F("waiting__asked_at"),
            wanted_until=F("waiting__wanted_until"),
            wanted_reason=F("waiting__reason"),
        )
        .order_by("unit__sort_key", "organisation__sort_key")
    )
    for nomination in nominations:
        nomination.conference = conference  # the deadline is read from it, row by row
    return nominations


def _materials(conference: Conference) -> dict[int, list[PaperRequest]]:
    """Organisation → what it was asked to send and still is."""
    found: dict[int, list[PaperRequest]] = {}
    for paper in conference.paper_requests.all():
        if paper.state != PaperRequest.State.WITHDRAWN:
            found.setdefault(paper.organisation_id, []).append(paper)
    return found


def _delegates_of(conference: Conference) -> tuple[dict, dict[int, Counter]]:
    """Counts of the delegates who are sent: by (list, group), and by list and answer."""
    sent = Delegate.objects.attending().filter(seat__nomination__conference=conference)
    given = {answer: Count("pk", filter=Q(answer=answer)) for answer in Delegate.Answer.values}
    seated: dict[tuple[int, int], tuple[int, int]] = {}
    answers: dict[int, Counter] = {}
    for nomination, group, organisations, *numbers in sent.values_list(
        "seat__nomination", "seat__group"
    ).annotate(Count("seat", distinct=True), **given):
        seated[nomination, group] = organisations, sum(numbers)
        answers.setdefault(nomination, Counter()).update(dict(zip(given, numbers, strict=True)))
    return seated, answers


def _counts(nomination: Nomination, columns: list[Column], seated: dict) -> list[GroupCount]:
    if nomination.typed is not None:
        # Nobody has a seat yet; what has been typed shows how far the focal point is.
        return [_typed(column, nomination.typed) for column in columns]
    return [GroupCount(column, *seated.get((nomination.pk, column.group.pk), ())) for column in columns]


def _typed(column: Column, draft: list[dict]) -> GroupCount:
    rows = [Row(**row) for row in draft if row["group"] == column.group.code and not row["reserve"]]
    return GroupCount(column, len(organisations_of(rows)), len(rows))


def undelivered_letters(conference: Conference) -> list[Message]:
    """Letters of the conference that did not arrive, or of which nobody knows whether they did."""
    stuck = Q(state=Message.State.FAILED) | Q(state=Message.State.UNKNOWN)
    return list(
        Message.objects.filter(stuck, topic=letters.topic_of(conference))
        .only("state", "kind", "recipient_name", "answer")
        .order_by("recipient_name")
    )
