"""Whom reminders about papers go to: the readers of every organisation that still has one to send."""

import datetime as dt

from django.db.models import QuerySet, prefetch_related_objects

from conferences import paper_letters
from conferences.audiences import Anchor, Audience, Member
from conferences.facts import FACT_ROWS
from conferences.models import Conference, PaperRequest
from conferences.reminding import Words, members_of


def _to_send(conference: Conference) -> QuerySet[PaperRequest]:
    return conference.paper_requests.to_send().select_related("organisation", "agenda_item")


def members(conference: Conference, at: dt.datetime) -> list[Member]:
    """The readers of the organisations that have something to send."""
    prefetch_related_objects([conference], *FACT_ROWS)
    requests = list(_to_send(conference).order_by("due_at", "organisation__sort_key", "pk"))
    for request in requests:
        request.conference = conference
        if request.agenda_item:
            request.agenda_item.conference = conference
    return members_of(requests, lambda request: request.due_at, at)


def dates(conference: Conference) -> set[dt.datetime]:
    return set(_to_send(conference).values_list("due_at", flat=True))


_words = Words("reminder_papers", paper_letters.filling)
AUDIENCE = Audience(
    "papers",
    "Đơn vị chưa gửi tài liệu được yêu cầu",
    Anchor.PAPERS,
    members,
    _words.preview,
    _words.letters,
    dates,
    goes_on=True,
)
