"""Sheets that take seconds to set (badges, place cards): ordered on a page, made by a worker, fetched from a page.

An order and its file live in the shared cache for an hour: they are made anew at a click, and what holds so many
names should not lie about longer than it is needed.
"""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass, replace

from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError

from conferences.models import Conference
from delegates import listing_files
from delegates.listing import Wanted
from directory.models import User

# Seconds that an order and its file are kept.
KEPT = 3600
# So long an order may take; after it the page offers to order again.
PATIENCE = dt.timedelta(minutes=3)
TASK = "delegates.tasks.print_sheets"


@dataclass(frozen=True)
class Order:
    """What was ordered, and how far it is.

    Attributes:
        what: one of ``listing_files.PRINTED``.
        people: how many are printed.
        state: "waiting", "printing", "ready" or "failed".
    """

    key: str
    conference: int
    what: str
    wanted: dict
    actor: int
    people: int
    at: dt.datetime
    state: str = "waiting"

    @property
    def is_running(self) -> bool:
        return self.state in ("waiting", "printing")

    def is_late(self, at: dt.datetime) -> bool:
        return self.is_running and at - self.at > PATIENCE


def place_order(*, conference: Conference, wanted: Wanted, what: str, actor: User, at: dt.datetime) -> Order:
    """Have a worker print the list; an order that no worker can be told of has failed at once."""
    order = Order(
        key=uuid.uuid4().hex,
        conference=conference.pk,
        what=what,
        wanted=asdict(wanted),
        actor=actor.pk,
        people=listing_files.printed(conference, wanted, what).count(),
        at=at,
    )
    _keep(order)
    try:
        current_app.send_task(TASK, [order.key], retry=False, expires=PATIENCE.total_seconds())
    except BrokerError:
        order = _keep(replace(order, state="failed"))
    return order


def order_of(key: str, *, conference: Conference, actor: User) -> Order | None:
    """An order of this person for this conference; None when there is none, or it is too long ago."""
    order = cache.get(f"print:{key}")
    is_own = order is not None and (order.conference, order.actor) == (conference.pk, actor.pk)
    return order if is_own else None


def content_of(order: Order) -> bytes | None:
    return cache.get(f"print:{order.key}:file")


def carry_out(key: str) -> None:
    """Print what was ordered; a second call for the same order prints the same again."""
    order = cache.get(f"print:{key}")
    if order is None or order.state == "ready":
        return
    order = _keep(replace(order, state="printing"))
    try:
        content = listing_files.pdf_of(
            conference=Conference.objects.get(pk=order.conference),
            wanted=Wanted(**order.wanted),
            what=order.what,
            actor=User.objects.get(pk=order.actor),
        )
    except Exception:
        _keep(replace(order, state="failed"))
        raise
    cache.set(f"print:{key}:file", content, KEPT)
    _keep(replace(order, state="ready"))


def _keep(order: Order) -> Order:
    cache.set(f"print:{order.key}", order, KEPT)
    return order
