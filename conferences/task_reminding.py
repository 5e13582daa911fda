"""Whom reminders about tasks go to: before the date, and every week once it is over, until something is reported."""

import datetime as dt
from collections.abc import Callable

from django.db.models import QuerySet, prefetch_related_objects

from conferences import task_letters
from conferences.audiences import Anchor, Audience, Member
from conferences.facts import FACT_ROWS
from conferences.models import Conference, Task
from conferences.reminding import Words, members_of

WEEK = dt.timedelta(days=7)
# Two months of weeks; whoever is silent longer is on the staff's list of what is overdue, and is called.
WEEKS = 8


def _to_do(conference: Conference) -> QuerySet[Task]:
    tasks = Task.objects.to_do().filter(item__conclusion__conference=conference)
    return tasks.select_related("item__conclusion", "organisation").order_by(
        "due_on", "organisation__sort_key", "pk"
    )


def due(conference: Conference, at: dt.datetime) -> list[Member]:
    """The readers of the organisations that have something to do."""
    return _members(conference, at, lambda task: task.due_at)


def overdue(conference: Conference, at: dt.datetime) -> list[Member]:
    """The readers of those whose date is over; each until the end of a week after it."""

    def next_week(task: Task) -> dt.datetime | None:
        weeks = (at - task.due_at) // WEEK + 1
        return task.due_at + weeks * WEEK if 1 <= weeks <= WEEKS else None

    return _members(conference, at, next_week)


def _members(
    conference: Conference, at: dt.datetime, date_of: Callable[[Task], dt.datetime | None]
) -> list[Member]:
    prefetch_related_objects([conference], *FACT_ROWS)
    tasks = list(_to_do(conference))
    for task in tasks:
        task.item.conclusion.conference = conference
    return members_of(tasks, date_of, at)


def dates(conference: Conference) -> set[dt.datetime]:
    return {task.due_at for task in _to_do(conference)}


def weeks_after(conference: Conference) -> set[dt.datetime]:
    return {date + number * WEEK for date in dates(conference) for number in range(1, WEEKS + 1)}


def _audience(code: str, name: str, members, further_dates) -> Audience:
    words = Words(f"reminder_{code}", task_letters.filling)
    return Audience(
        code, name, Anchor.TASKS, members, words.preview, words.letters, further_dates, goes_on=True
    )


AUDIENCES = (
    _audience("tasks", "Cơ quan có nhiệm vụ chưa báo cáo", due, dates),
    _audience("tasks_overdue", "Cơ quan có nhiệm vụ quá hạn", overdue, weeks_after),
)
