"""Conclusions for the tests, written as staff write them."""

import datetime as dt

from django.utils import timezone

from conferences.models import Conference
from conferences.services import conclusions, tasks
from conferences.services.conclusions import ItemRow

ITEMS = [
    ItemRow(None, "conclusion", "Rà soát quy hoạch các cụm công nghiệp"),
    ItemRow(None, "recommendation", "Tăng cường kiểm tra, giám sát"),
    ItemRow(None, "shortcoming", "Hạ tầng chưa đồng bộ"),
]


def end(conference) -> None:
    """Let the conference be over since yesterday."""
    over = timezone.now() - dt.timedelta(days=1)
    Conference.objects.filter(pk=conference.pk).update(
        start_at=over - dt.timedelta(hours=4),
        end_at=over,
        nomination_deadline=over - dt.timedelta(days=2),
    )
    conference.refresh_from_db()


def conclude(conference, actor, rows=None, *, published=True, opening=""):
    """A conclusion with ``ITEMS``, of a conference that is over."""
    end(conference)
    conclusion = conclusions.save_conclusion(
        conference=conference,
        opening=opening,
        closing="",
        rows=ITEMS if rows is None else rows,
        version=0,
        actor=actor,
    )
    if published:
        conclusion = conclusions.publish_conclusion(conference=conference, actor=actor, at=timezone.now())
    conference.refresh_from_db()
    return conclusion


def give(conclusion, actor, *organisations, days: int = 10, names=(), at=None):
    """The first item as a task for organisations, due in some days."""
    at = at or timezone.now()
    addressees = [tasks.Addressee(each.name, each) for each in organisations]
    addressees += [tasks.Addressee(name) for name in names]
    return tasks.give(
        item=conclusion.items.first(),
        addressees=addressees,
        due_on=timezone.localdate(at) + dt.timedelta(days=days),
        actor=actor,
        at=at,
    )
