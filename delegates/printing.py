"""Sheets that take seconds to set (badges, place cards, the attendance sheets of all rooms): ordered on a page, made by
a worker, fetched from a page.

An order and its file live in the shared cache for an hour: they are made anew at a click, and what holds so many
names should not lie about longer than it is needed.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from math import ceil

from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError

from conferences.models import Conference
from delegates import attendance_sheets, listing_files
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
        what: one of ``SHEETS``.
        wanted: the filter of the list it is printed from; ``SHEETS`` that hold everybody take no notice of it.
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

    @property
    def usual_seconds(self) -> int:
        """About how long a worker sets it, rounded up to five seconds."""
        return max(5, ceil(self.people * SHEETS[self.what].pace / 100 / 5) * 5)

    def is_late(self, at: dt.datetime) -> bool:
        return self.is_running and at - self.at > PATIENCE


@dataclass(frozen=True)
class Sheets:
    """Something that is ordered.

    Attributes:
        title: what the file is called.
        pace: seconds for a hundred people, measured with a worker that has a processor to itself.
        count: (conference, filter) → how many people it prints.
        make: (conference, the order, who ordered it) → the PDF; audited.
        comes_from, page, back: the page that orders it: its URL's name, its entry in the band of pages, the words
            that lead back to it.
    """

    title: str
    pace: int
    count: Callable[[Conference, Wanted], int]
    make: Callable[[Conference, Order, User], bytes]
    comes_from: str = "cockpit-delegates"
    page: str = "delegates"
    back: str = "Về danh sách đại biểu"


def _count_listed(what: str, conference: Conference, wanted: Wanted) -> int:
    return listing_files.printed(conference, wanted, what).count()


def _make_listed(conference: Conference, order: Order, actor: User) -> bytes:
    return listing_files.pdf_of(
        conference=conference, wanted=Wanted(**order.wanted), what=order.what, actor=actor
    )


def _make_attendance(conference: Conference, order: Order, actor: User) -> bytes:
    return attendance_sheets.all_sheets_of(conference=conference, actor=actor, at=order.at)


# Code, as it stands in addresses → what is ordered.
SHEETS = {
    "badges": Sheets("Thẻ đại biểu", 5, partial(_count_listed, "badges"), _make_listed),
    "cards": Sheets("Biển tên đại biểu", 5, partial(_count_listed, "cards"), _make_listed),
    "attendance": Sheets(
        "Phiếu điểm danh",
        2,
        lambda conference, wanted: attendance_sheets.people_in(conference),
        _make_attendance,
        comes_from="attendance",
        page="attendance",
        back="Về trang điểm danh",
    ),
}


# A longer one is nobody's, and the cache complains of it.
KEY_LENGTH = len(uuid.uuid4().hex)


def place_order(*, conference: Conference, wanted: Wanted, what: str, actor: User, at: dt.datetime) -> Order:
    """Have a worker print sheets; an order that no worker can be told of has failed at once."""
    order = Order(
        key=uuid.uuid4().hex,
        conference=conference.pk,
        what=what,
        wanted=asdict(wanted),
        actor=actor.pk,
        people=SHEETS[what].count(conference, wanted),
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
    if len(key) > KEY_LENGTH:
        return None
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
        content = SHEETS[order.what].make(
            Conference.objects.get(pk=order.conference), order, User.objects.get(pk=order.actor)
        )
    except Exception:
        _keep(replace(order, state="failed"))
        raise
    cache.set(f"print:{key}:file", content, KEPT)
    _keep(replace(order, state="ready"))


def _keep(order: Order) -> Order:
    cache.set(f"print:{order.key}", order, KEPT)
    return order
