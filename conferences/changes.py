"""What people were last told of a published conference, and what they do not know yet.

Nothing is told by itself: staff edit as long as they like, read the differences on one page and send one notice.
"""

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.db import transaction
from django.utils import timezone

from conferences.agenda import line_of, shown_items
from conferences.facts import facts_of
from conferences.models import AgendaItem, ChangeNotice, Conference, ConferenceFact
from conferences.rooms import booked_rooms
from directory.audit import record
from directory.models import User
from hoinghi.text import format_date, format_moment, format_time, lowerfirst, weekday_words

# The facts that matter, in the order of the notice; the rooms of the provinces stand after the place.
LABELS = {
    "name": "Tên",
    "time": "Thời gian",
    "duration": "Thời lượng",
    "format": "Hình thức",
    "place": "Địa điểm",
    "room": "Điểm cầu",
    "link": "Đường dẫn",
    "chair": "Chủ trì",
    "agenda": "Chương trình",
    "deadline": "Hạn gửi danh sách đại biểu",
}


class NotTold(Exception):
    """Nothing was sent: nothing is different, or not what the person has read; the text says which."""


@dataclass(frozen=True)
class Difference:
    """One thing that people do not know yet; ``before`` or ``after`` is empty where there is nothing.

    Attributes:
        unit: the province that alone it concerns; None: everybody.
    """

    code: str
    label: str
    before: str
    after: str
    unit: int | None = None

    def __str__(self):
        if not self.after:
            return f"{self.label}: bỏ {self.before}"
        return f"{self.label}: {self.after} ({f'trước đây: {self.before}' if self.before else 'mới'})"


# ── what there is to know ───────────────────────────────────────────────────────────────────────────


def told_facts(conference: Conference) -> dict:
    """The typed facts that matter, as JSON: a ``value`` to compare and its ``printed`` form.

    Most codes of ``LABELS`` have one such pair; ``agenda`` a list of them, ``room`` one per province (by id).
    """
    facts = facts_of(conference)
    links = [fact.value for fact in conference.facts.all() if fact.type == ConferenceFact.Type.LINK]
    links += [conference.join_link] if conference.join_link else []
    places = [place.printed for place in conference.places.all() if place.role == place.Role.CENTRAL]
    length = (conference.end_at - conference.start_at) // dt.timedelta(minutes=1)
    start, deadline = conference.start_at, conference.nomination_deadline
    return {
        "name": _words(facts["name"]),
        "time": _fact(
            _instant(start), f"{format_time(start)} {weekday_words(start)} ngày {format_date(start)}"
        ),
        "duration": _fact([conference.duration_kind, length], _printed_duration(conference, facts)),
        "format": _fact(conference.format, conference.get_format_display()),
        "place": _words("; ".join(places)),
        "room": {
            str(room.unit): {"unit": room.unit_name} | _words(room.place) for room in booked_rooms(conference)
        },
        "link": _words("; ".join(links)),
        "chair": _words(facts["chair"]),
        "agenda": [_agenda_item(item) for item in shown_items(conference)],
        "deadline": _fact(deadline and _instant(deadline), facts["deadline"]),
    }


def _fact(value, printed: str) -> dict:
    return {"value": value, "printed": printed}


def _words(text: str) -> dict:
    """A fact that is what it says."""
    return _fact(text, text)


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def _printed_duration(conference: Conference, facts: dict[str, str]) -> str:
    start, end = timezone.localtime(conference.start_at), timezone.localtime(conference.end_at)
    until = format_time(end) if start.date() == end.date() else format_moment(end)
    return ", ".join(filter(None, [facts["duration"], f"đến {until}"]))


def _agenda_item(item: AgendaItem) -> dict:
    """Its time counts from the start: when the conference moves, the agenda is the same."""
    title, presenter = item.printed_title, item.printed_presenter
    value = [item.day, item.starts_after, item.lasts, title, presenter, item.place]
    # What was told before there were chairs of items says nothing of them.
    chair = [item.printed_chair] if item.chair else []
    return _fact([*value, *chair], line_of(item))


# ── what is different ───────────────────────────────────────────────────────────────────────────────


def last_told(conference: Conference) -> ChangeNotice | None:
    """The newest row of what was told; None as long as the conference is not published."""
    return conference.change_notices.first()


def known_time(conference: Conference) -> tuple[dt.datetime, dt.datetime]:
    """From when until when, as the public may know it.

    The fields of a postponed conference may hold a day that staff are still trying out.
    """
    told = next(iter(conference.change_notices.all()), None)
    if conference.state != Conference.State.POSTPONED or told is None:
        return conference.start_at, conference.end_at
    start = dt.datetime.fromisoformat(told.facts["time"]["value"])
    return start, start + dt.timedelta(minutes=told.facts["duration"]["value"][1])


def differences(conference: Conference) -> list[Difference]:
    """What people do not know yet, in the order of the notice."""
    told = last_told(conference)
    return compare(told.facts, told_facts(conference)) if told else []


def compare(before: dict, after: dict) -> list[Difference]:
    """What differs between two answers of ``told_facts``, in the order of the notice."""
    found = []
    for code, label in LABELS.items():
        if code not in before:
            continue  # nobody wrote it down yet when that was told
        if code == "agenda":
            found += _agenda_differences(before[code], after[code])
        elif code == "room":
            found += _room_differences(before[code], after[code])
        elif before[code]["value"] != after[code]["value"]:
            found.append(Difference(code, label, before[code]["printed"], after[code]["printed"]))
    return found


def _room_differences(before: dict, after: dict) -> list[Difference]:
    """Province by province; before rooms were booked at all, nobody was told of any."""
    if not before:
        return []
    # In the order of the rooms now; what a province has lost comes last.
    units = [*after, *(unit for unit in before if unit not in after)]
    nothing = {"value": "", "printed": ""}
    pairs = [(unit, before.get(unit, nothing), after.get(unit, nothing)) for unit in units]
    return [
        Difference(
            "room",
            f"{LABELS['room']} {lowerfirst((now if 'unit' in now else then)['unit'])}",
            then["printed"],
            now["printed"],
            int(unit),
        )
        for unit, then, now in pairs
        if then["value"] != now["value"]
    ]


def _agenda_differences(before: list[dict], after: list[dict]) -> list[Difference]:
    """Item by item: what stands in the place of what, what is new, what is gone."""
    values = [[json.dumps(item["value"]) for item in items] for items in (before, after)]
    found = []
    for tag, first, last, new_first, new_last in SequenceMatcher(None, *values).get_opcodes():
        if tag == "equal":
            continue
        pairs = zip_longest(before[first:last], after[new_first:new_last], fillvalue={"printed": ""})
        found += [
            Difference("agenda", LABELS["agenda"], old["printed"], new["printed"]) for old, new in pairs
        ]
    return found


def is_moved(found: list[Difference], notice: ChangeNotice | None, conference: Conference) -> bool:
    """Whether the day is another one than was told: who said yes or no answered for the old one."""
    if notice is None or all(difference.code != "time" for difference in found):
        return False
    told = dt.datetime.fromisoformat(notice.facts["time"]["value"])
    return timezone.localdate(told) != timezone.localdate(conference.start_at)


# ── telling ─────────────────────────────────────────────────────────────────────────────────────────


def mark_of(conference: Conference, found: list[Difference]) -> str:
    """What a page has shown, so that nobody confirms anything else."""
    told = last_told(conference)
    shown = [told.number if told else None, [asdict(difference) for difference in found]]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


@transaction.atomic
def remember(
    *,
    conference: Conference,
    actor: User | str,
    at: dt.datetime,
    found: list[Difference] = (),
    reason: str = "",
) -> ChangeNotice:
    """Write down what everybody knows from now on. The caller holds the lock of the conference."""
    told = last_told(conference)
    return ChangeNotice.objects.create(
        conference=conference,
        number=told.number + 1 if told else 0,
        facts=told_facts(conference),
        differences=[asdict(difference) for difference in found],
        reason=reason,
        told_at=at,
        actor=actor if isinstance(actor, User) else None,
    )


@transaction.atomic
def tell(
    *, conference: Conference, mark: str, reason: str, actor: User | str, at: dt.datetime
) -> ChangeNotice:
    """Write the one notice about everything that people do not know yet; the caller has its letters sent.

    Arguments:
        mark: ``mark_of`` what the person has read.
    Raises:
        NotTold: nothing is different (any more), it is something else than was read, or it is not the time.
    """
    # Two clerks at once: the second one waits here, and then finds nothing left to tell.
    locked = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if message := obstacle(locked):
        raise NotTold(message)
    found = differences(locked)
    if not found:
        raise NotTold("Không có gì khác lần báo trước, nên không gửi thư nào.")
    if mark != mark_of(locked, found):
        raise NotTold("Hội nghị đã được sửa sau khi trang này được mở. Đọc lại các thay đổi rồi gửi.")
    notice = remember(conference=locked, found=found, reason=reason, actor=actor, at=at)
    record(
        actor=actor,
        action="conference.tell_changes",
        target=locked,
        changes={
            "number": [notice.number - 1, notice.number],
            "facts": [None, [str(difference) for difference in found]],
            "reason": ["", reason],
        },
    )
    return notice


def obstacle(conference: Conference) -> str:
    """Why changes cannot be told now, for the person to read; "" when they can."""
    states = Conference.State
    if conference.state == states.ANNOUNCED:
        return ""
    if conference.state == states.POSTPONED:
        return "Hội nghị đang hoãn: công bố lại để báo thời gian mới cùng các thay đổi khác."
    return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, không báo thay đổi."


def remember_what_was_told_before() -> int:
    """Take what conferences say today as told, where nothing was written down when they were published.

    Returns:
        How many there were.
    """
    published = Conference.objects.printable().filter(announced_at__isnull=False)
    untold = list(published.filter(change_notices__isnull=True))
    for conference in untold:
        remember(conference=conference, actor="hệ thống", at=conference.announced_at)
    return len(untold)
