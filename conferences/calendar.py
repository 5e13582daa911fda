"""The conference as a calendar entry."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest

from conferences.changes import known_time
from conferences.facts import facts_of
from conferences.models import Conference, ConferenceFact
from conferences.rooms import booked_rooms
from correspondence.calendars import CalendarEvent, CalendarFile, event_file
from correspondence.mime import sender_address
from directory.models import User
from hoinghi.text import capfirst

# Calendar programs keep the version with the higher SEQUENCE, a 32-bit number; seconds since 2020 fit. The clock
# rather than a count: what a database restored from a backup says next is still newer than all that was sent.
_SEQUENCE_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

_STATUS = {
    Conference.State.ANNOUNCED: "CONFIRMED",
    Conference.State.CONCLUDED: "CONFIRMED",
    Conference.State.CANCELLED: "CANCELLED",
}
# Said in the title as well: not every program shows the status.
_PREFIX = {Conference.State.POSTPONED: "HOÃN: ", Conference.State.CANCELLED: "HỦY: "}


def event_of(conference: Conference, *, location: str = "", invited: bool = False) -> CalendarEvent:
    """The conference as calendars know it; ``Conference.objects.printable()`` brings what it is made of.

    Arguments:
        location: where the reader sits; by default the central room.
        invited: the reader may know how to join; everybody else gets what the public page says.
    """
    facts = facts_of(conference)
    start, end = known_time(conference)
    lines = [f"Chủ trì: {capfirst(facts['chair'])}."]
    if invited:
        links = [fact for fact in conference.facts.all() if fact.type == ConferenceFact.Type.LINK]
        lines += [f"Đường dẫn: {link.value}" for link in links]
    return CalendarEvent(
        uid=f"hoi-nghi-{conference.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
        sequence=conference.event_sequence,
        summary=_PREFIX.get(conference.state, "") + facts["name"],
        start=start,
        end=end,
        location=location or facts["central_place"],
        description="\n".join(lines),
        url=f"{settings.PUBLIC_URL}{conference.get_absolute_url()}",
        organiser_name=facts["organiser"],
        organiser_email=facts["contact_email"] or sender_address(),
        status=_STATUS.get(conference.state, "TENTATIVE"),
        changed_at=_SEQUENCE_FROM + dt.timedelta(seconds=conference.event_sequence),
    )


def conference_event(
    conference: Conference,
    *,
    location: str = "",
    attendee: tuple[str, str] | None = None,
    is_out: bool = False,
    at: dt.datetime,
) -> CalendarFile:
    """A calendar file with the conference; reading a later one into a calendar moves or cancels the entry.

    Arguments:
        location: where the reader sits; by default the central room.
        attendee: name and address of the person who is invited by it; without one it is for the public.
        is_out: the attendee is not invited any more; the conference itself takes place.
        at: the moment of writing (DTSTAMP).
    """
    event = event_of(conference, location=location, invited=attendee is not None and not is_out)
    if is_out:
        event = replace(event, status="CANCELLED")
    return event_file(event, attendee=attendee, at=at)


def follow_with_sequence(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Count the event's SEQUENCE up when anything in anybody's calendar has to change, and only then."""
    event = asdict(event_of(conference, invited=True))
    del event["sequence"], event["changed_at"]
    rooms = [asdict(room) for room in booked_rooms(conference)]
    # In one zone: what was typed a moment ago and what the database gives back are the same instant.
    said = json.dumps([event, rooms], default=lambda moment: moment.astimezone(dt.UTC).isoformat())
    mark = hashlib.sha256(said.encode()).hexdigest()
    now = _by_clock(at)
    changed = Conference.objects.filter(pk=conference.pk).exclude(event_mark=mark)
    if changed.update(event_mark=mark, event_sequence=Greatest(F("event_sequence") + 1, now)):
        conference.refresh_from_db(fields=["event_mark", "event_sequence"])


def next_sequence(last: int, at: dt.datetime) -> int:
    """The SEQUENCE of what is said at ``at``, after ``last``."""
    return max(last + 1, _by_clock(at))


def _by_clock(at: dt.datetime) -> int:
    return int((at - _SEQUENCE_FROM).total_seconds())
