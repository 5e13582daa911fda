"""The agenda: what the public reads, what staff are working on, and what is different between the two.

The rows of ``Conference.agenda`` are a draft that only staff see. Publishing writes them down as an
``AgendaVersion``; everybody, letters and documents included, reads the newest one. Both keep times as minutes
from the start and texts with their placeholders, so they move with the conference.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from conferences.models import AgendaItem, AgendaVersion, Conference
from hoinghi.text import format_time, name_key

# What makes an item the same as another one; the rest is how it is kept.
COMPARED = ("day", "starts_after", "lasts", "part", "title", "presenter", "chair", "place", "is_break")


@dataclass(frozen=True)
class AgendaDifference:
    """One item that is not as it was; ``before`` or ``after`` is empty where there is nothing."""

    before: str
    after: str

    def __str__(self):
        if not self.after:
            return f"Bỏ {self.before}"
        return f"{self.after} (trước đây: {self.before})" if self.before else f"{self.after} (mới)"


def newest_version(conference: Conference) -> AgendaVersion | None:
    """What was published last; ``Conference.objects.printable()`` brings it along."""
    return next(iter(conference.agenda_versions.all()), None)


def shown_items(conference: Conference) -> list[AgendaItem]:
    """The agenda that readers see. A conference that nobody can read yet shows its draft to the staff."""
    version = newest_version(conference)
    if version is not None:
        return items_of(version, conference)
    return draft_items(conference) if conference.state == Conference.State.DRAFT else []


def draft_items(conference: Conference) -> list[AgendaItem]:
    """The rows that staff are working on."""
    items = list(conference.agenda.all())
    for item in items:
        item.conference = conference
    return items


def items_of(version: AgendaVersion, conference: Conference) -> list[AgendaItem]:
    """The items of a version, to be read like rows. Their ids are those of the rows that they came from."""
    known = {field.attname for field in AgendaItem._meta.concrete_fields}
    return [
        AgendaItem(conference=conference, **{name: value for name, value in row.items() if name in known})
        for row in version.items
    ]


def rows_of(items: Iterable[AgendaItem]) -> list[dict]:
    """The items as a version keeps them: every column but the conference, as JSON."""
    names = [field.attname for field in AgendaItem._meta.concrete_fields if field.attname != "conference_id"]
    return [{name: getattr(item, name) for name in names} for item in items]


def line_of(item: AgendaItem) -> str:
    """An item in one line: ``8h15: Báo cáo tình hình (15 phút), Cục ĐCK``."""
    day = f" ngày thứ {item.day}" if item.day > 1 else ""
    length = f" ({item.lasts} phút)" if item.lasts else ""
    chair = f"điều hành: {item.printed_chair}" if item.chair else ""
    words = [f"{item.printed_title}{length}", item.printed_presenter, chair, item.place]
    return f"{format_time(item.starts_at)}{day}: {', '.join(filter(None, words))}"


# ── what is different ───────────────────────────────────────────────────────────────────────────────


def unpublished(conference: Conference) -> list[AgendaDifference]:
    """What the draft would change for readers."""
    version = newest_version(conference)
    return compare(items_of(version, conference) if version else [], draft_items(conference))


def compare(before: list[AgendaItem], after: list[AgendaItem]) -> list[AgendaDifference]:
    """What differs between two agendas, in their order.

    An item that is not there any more stands against the new one of the same name, then against the one at the
    same hour; what is left was taken out or added.
    """
    old, new = _without_equals(before, after)
    pairs: list[tuple[AgendaItem | None, AgendaItem | None]] = []
    for same in (_by_title, _by_hour):
        for item in list(old):
            if (found := next((each for each in new if same(each) == same(item)), None)) is not None:
                pairs.append((item, found))
                old.remove(item)
                new.remove(found)
    pairs += [(item, None) for item in old] + [(None, item) for item in new]
    pairs.sort(key=lambda pair: _by_hour(pair[1] or pair[0]))
    return [AgendaDifference(*_in_words(*pair)) for pair in pairs]


def _in_words(before: AgendaItem | None, after: AgendaItem | None) -> list[str]:
    """Both in a line; the part and the break, which no line has, where they are what changed."""
    if before is None or after is None:
        return [line_of(item) if item else "" for item in (before, after)]
    lines = []
    for item in (before, after):
        words = [line_of(item)]
        if before.part != after.part:
            words.append(f"thuộc “{item.printed_part}”" if item.part else "không thuộc phần nào")
        if before.is_break != after.is_break:
            words.append("giờ nghỉ" if item.is_break else "không phải giờ nghỉ")
        lines.append(", ".join(words))
    return lines


def _without_equals(before: list[AgendaItem], after: list[AgendaItem]) -> tuple[list, list]:
    old, new = list(before), []
    for item in after:
        equal = next((each for each in old if _values(each) == _values(item)), None)
        if equal is None:
            new.append(item)
        else:
            old.remove(equal)
    return old, new


def _values(item: AgendaItem) -> tuple:
    return tuple(getattr(item, name) for name in COMPARED)


def _by_title(item: AgendaItem) -> str:
    return name_key(item.title)


def _by_hour(item: AgendaItem) -> tuple[int, int]:
    return item.day, item.starts_after


def mark_of(conference: Conference) -> str:
    """What a page has shown, so that nobody publishes anything else."""
    version = newest_version(conference)
    shown = [
        version.number if version else 0,
        [_values(item) for item in draft_items(conference)],
        [asdict(found) for found in unpublished(conference)],
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]
