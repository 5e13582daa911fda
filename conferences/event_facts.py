"""What the page of an event shows besides its notice: people, units, way, visits, work, from its rows alone."""

from dataclasses import dataclass

from django.utils import timezone

from conferences.citing import fill_known
from conferences.facts import Facts
from conferences.models import Conference, InvitedGroup, Series, Topic
from conferences.visit_facts import printed_member
from hoinghi.text import capfirst


@dataclass(frozen=True)
class GroupLine:
    """A group of the composition: ``quota`` is printed with its unit, ``units`` are names as printed."""

    name: str
    quota: str
    units: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    label: str
    groups: tuple[GroupLine, ...]


@dataclass(frozen=True)
class Work:
    """The points of one kind: what is worked on, reported or discussed."""

    label: str
    points: tuple[str, ...]


def composition(conference: Conference, facts: Facts) -> list[Side]:
    """The groups by side, in the order of the sides; those that travel come first."""
    by_side: dict[str, list[GroupLine]] = {}
    for group in conference.groups.all():
        by_side.setdefault(group.side, []).append(_line(group, facts))
    sides = InvitedGroup.Side
    order = [sides.DELEGATION, sides.HOST, sides.MINISTRY, sides.LOCALITY, sides.OTHER]
    return [Side(side.label, tuple(by_side[side])) for side in order if side in by_side]


def _line(group: InvitedGroup, facts: Facts) -> GroupLine:
    persons = facts[f"persons:{group.code}"]
    organisations = facts[f"quota:{group.code}"]
    quota = [f"{organisations} cơ quan" if organisations else "", f"{persons} người" if persons else ""]
    return GroupLine(
        capfirst(facts[f"group:{group.code}"]),
        ", ".join(filter(None, quota)),
        tuple(fill_known(unit.name, facts) for unit in group.units.all()),
        tuple(printed_member(member, facts) for member in group.members.all()),
    )


def work(conference: Conference, facts: Facts) -> list[Work]:
    known = {name: printed for name, printed in facts.items() if name not in facts.texts}
    topics = list(conference.topics.all())
    found = []
    for kind in Topic.Kind:
        points = [capfirst(fill_known(topic.text, known)) for topic in topics if topic.kind == kind]
        if points:
            found.append(Work(kind.label, tuple(points)))
    return found


@dataclass(frozen=True)
class PreviousSeries:
    title: str
    count: int
    month: str


def previous_of(series: Series) -> PreviousSeries | None:
    """The series before, as far as it is known: its own conferences, or what was typed of them."""
    before = series.previous
    if before is None:
        return None
    starts = sorted(conference.start_at for conference in before.conferences.all())
    first = timezone.localtime(starts[0]) if starts else before.held_in
    month = f"{first.month}/{first.year}" if first else ""
    return PreviousSeries(before.title, len(starts) or before.conference_count or 0, month)
