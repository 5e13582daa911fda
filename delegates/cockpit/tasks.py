"""The numbers on top of the cockpit, each with its list, and what waits for a hand."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from conferences.audiences import audiences
from conferences.models import Conference
from correspondence.models import Message
from delegates import letters
from delegates.cockpit.figures import Cockpit, count_senders
from delegates.cockpit.steps import UNSENT
from delegates.dates import in_hanoi
from delegates.models import Nomination
from hoinghi.templatetags.look import STATES
from hoinghi.text import format_countdown, format_date

NAMES_SHOWN = 3

# Shown state → class of its box, remark under it; in the order of the page.
BOXES = {
    "accepted": ("c-done", ""),
    "submitted": ("c-sent", "chờ tiếp nhận"),
    "returned": ("c-bad", "đang sửa"),
    "draft": ("c-draft", "chưa gửi"),
    "opened": ("c-none", "chưa nhập"),
    "not_opened": ("c-none", ""),
    "late": ("c-bad", "hết hạn, chưa gửi hoặc chưa gửi lại"),
    "declined": ("c-none", "có lý do"),
}
# Once the deadline is behind, these give way to “late” as soon as they are empty.
BEFORE_DEADLINE = {"returned", "draft", "opened", "not_opened"}


@dataclass(frozen=True)
class Stat:
    number: int
    label: str
    note: str
    css: str
    url: str


@dataclass(frozen=True)
class Task:
    icon: str
    text: str
    note: str
    url: str


def list_url(conference: Conference, state: str) -> str:
    """The table of provinces, filtered by a state."""
    return f"{reverse('cockpit', args=[conference.slug])}?{urlencode({'trang_thai': state})}#bang"


def outbox_url(conference: Conference, **query: str) -> str:
    """The conference's letters."""
    return f"{reverse('outbox')}?{urlencode({'topic': letters.topic_of(conference)} | query)}"


def stats_of(cockpit: Cockpit) -> list[Stat]:
    """How many provinces are in which state, and how many delegates they send."""
    notes = {"accepted": f"trên {cockpit.counted}"}
    if unreached := sum(row.unreached and row.state == "not_opened" for row in cockpit.provinces):
        notes["not_opened"] = f"{unreached} thư không tới"
    stats = [
        Stat(
            cockpit.states[code],
            STATES["nomination"][code].label,
            notes.get(code, note),
            css,
            list_url(cockpit.conference, code),
        )
        for code, (css, note) in BOXES.items()
        if cockpit.states[code] or not _is_past(code, cockpit)
    ]
    return [
        *stats,
        Stat(cockpit.people, "Đại biểu", _people_note(cockpit), "c-done", delegates_url(cockpit.conference)),
    ]


def _people_note(cockpit: Cockpit) -> str:
    """The delegates by group: those with a quota by name, the others together, so that the note adds up."""
    named = [total for total in cockpit.totals if total.column.most and total.people]
    others = cockpit.people - sum(total.people for total in named)
    parts = [f"{total.people} {total.column.label}" for total in named]
    return ", ".join([*parts, f"{others} khác"] if parts and others else parts)


def _is_past(code: str, cockpit: Cockpit) -> bool:
    return code in BEFORE_DEADLINE if cockpit.states["late"] else code == "late"


def delegates_url(conference: Conference, **query: str) -> str:
    """The list of exactly those delegates whom the cockpit counts: nobody in reserve."""
    return f"{reverse('cockpit-delegates', args=[conference.slug])}?{urlencode({'dp': 'khong'} | query)}"


def tasks_of(cockpit: Cockpit) -> list[Task]:
    """What staff have to look at, the most urgent first."""
    return [
        *_letters(cockpit),
        *_reminders(cockpit),
        *_lists(cockpit),
        *_papers(cockpit.conference, cockpit.at),
    ]


def _letters(cockpit: Cockpit) -> Iterator[Task]:
    conference = cockpit.conference
    for state, words in (
        (Message.State.FAILED, "thư không tới nơi"),
        (Message.State.UNKNOWN, "thư chưa rõ đã tới hay chưa"),
    ):
        stuck = [message for message in cockpit.undelivered if message.state == state]
        if stuck:
            names = dict.fromkeys(message.recipient_name for message in stuck)
            yield Task(
                "exclamation-triangle-fill",
                f"{len(stuck)} {words}",
                _some(list(names)),
                outbox_url(conference, state=state),
            )
    uninvited = [row for row in cockpit.provinces if row.nomination.invited_at is None]
    if uninvited and conference.state_at(cockpit.at) == Conference.State.ANNOUNCED:
        yield Task(
            "send",
            f"{len(uninvited)} đầu mối chưa được gửi thư mời",
            _some([row.name for row in uninvited]),
            reverse("invite", args=[conference.slug]),
        )


def _reminders(cockpit: Cockpit) -> Iterator[Task]:
    if missed := cockpit.missed_reminders:
        names = dict.fromkeys(audiences()[reminder.audience].name for reminder in missed)
        yield Task(
            "bell",
            f"{len(missed)} lần nhắc đã lỡ",
            _some(list(names)),
            reverse("reminders", args=[cockpit.conference.slug]),
        )


def _lists(cockpit: Cockpit) -> Iterator[Task]:
    conference, at = cockpit.conference, cockpit.at
    if conference.is_called_off:
        return  # nobody can change a list now
    for nomination in [row.nomination for row in cockpit.requests]:
        yield Task(
            "clock-history",
            f"{nomination.sender_name} xin gia hạn đến {in_hanoi(nomination.wanted_until)}",
            nomination.wanted_reason,
            reverse("nomination-review", args=[conference.slug, nomination.pk]) + "#xin-gia-han",
        )
    waiting = [row.nomination for row in cockpit.provinces if row.state == Nomination.State.SUBMITTED]
    if waiting:
        oldest = min(nomination.submitted_at for nomination in waiting)
        yield Task(
            "circle-fill",
            f"{len(waiting)} danh sách chờ tiếp nhận",
            f"Lâu nhất từ ngày {format_date(oldest)}",
            list_url(conference, Nomination.State.SUBMITTED),
        )
    deadline = conference.nomination_deadline
    if cockpit.unsent and deadline and at < conference.start_at:
        left = format_countdown(deadline - at)
        yield Task(
            "hourglass-split",
            f"{count_senders(cockpit.unsent)} chưa gửi, {'còn' if at < deadline else 'quá hạn'} {left}",
            _unsent_note(cockpit),
            list_url(conference, UNSENT),
        )
    extended = [row for row in cockpit.provinces if row.is_extended and row.nomination.extended_until > at]
    for row in extended:
        yield Task(
            "clock-history",
            f"{row.name} được gia hạn đến {in_hanoi(row.nomination.extended_until)}",
            row.nomination.extension_reason,
            reverse("nomination-review", args=[conference.slug, row.nomination.pk]),
        )


def _papers(conference: Conference, at: dt.datetime) -> Iterator[Task]:
    """What organisations were asked to send: to be approved, or late."""
    states = [each.shown_state(at) for each in conference.paper_requests.all()]
    for state, icon, words in (
        ("submitted", "file-earmark-text", "tài liệu chờ duyệt"),
        ("late", "exclamation-triangle-fill", "tài liệu quá hạn chưa gửi"),
    ):
        if number := states.count(state):
            url = reverse("paper-desk", args=[conference.slug])
            yield Task(icon, f"{number} {words}", "Các đơn vị được yêu cầu gửi", url)


def _unsent_note(cockpit: Cockpit) -> str:
    counts = {
        code: sum(row.state == code for row in cockpit.unsent)
        for code in ("not_opened", "opened", "draft", "late")
    }
    words = (
        f"{number} {STATES['nomination'][code].label.lower()}" for code, number in counts.items() if number
    )
    return ", ".join(words)


def _some(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" và {more} nơi khác" if more > 0 else "")
