"""Who or what an agenda needs in two places at once. Staff are warned; what they mean is theirs to know."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from conferences.agenda import draft_items, shown_items
from conferences.models import AgendaItem, Conference
from hoinghi.text import fold, format_date, format_time, name_key

# "Ông Nguyễn Văn A" and "đồng chí Nguyễn Văn A, Phó Cục trưởng" are one person.
_HONORIFIC = re.compile(r"^(?:(?:ông|bà|đồng chí|đ/c|anh|chị|gs|pgs|ts|ths)\.?\s+)+", re.IGNORECASE)
# Many people, who may well sit in two rooms.
_MANY = re.compile(r"(?:các|đại biểu|toàn thể|những)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Use:
    """Somebody or some room, taken by something for a time."""

    label: str
    start: dt.datetime
    end: dt.datetime
    by: str
    conference: int

    def meets(self, other: "_Use") -> bool:
        return self.start == other.start or (self.start < other.end and other.start < self.end)


def warnings_of(conference: Conference) -> list[str]:
    """What is odd about the draft of an agenda, in words for the staff: people and rooms in two places at once,
    also in another conference of that time; items after the end."""
    items = draft_items(conference)
    work = [item for item in items if not item.is_break]
    said = [_clash_in_words(pair, "có hai nội dung cùng lúc") for pair in _clashes(_rooms(work))]
    others = list(_others(conference))
    people = [*_people(work, conference), *others]
    said += [_clash_in_words(pair) for pair in _clashes(people) if any(use not in others for use in pair)]
    said += [
        f"“{item.printed_title}” {format_time(item.starts_at)} ngày {format_date(item.starts_at)} nằm sau giờ "
        "kết thúc của hội nghị."
        for item in items
        if item.starts_at >= conference.end_at or (item.ends_at or item.starts_at) > conference.end_at
    ]
    return list(dict.fromkeys(said))


def _clash_in_words(pair: tuple[_Use, _Use], what: str = "cùng lúc ở hai nơi") -> str:
    first, second = sorted(pair, key=lambda use: use.start)
    when = f"{format_time(second.start)} ngày {format_date(second.start)}"
    return f"{first.label} {what}, {when}: “{first.by}” và “{second.by}”."


def _clashes(uses: Iterable[tuple[str, _Use]]) -> Iterator[tuple[_Use, _Use]]:
    by_key: dict[str, dict[_Use, None]] = defaultdict(dict)
    for key, use in uses:
        by_key[key][use] = None
    for taken in by_key.values():
        yield from (pair for pair in combinations(taken, 2) if pair[0].meets(pair[1]))


def _rooms(items: list[AgendaItem]) -> Iterator[tuple[str, _Use]]:
    for item, start, end in _times(items):
        label = f"Phòng “{item.place}”" if item.place else "Hội trường chính"
        yield fold(item.place), _Use(label, start, end, item.printed_title, item.conference_id or 0)


def _people(items: list[AgendaItem], conference: Conference) -> Iterator[tuple[str, _Use]]:
    bodies = _bodies_of(conference)
    for item, start, end in _times(items):
        for person in persons_in(f"{item.printed_presenter};{item.printed_chair}", bodies):
            yield name_key(person), _Use(person, start, end, item.printed_title, conference.pk)


def _bodies_of(conference: Conference) -> list[str]:
    """The names with a comma that are one body: Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công."""
    units = [unit.name for group in conference.groups.all() for unit in group.units.all()]
    names = [conference.organiser_name, conference.issuing_unit_name, *units]
    return [name for name in names if "," in name]


def persons_in(text: str, bodies: Iterable[str] = ()) -> list[str]:
    """The persons or bodies that a field names, without honorifics and posts: "Nguyễn Văn A".

    Arguments:
        bodies: names whose comma does not begin a post.
    """

    def name(part: str) -> str:
        known = next((body for body in bodies if part.startswith(body)), None)
        return known or _HONORIFIC.sub("", part, count=1).split(",")[0].strip()

    named = (name(part.strip()) for part in text.split(";"))
    return [name for name in dict.fromkeys(named) if name and not _MANY.match(name)]


def _times(items: list[AgendaItem]) -> Iterator[tuple[AgendaItem, dt.datetime, dt.datetime]]:
    """Each item with its start and end; one without an end lasts until the next one begins."""
    starts = sorted({item.starts_at for item in items})
    for item in items:
        start = item.starts_at
        following = next((each for each in starts if each > start), start)
        yield item, start, item.ends_at or following


def _others(conference: Conference) -> Iterator[tuple[str, _Use]]:
    """The people of the other conferences of the same days."""
    states = Conference.State
    same_days = (
        Conference.objects.filter(
            state__in=[states.PLANNED, states.ANNOUNCED],
            start_at__lt=conference.end_at + dt.timedelta(days=1),
            end_at__gt=conference.start_at - dt.timedelta(days=1),
        )
        .exclude(pk=conference.pk)
        .printable()
    )
    for other in same_days:
        yield from _people([item for item in shown_items(other) if not item.is_break], other)
