"""How long the law gives: the figures stand in ``data/privacy_clocks.yaml``."""

import datetime as dt
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils import timezone

DATA = Path(__file__).parent.parent / "data" / "privacy_clocks.yaml"


@cache
def _figures() -> dict:
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))


def basis() -> str:
    """Where the figures stand in the law."""
    return _figures()["basis"]


def reply_by(asked_at: dt.datetime) -> dt.date:
    """The last day on which the person may be told that the request has come in."""
    day = timezone.localdate(asked_at)
    for _ in range(_figures()["reply_working_days"]):
        day += dt.timedelta(days=1)
        while not settings.REMINDER_HOURS.is_working_day(day):
            day += dt.timedelta(days=1)
    return day


def due_on(kind: str, asked_at: dt.datetime) -> dt.date:
    """The last day for doing what was asked for.

    Arguments:
        kind: one of ``DataRequest.Kind``.
    """
    return timezone.localdate(asked_at) + dt.timedelta(days=_figures()["kinds"][kind]["days"])


def days_of(kind: str) -> int:
    return _figures()["kinds"][kind]["days"]


def longest(kind: str, due: dt.date) -> dt.date:
    """How far a request may be put off, once."""
    return due + dt.timedelta(days=_figures()["kinds"][kind]["more"])
