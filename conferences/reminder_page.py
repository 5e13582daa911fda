"""What staff see of a conference's reminders: each step with its times, and whom it would reach now."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from conferences.audiences import Audience, Member, audiences
from conferences.ladder import Planned
from conferences.models import Conference, Reminder, ReminderStep
from conferences.reminders import planned
from hoinghi.text import format_moment


@dataclass(frozen=True)
class Time:
    """One time of a step.

    Attributes:
        state: a code of the look's "reminder" states.
        due_at: None where it never comes.
        note: what makes it different from the others.
    """

    state: str
    due_at: dt.datetime | None = None
    reminder: Reminder | None = None
    note: str = ""


@dataclass(frozen=True)
class Rung:
    step: ReminderStep
    times: list[Time]


@dataclass(frozen=True)
class Section:
    """One audience.

    Attributes:
        date: what its steps count back from; None while the conference has no such date.
        by_hand: what staff have sent beside the ladder.
        members: who would get a letter now.
        out_of_reach: who would, but has no address.
    """

    audience: Audience
    date: dt.datetime | None
    rungs: list[Rung]
    by_hand: list[Reminder]
    members: list[Member]
    out_of_reach: list[Member]


def sections_of(conference: Conference, at: dt.datetime) -> list[Section]:
    """Every audience with its ladder, in as many queries for one step as for ten."""
    steps = list(conference.reminder_steps.all())
    reminders = list(conference.reminders.select_related("actor"))
    expected: dict[int, list[Planned]] = defaultdict(list)
    for each in planned(conference, steps):
        expected[each.step.pk].append(each)
    sections = []
    for audience in concerned(conference):
        waiting = audience.waiting(conference, at)
        mine = [reminder for reminder in reminders if reminder.audience == audience.code]
        date = _date_of(audience, conference, at)
        sections.append(
            Section(
                audience,
                date,
                [
                    Rung(step, _times(step, expected[step.pk], mine, date, conference, at))
                    for step in steps
                    if step.audience == audience.code
                ],
                [reminder for reminder in mine if reminder.step_id is None],
                [member for member in waiting if member.address],
                [member for member in waiting if not member.address],
            )
        )
    return sections


def concerned(conference: Conference) -> list[Audience]:
    """The audiences that a conference has: those of its day, then those of drafts or tasks where there are any."""
    once = set(conference.reminders.values_list("audience", flat=True))
    usual = [each for each in audiences().values() if not each.goes_on]
    others = [each for each in audiences().values() if each.goes_on]
    return usual + [each for each in others if each.code in once or each.dates_of(conference)]


def _date_of(audience: Audience, conference: Conference, at: dt.datetime) -> dt.datetime | None:
    """The date that its steps count back from; of several the next one."""
    if (date := audience.anchor.date_of(conference)) is not None:
        return date
    dates = audience.dates_of(conference)
    return next((date for date in dates if date > at), dates[-1] if dates else None)


def _times(
    step: ReminderStep,
    expected: list[Planned],
    reminders: list[Reminder],
    date: dt.datetime | None,
    conference: Conference,
    at: dt.datetime,
) -> list[Time]:
    present = {reminder.date: reminder for reminder in reminders if reminder.step_id == step.pk}
    times = []
    for each in expected:
        reminder = present.pop(each.date, None)
        note = "" if each.date == date else f"hạn riêng, trước {format_moment(each.date)}"
        if reminder:
            times.append(Time(reminder.state, reminder.due_at, reminder, note))
        elif conference.announced_at is None:
            times.append(Time("planned", each.due_at, note=note))
        else:
            times.append(Time("past" if each.due_at <= at else "stopped", each.due_at, note=note))
    past = [
        Time(old.state, old.due_at, old, f"theo mốc cũ, {format_moment(old.date)}")
        for old in present.values()
    ]
    times = sorted([*past, *times], key=lambda time: time.due_at)
    if not step.is_on:
        return [*times, Time("off")]
    return times or [Time("merged" if date else "no_date")]
