"""What waits to leave the house, and for how long."""

import datetime as dt

from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from correspondence import copies
from correspondence.models import Mailing, Message


def oldest_unsent_age(at: dt.datetime) -> dt.timedelta | None:
    """How long the letter that has waited longest should have been gone; None when none waits.

    Counted from the first try where there was one: a letter on the ladder of retries is due later, but not
    younger. Letters that are ordered but not written yet, and PDFs that are not made yet, wait as well.
    """
    letters = Message.objects.unsent().filter(Q(due_at__lte=at) | Q(attempts__gt=0))
    since = letters.aggregate(since=Min(Coalesce("attempt_log__at", "due_at")))["since"]
    return _longest([at - since if since else None, oldest_unprepared_age(at)])


def oldest_unprepared_age(at: dt.datetime) -> dt.timedelta | None:
    """How long an order has waited to be written, or a copy to be made; None when none waits."""
    since = [
        rows.aggregate(since=Min("created_at"))["since"]
        for rows in (Mailing.objects.waiting(), copies.wanted())
    ]
    return _longest([at - moment if moment else None for moment in since])


def _longest(ages: list[dt.timedelta | None]) -> dt.timedelta | None:
    return max((age for age in ages if age is not None), default=None)
