"""Calendar files and feeds (RFC 5545, RFC 5546) for letters, downloads and subscriptions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from hoinghi.text import VIETNAM

PRODUCT = "-//hoinghi//VI"
# How often calendar programs look at a feed again, where they let themselves be told.
REFRESH = dt.timedelta(hours=4)


@dataclass(frozen=True)
class CalendarEvent:
    """One event as calendar programs know it.

    Attributes:
        uid: the same for everything that is ever said about the event: a later word replaces an earlier one.
        sequence: higher than in every earlier word about the event that said something else.
        start, end: aware datetimes; written in Vietnamese time.
        status: ``CONFIRMED``, ``TENTATIVE`` (postponed: it stays in the calendar but takes no time) or
            ``CANCELLED``.
        changed_at: when the event was last changed.
    """

    uid: str
    sequence: int
    summary: str
    start: dt.datetime
    end: dt.datetime
    location: str
    organiser_name: str
    organiser_email: str
    changed_at: dt.datetime
    description: str = ""
    url: str = ""
    status: str = "CONFIRMED"


@dataclass(frozen=True)
class CalendarFile:
    """The bytes of a calendar file, and what it wants of the program that reads it."""

    content: bytes
    method: str

    @property
    def content_type(self) -> str:
        """Mail programs ask whoever gets it only when the method stands here as well (RFC 6047)."""
        return f"text/calendar; charset=utf-8; method={self.method}"


def event_file(
    event: CalendarEvent, *, attendee: tuple[str, str] | None = None, at: dt.datetime
) -> CalendarFile:
    """One event as a file that Outlook, Gmail and telephones take over.

    Arguments:
        attendee: name and address of the person who is invited by it; without one it is for anybody.
        at: when the file is made (DTSTAMP).
    """
    method = "CANCEL" if event.status == "CANCELLED" else "REQUEST" if attendee else "PUBLISH"
    calendar = _calendar(method)
    component = _component(event, at)
    if attendee:
        # The portal takes answers on its own pages: a reply by mail would end with somebody who waits for none.
        person = _person(*attendee)
        person.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
        component["attendee"] = person
    calendar.add_component(component)
    return CalendarFile(calendar.to_ical(), method)


def feed(events: Iterable[CalendarEvent], *, name: str) -> CalendarFile:
    """Events to subscribe to. The same events make the same bytes, so that "nothing new" can be answered."""
    calendar = _calendar("PUBLISH")
    for property_, value in (("name", name), ("x-wr-calname", name), ("x-wr-timezone", VIETNAM.key)):
        calendar.add(property_, value)
    calendar.add("refresh-interval", REFRESH, {"value": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REFRESH // dt.timedelta(hours=1)}H")
    for event in events:
        calendar.add_component(_component(event, event.changed_at))
    return CalendarFile(calendar.to_ical(), "PUBLISH")


@dataclass(frozen=True)
class Subscription:
    """Where a feed is: ``webcal`` opens the calendar program of whoever clicks it, ``https`` is for copying."""

    https: str

    @property
    def webcal(self) -> str:
        return "webcal:" + self.https.partition(":")[2]


def subscription(path: str) -> Subscription:
    return Subscription(settings.PUBLIC_URL + path)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_vietnamese_time())
    return calendar


def _component(event: CalendarEvent, stamp: dt.datetime) -> Event:
    component = Event()
    component.add("uid", event.uid)
    component.add("sequence", event.sequence)
    component.add("dtstamp", stamp.astimezone(dt.UTC))
    component.add("last-modified", event.changed_at.astimezone(dt.UTC))
    component.add("dtstart", event.start.astimezone(VIETNAM))
    component.add("dtend", event.end.astimezone(VIETNAM))
    component.add("summary", event.summary)
    component.add("status", event.status)
    component.add("transp", "OPAQUE" if event.status == "CONFIRMED" else "TRANSPARENT")
    for name in ("location", "description", "url"):
        if value := getattr(event, name):
            component.add(name, value)
    component["organizer"] = _person(event.organiser_name, event.organiser_email)
    return component


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = vText(name)
    return person


@cache
def _vietnamese_time() -> Timezone:
    """The VTIMEZONE of every event; the library takes a tenth of a second to put it together."""
    return Timezone.from_tzid(VIETNAM.key)
