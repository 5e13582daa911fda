"""How long the data of a conference's delegates are kept; the figures stand in ``data/retention.yaml``."""

import datetime as dt
from functools import cache
from pathlib import Path

import yaml
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conferences.models import Conference
from delegates.models import DataRequest, Nomination, Retention, Waiting
from venues.models import Officer

DATA = Path(__file__).parent.parent / "data" / "retention.yaml"


@cache
def _figures() -> dict:
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))


def waiting_time() -> dt.timedelta:
    """How long staff have to object after the announcement."""
    return dt.timedelta(days=_figures()["waiting_days"])


def unused_time() -> dt.timedelta:
    """How long an account that is switched off, and an address that is not in use, keep their person."""
    return dt.timedelta(days=_figures()["unused_days"])


def usual_days(conference: Conference) -> int:
    """The rule of the conference's kind."""
    return _figures()["kinds"].get(conference.kind.code, _figures()["days"])


def days_of(retention: Retention) -> int:
    """How long after the end: as the conference's own rule says, otherwise that of its kind."""
    return usual_days(retention.conference) if retention.days is None else retention.days


def of(conference: Conference) -> Retention:
    """The conference's own rule and what has become of it; an unsaved one when nobody has touched it."""
    found = Retention.objects.filter(conference=conference).first() or Retention()
    found.conference = conference
    return found


def keeps_until(retention: Retention) -> dt.date:
    """The last day on which the data are kept without further ado."""
    return timezone.localdate(retention.conference.end_at) + dt.timedelta(days=days_of(retention))


def is_due(retention: Retention, at: dt.datetime) -> bool:
    """The time is over; a postponed conference has no end yet."""
    postponed = retention.conference.state == Conference.State.POSTPONED
    return not postponed and timezone.localdate(at) > keeps_until(retention)


def conferences_with_people(at: dt.datetime) -> list[Retention]:
    """The rule of each conference that is over and has lists or officers, the longest ago first, in two queries."""
    lists = Nomination.objects.filter(conference=OuterRef("pk"))
    officers = Officer.objects.filter(booking__conference=OuterRef("pk"))
    found = (
        Conference.objects.select_related("kind")
        .filter(Exists(lists) | Exists(officers), end_at__lt=at)
        .order_by("end_at", "pk")
    )
    rules = {rule.conference_id: rule for rule in Retention.objects.filter(conference__in=found)}
    retentions = []
    for conference in found:
        rule = rules.get(conference.pk) or Retention()
        rule.conference = conference
        retentions.append(rule)
    return retentions


def state_of(retention: Waiting, at: dt.datetime, *, due: bool) -> str:
    """Where it stands, as ``STATES["retention"]`` names it."""
    if retention.finished_at is not None:
        return "done"
    if retention.held_at is not None:
        return "held"
    if retention.runs_at is not None:
        return "announced" if at < retention.runs_at else "running"
    return "due" if due else "kept"


def open_requests(conference: Conference) -> int:
    """How many of its people wait for an answer about their data: nothing is taken away before that."""
    delegates = Q(delegate__seat__nomination__conference=conference)
    officers = Q(officer__booking__conference=conference)
    return DataRequest.objects.waiting().filter(delegates | officers).count()
