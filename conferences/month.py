"""The sheet of a month."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from conferences.models import Conference

LABELS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


@dataclass(frozen=True)
class Day:
    date: dt.date
    is_today: bool
    conferences: list[Conference] = field(default_factory=list)

    @property
    def label(self) -> str:
        return LABELS[self.date.weekday()]

    @property
    def is_off(self) -> bool:
        return self.date.weekday() >= 5


@dataclass(frozen=True)
class Month:
    first: dt.date
    days: list[Day]

    @property
    def has_today(self) -> bool:
        return any(day.is_today for day in self.days)

    @property
    def previous(self) -> dt.date:
        return (self.first - dt.timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> dt.date:
        return self.days[-1].date + dt.timedelta(days=1)


def month_bounds(first: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The instants at which the month of ``first`` begins and ends, in local time."""
    start = dt.datetime.combine(first, dt.time.min, tzinfo=timezone.get_current_timezone())
    return start, start + dt.timedelta(days=calendar.monthrange(first.year, first.month)[1])


def named(conferences: QuerySet[Conference]) -> QuerySet[Conference]:
    """With what the sheet shows of them, in its order."""
    return conferences.only("slug", "title", "short_title", "start_at", "end_at").order_by("start_at", "pk")


def month_sheet(first: dt.date, conferences: Iterable[Conference], today: dt.date) -> Month:
    """The days of a month, each with the conferences that meet on it; a long one stands on all its days."""
    dates = [first.replace(day=n + 1) for n in range(calendar.monthrange(first.year, first.month)[1])]
    meeting = defaultdict(list)
    for conference in conferences:
        day = max(timezone.localtime(conference.start_at).date(), dates[0])
        last = min(timezone.localtime(conference.end_at).date(), dates[-1])
        while day <= last:
            meeting[day].append(conference)
            day += dt.timedelta(days=1)
    return Month(first, [Day(date, date == today, meeting[date]) for date in dates])
