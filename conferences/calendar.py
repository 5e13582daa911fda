"""The conference as a calendar entry."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings

from conferences.facts import facts_of
from conferences.models import Conference
from correspondence.calendars import event_file
from hoinghi.text import capfirst

# Calendar programs keep the version with the higher SEQUENCE, a 32-bit number; seconds since 2020 fit.
_SEQUENCE_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def conference_event(conference: Conference, *, location: str = "", url: str = "", at: dt.datetime) -> bytes:
    """An .ics file with the conference; reading a later one into a calendar moves or cancels the entry.

    Arguments:
        location: where the reader sits; by default the central room.
        url: the page to open, the conference's own by default.
        at: the moment of writing (DTSTAMP).
    """
    facts = facts_of(conference)
    return event_file(
        uid=f"hoi-nghi-{conference.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
        sequence=int((conference.updated_at - _SEQUENCE_FROM).total_seconds()),
        summary=facts["name"],
        start=conference.start_at,
        end=conference.end_at,
        location=location or facts["central_place"],
        description=f"Chủ trì: {capfirst(facts['chair'])}.",
        url=url or f"{settings.PUBLIC_URL}{conference.get_absolute_url()}",
        organiser_name=facts["organiser"],
        organiser_email=facts["contact_email"],
        cancelled=conference.state == Conference.State.CANCELLED,
        at=at,
    )
