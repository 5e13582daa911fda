"""When the steps of a ladder come: plain functions of steps, date and working hours."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from conferences.models import ReminderStep
from hoinghi.text import VIETNAM, parse_time
from hoinghi.working_hours import WorkingHours

DATA = Path(__file__).parent / "data" / "reminders.yaml"
# A reminder that is later than this has lost its point; what it says may be wrong by then.
LATEST = dt.timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """A step before one date: when it is due, and from when on it is too late."""

    step: ReminderStep
    date: dt.datetime
    due_at: dt.datetime
    not_after: dt.datetime


def last_day(date: dt.datetime) -> dt.date:
    """The last day before ``date``: a deadline at 0h00 belongs to the day that is over then."""
    return (date - dt.timedelta(microseconds=1)).astimezone(VIETNAM).date()


def plan(steps: Iterable[ReminderStep], date: dt.datetime, hours: WorkingHours) -> list[Planned]:
    """The steps of one audience before one date, in the order of their time.

    Every one is due inside the working hours and before the date. Where several would come at the same moment
    (a weekend lies between), only the nearest to the date is kept: nobody needs two letters at once.
    """
    wanted = sorted(((_wanted(step, date), step) for step in steps), key=lambda pair: (pair[0], pair[1].pk))
    due = [(hours.fit(moment, before=date), step) for moment, step in wanted]
    ends = [*(moment for moment, _ in due), date][1:]
    return [
        Planned(step, date, moment, min(moment + LATEST, end))
        for (moment, step), end in zip(due, ends, strict=True)
        if moment < end
    ]


def _wanted(step: ReminderStep, date: dt.datetime) -> dt.datetime:
    day = last_day(date) - dt.timedelta(days=step.days_before)
    return dt.datetime.combine(day, step.at_time, tzinfo=VIETNAM)


def standard_ladder(kind: str) -> list[ReminderStep]:
    """The steps of conferences/data for a kind of conference, not saved."""
    rows = _standard().get(kind) or _standard()["default"]
    return [
        ReminderStep(audience=row["audience"], days_before=row["before"], at_time=parse_time(row["at"]))
        for row in rows
    ]


@cache
def _standard() -> dict[str, list[dict]]:
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))
