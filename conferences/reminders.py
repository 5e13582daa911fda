"""Reminders before a date: a ladder of steps, derived times, letters through the outbox, each once per person.

``schedule`` derives the times of a conference's reminders whenever something about it has changed; ``run_due``
is called every minute and writes the letters of what is due. Both can be repeated at will: the times follow
from what is stored, and the key of a letter says whom it reminds of which step on which day.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conferences import ladder
from conferences.audiences import Audience, Member, audiences
from conferences.ladder import Planned
from conferences.models import Conference, Reminder, ReminderStep
from correspondence.models import Message
from correspondence.outbox import enqueue_many
from directory.audit import record
from directory.models import User
from hoinghi.text import format_moment

log = logging.getLogger(__name__)

State = Reminder.State
SYSTEM = "hệ thống"
# Up to here a reminder is on time. A later one waits for working hours again.
PUNCTUAL = dt.timedelta(minutes=15)


class CannotRemind(Exception):
    """Nobody may be reminded now; the message is for the person who asked."""


# ── the ladder ──────────────────────────────────────────────────────────────────────────────────────


def prefill(conference: Conference, audience: str = "") -> None:
    """Give a conference without steps those of the last of its kind, else the standard ones.

    Arguments:
        audience: the code of the one audience that is meant; default all of them.
    """
    only = {"audience": audience} if audience else {}
    if conference.reminder_steps.filter(**only).exists():
        return
    others = ReminderStep.objects.filter(conference__kind=conference.kind_id, **only)
    last = others.order_by("-conference__start_at", "-conference").values("conference")[:1]
    standard = ladder.standard_ladder(conference.kind_id)
    steps = list(others.filter(conference=last)) or [
        step for step in standard if audience in ("", step.audience)
    ]
    ReminderStep.objects.bulk_create(
        [
            ReminderStep(
                conference=conference,
                audience=step.audience,
                days_before=step.days_before,
                at_time=step.at_time,
                is_on=step.is_on,
            )
            for step in steps
        ],
        ignore_conflicts=True,  # somebody else is just doing the same
    )


def planned(conference: Conference, steps: Iterable[ReminderStep]) -> list[Planned]:
    """When each step that is on comes, for every date of its audience."""
    on = [step for step in steps if step.is_on]
    return [
        each
        for audience in audiences().values()
        if any(step.audience == audience.code for step in on)
        for date in audience.dates_of(conference)
        for each in ladder.plan(
            [step for step in on if step.audience == audience.code], date, settings.REMINDER_HOURS
        )
    ]


@transaction.atomic
def schedule(*, conference: Conference, at: dt.datetime) -> None:
    """Bring the conference's reminders in line with its dates, its steps and its state.

    What lies in the past stays as it went; what was done for another moment and lies ahead again waits anew.
    A step whose time is already over when it is planned never comes.
    """
    # In a row: of two changes at once the later one sees what the first one made.
    steps = list(conference.reminder_steps.select_for_update().order_by("pk"))
    reminded = [code for code, each in audiences().items() if each.is_reminded(conference)]
    stop(conference=conference, all_but=reminded)
    steps = [step for step in steps if step.audience in reminded]
    stored = conference.reminders.select_for_update().filter(step__in=steps).order_by("pk")
    present = {(reminder.step_id, reminder.date): reminder for reminder in stored}
    for wanted in planned(conference, steps):
        reminder = present.pop((wanted.step.pk, wanted.date), None)
        if reminder is None:
            _add(conference, wanted, at)
        else:
            _move(reminder, wanted, at)
    gone = [reminder.pk for reminder in present.values() if reminder.state in (State.WAITING, State.STOPPED)]
    conference.reminders.filter(pk__in=gone).delete()


def _add(conference: Conference, wanted: Planned, at: dt.datetime) -> None:
    if wanted.due_at > at:
        Reminder.objects.create(
            conference=conference,
            audience=wanted.step.audience,
            step=wanted.step,
            date=wanted.date,
            due_at=wanted.due_at,
            not_after=wanted.not_after,
        )


def _move(reminder: Reminder, wanted: Planned, at: dt.datetime) -> None:
    moved = reminder.due_at != wanted.due_at
    if wanted.due_at > at and (moved or reminder.state == State.STOPPED):
        reminder.state, reminder.done_at, reminder.written = State.WAITING, None, 0
    elif moved and reminder.state in (State.WAITING, State.STOPPED):
        reminder.delete()
        return
    if reminder.state == State.WAITING:
        reminder.due_at, reminder.not_after = wanted.due_at, wanted.not_after
        reminder.save(update_fields=["state", "due_at", "not_after", "done_at", "written"])


def stop(*, conference: Conference, all_but: Iterable[str] = ()) -> int:
    """Remind nobody of the conference any more, but for these audiences; answers how many were waiting."""
    waiting = conference.reminders.filter(state=State.WAITING).exclude(audience__in=all_but)
    return waiting.update(state=State.STOPPED)


def follow_with_reminders(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """A conference was saved (``conferences.followers``): its reminders move with it."""
    prefill(conference)
    schedule(conference=conference, at=at)


# ── reminding ───────────────────────────────────────────────────────────────────────────────────────


def run_due(at: dt.datetime) -> int:
    """Carry out every reminder whose time has come; answers how many letters were written."""
    written = 0
    for pk in Reminder.objects.due(at).order_by("due_at", "pk").values_list("pk", flat=True):
        try:
            written += _run(pk, at)
        except Exception:
            # The trouble of one conference must not cost the others their letters. It is tried again in a minute.
            log.exception("Reminder %s could not be carried out", pk)
    return written


@transaction.atomic
def _run(pk: int, at: dt.datetime) -> int:
    """One reminder; another worker that has it in hand, or has done it, leaves nothing to do."""
    reminder = (
        Reminder.objects.due(at)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("conference__kind")
        .filter(pk=pk)
        .first()
    )
    if reminder is None:
        return 0
    audience = audiences()[reminder.audience]
    if not audience.is_reminded(reminder.conference):
        _finish(reminder, State.STOPPED)
        return 0
    if at >= reminder.not_after:
        _finish(reminder, State.MISSED)
        record(actor=SYSTEM, action="reminder.miss", target=reminder)
        return 0
    if at - reminder.due_at > PUNCTUAL and not settings.REMINDER_HOURS.include(at):
        return 0
    members = [member for member in audience.waiting(reminder.conference, at) if member.date == reminder.date]
    day = timezone.localdate(reminder.due_at)
    written = _write(
        audience,
        members,
        f"remind:{reminder.conference_id}:{audience.code}:{reminder.step_id}:{day}",
        not_after=reminder.not_after,
        at=at,
    )
    _finish(reminder, State.DONE, done_at=at, written=written)
    record(actor=SYSTEM, action="reminder.run", target=reminder, changes={"letters": [0, written]})
    return written


def _finish(reminder: Reminder, state: State, **values) -> None:
    reminder.state = state
    for name, value in values.items():
        setattr(reminder, name, value)
    reminder.save(update_fields=["state", *values])


def _write(
    audience: Audience,
    members: list[Member],
    prefix: str,
    *,
    not_after: dt.datetime | None = None,
    at: dt.datetime,
) -> int:
    """The letters of those who have an address and no letter of this key yet; answers how many are new.

    Arguments:
        not_after: default the date of each member.
    """
    by_key = {f"{prefix}:{member.key}": member for member in members if member.address}
    # Asked before the letters are made: a personal link for a letter that is there already would serve nobody.
    for key in Message.objects.filter(key__in=by_key).values_list("key", flat=True):
        del by_key[key]
    ends = {member.key: not_after or member.date for member in by_key.values()}
    letters = audience.letters(list(by_key.values()), at)
    return enqueue_many(
        (replace(each, key=f"{prefix}:{each.key}", not_after=ends[each.key]) for each in letters), at=at
    )


# ── what staff do ───────────────────────────────────────────────────────────────────────────────────


def obstacle(conference: Conference, at: dt.datetime, audience: Audience | None = None) -> str:
    """Why nobody may be reminded at ``at``, for the person to read; "" when reminders go.

    Arguments:
        audience: the one that is meant, where it is not those whom the day of the conference concerns.
    """
    if audience and audience.goes_on:
        reminded = audience.is_reminded(conference)
        return "" if reminded else f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”."
    if conference.state in (Conference.State.DRAFT, Conference.State.PLANNED):
        return "Hội nghị chưa được công bố nên chưa nhắc ai. Lịch nhắc chạy từ khi công bố."
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, không nhắc ai nữa."
    if at >= conference.start_at:
        return "Hội nghị đã bắt đầu, không nhắc ai nữa."
    return ""


def sent_by_hand(conference: Conference, audience: Audience) -> int:
    """How often staff have reminded the audience beside the ladder."""
    return conference.reminders.filter(audience=audience.code, step__isnull=True).count()


@transaction.atomic
def remind_now(
    *, conference: Conference, audience: Audience, number: int, actor: User, at: dt.datetime
) -> Reminder:
    """Remind everybody of the audience who still needs it, beside the ladder.

    Arguments:
        number: how often that had been done when the page was shown: pressing twice reminds once.
    Raises:
        CannotRemind: not in this state, a colleague was quicker, or nobody is left to remind.
    """
    conference = Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    if message := obstacle(conference, at, audience):
        raise CannotRemind(message)
    if sent_by_hand(conference, audience) != number:
        latest = conference.reminders.filter(audience=audience.code, step__isnull=True).last()
        raise CannotRemind(f"Đã gửi nhắc lúc {format_moment(latest.done_at)}. Chưa thư nào được gửi thêm.")
    members = audience.waiting(conference, at)
    if not any(member.address for member in members):
        raise CannotRemind("Không còn ai cần nhắc mà có địa chỉ nhận thư.")
    prefix = f"remind:{conference.pk}:{audience.code}:now{number + 1}:{timezone.localdate(at)}"
    last = max(member.date for member in members)
    reminder = Reminder.objects.create(
        conference=conference,
        audience=audience.code,
        date=last,
        due_at=at,
        not_after=last,
        state=State.DONE,
        done_at=at,
        written=_write(audience, members, prefix, at=at),
        actor=actor,
    )
    record(actor=actor, action="reminder.now", target=reminder, changes={"letters": [0, reminder.written]})
    return reminder


@transaction.atomic
def change_ladder(*, conference: Conference, steps: list[ReminderStep], actor: User, at: dt.datetime) -> None:
    """Save new and changed steps, and move the reminders with them.

    Raises:
        ValidationError: a colleague has just added the same step.
    """
    if not steps:
        return
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    before = {step.pk: _described(step) for step in conference.reminder_steps.all()}
    changes = {}
    for step in steps:
        step.validate_constraints()
        known = before.get(step.pk)
        step.save()
        changes[f"step.{step.pk}"] = [known, _described(step)]
    record(actor=actor, action="reminders.change", target=conference, changes=changes)
    schedule(conference=conference, at=at)


def _described(step: ReminderStep) -> str:
    return f"{step}{'' if step.is_on else ' (tắt)'}"
