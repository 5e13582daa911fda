"""Whom reminders about papers go to: the readers of every organisation that still has one to send."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet, prefetch_related_objects

from conferences import paper_letters
from conferences.audiences import Anchor, Audience, Member
from conferences.facts import FACT_ROWS
from conferences.letters import addressees_of
from conferences.models import Conference, PaperRequest
from correspondence.letters import Letter
from correspondence.outbox import OutgoingLetter


def _to_send(conference: Conference) -> QuerySet[PaperRequest]:
    return conference.paper_requests.to_send().select_related("organisation", "agenda_item")


def members(conference: Conference, at: dt.datetime) -> list[Member]:
    """The readers of the organisations that have something to send; one whom nobody reads for has no address."""
    prefetch_related_objects([conference], *FACT_ROWS)
    requests = list(_to_send(conference).order_by("due_at", "organisation__sort_key", "pk"))
    readers = addressees_of([each.organisation for each in requests], at)
    found = []
    for request in requests:
        request.conference = conference
        if request.agenda_item:
            request.agenda_item.conference = conference
        for reader in readers[request.organisation_id] or [None]:
            address = reader.address if reader else ""
            found.append(
                Member(
                    key=f"{request.pk}:{address.lower()}",
                    name=request.organisation_name,
                    address=address,
                    date=request.due_at,
                    about=(request, reader),
                )
            )
    return found


def dates(conference: Conference) -> set[dt.datetime]:
    return set(_to_send(conference).values_list("due_at", flat=True))


def _preview(member: Member) -> Letter:
    request, _ = member.about
    return paper_letters.reminder(request)


def _letters(wanted: list[Member], at: dt.datetime) -> Iterator[OutgoingLetter]:
    return paper_letters.reminders((member.key, *member.about) for member in wanted)


AUDIENCE = Audience(
    "papers",
    "Đơn vị chưa gửi tài liệu được yêu cầu",
    Anchor.PAPERS,
    members,
    _preview,
    _letters,
    dates,
    goes_on=True,
)
