"""Calendar files, read back by two parsers and by the words of RFC 5545 alone."""

import datetime as dt
import re
from dataclasses import replace

import pytest
import vobject
from icalendar import Calendar

from correspondence.calendars import CalendarEvent, event_file, feed
from hoinghi.text import VIETNAM

START = dt.datetime(2021, 7, 2, 8, 0, tzinfo=VIETNAM)
AT = START - dt.timedelta(days=14)
EVENT = CalendarEvent(
    uid="hoi-nghi-1@hoinghi.example",
    sequence=7,
    summary="Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp với một tên rất dài để phải gập dòng",
    start=START,
    end=START + dt.timedelta(hours=4),
    location="Phòng họp 210; nhà B, số 54\nHai Bà Trưng \\ Hà Nội",
    organiser_name='Bộ "Công Thương", vụ; x',
    organiser_email="lien@moit.example",
    changed_at=AT - dt.timedelta(hours=1),
    description="Ủy ban nhân dân " * 30,
    url="https://hoinghi.example/?a=1,2;b",
)
PERSON = ("Trần Thị Em, Phó Giám đốc: Sở; Công Thương", "em@daklak.example")


def by_icalendar(content: bytes) -> dict:
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return {
        "method": str(calendar["METHOD"]),
        "zone": str(calendar.walk("VTIMEZONE")[0]["TZID"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "summary": str(event["SUMMARY"]),
        "location": str(event["LOCATION"]),
        "description": str(event["DESCRIPTION"]),
        "url": str(event["URL"]),
        "status": str(event["STATUS"]),
        "start": event.decoded("DTSTART"),
        "end": event.decoded("DTEND"),
        "stamp": event.decoded("DTSTAMP"),
        "organiser": str(event["ORGANIZER"]),
        "attendee": str(event["ATTENDEE"]) if "ATTENDEE" in event else None,
    }


def by_vobject(content: bytes) -> dict:
    calendar = vobject.readOne(content.decode())
    event = calendar.vevent
    return {
        "method": calendar.method.value,
        "zone": calendar.vtimezone.tzid.value,
        "uid": event.uid.value,
        "sequence": int(event.sequence.value),
        "summary": event.summary.value,
        "location": event.location.value,
        "description": event.description.value,
        "url": event.url.value,
        "status": event.status.value,
        "start": event.dtstart.value,
        "end": event.dtend.value,
        "stamp": event.dtstamp.value,
        "organiser": event.organizer.value,
        "attendee": event.attendee.value if hasattr(event, "attendee") else None,
    }


READERS = pytest.mark.parametrize("read", [by_icalendar, by_vobject])


@READERS
@pytest.mark.parametrize(
    ("status", "attendee", "method"),
    [
        ("CONFIRMED", PERSON, "REQUEST"),
        ("TENTATIVE", PERSON, "REQUEST"),
        ("CANCELLED", PERSON, "CANCEL"),
        ("CONFIRMED", None, "PUBLISH"),
        ("CANCELLED", None, "CANCEL"),
    ],
)
def test_both_parsers_read_back_what_was_said(read, status, attendee, method):
    file = event_file(replace(EVENT, status=status), attendee=attendee, at=AT)
    assert read(file.content) == {
        "method": method,
        "zone": "Asia/Ho_Chi_Minh",
        "uid": EVENT.uid,
        "sequence": 7,
        "summary": EVENT.summary,
        "location": EVENT.location,
        "description": EVENT.description,
        "url": EVENT.url,
        "status": status,
        "start": START,
        "end": EVENT.end,
        "stamp": AT,
        "organiser": "mailto:lien@moit.example",
        "attendee": attendee and "mailto:em@daklak.example",
    }
    assert file.content_type == f"text/calendar; charset=utf-8; method={method}"


def test_the_invited_person_stands_in_the_file_and_is_not_asked_to_answer_by_mail():
    content = event_file(EVENT, attendee=PERSON, at=AT).content
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["ATTENDEE"].params["CN"] == PERSON[0]
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert vobject.readOne(content.decode()).vevent.attendee.params["CN"] == [PERSON[0]]


def test_a_postponed_event_takes_no_time():
    (event,) = Calendar.from_ical(event_file(replace(EVENT, status="TENTATIVE"), at=AT).content).walk(
        "VEVENT"
    )
    assert event["TRANSP"] == "TRANSPARENT"
    (event,) = Calendar.from_ical(event_file(EVENT, at=AT).content).walk("VEVENT")
    assert event["TRANSP"] == "OPAQUE"


def test_lines_are_folded_between_letters_and_end_as_the_standard_says():
    content = event_file(EVENT, attendee=PERSON, at=AT).content
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()


def test_signs_are_escaped():
    """Unfold, split at the first colon, undo the escapes: what RFC 5545 says, and no more."""
    content = event_file(EVENT, at=AT).content.decode()
    lines = dict(line.split(":", 1) for line in content.replace("\r\n ", "").split("\r\n") if line)
    assert unescaped(lines["LOCATION"]) == EVENT.location
    assert unescaped(lines["DESCRIPTION"]) == EVENT.description
    assert lines["URL"] == EVENT.url
    assert lines["DTSTAMP"].endswith("Z")
    (organiser,) = [name for name in lines if name.startswith("ORGANIZER;CN=")]
    assert organiser.count('"') == 2


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


class TestFeed:
    EVENTS = (EVENT, replace(EVENT, uid="hoi-nghi-2@hoinghi.example", status="CANCELLED"))

    def test_both_parsers_read_it(self):
        content = feed(self.EVENTS, name="Lịch hội nghị, Bộ Công Thương").content
        calendar = Calendar.from_ical(content)
        assert calendar["X-WR-CALNAME"] == "Lịch hội nghị, Bộ Công Thương"
        assert [str(event["STATUS"]) for event in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
        read = vobject.readOne(content.decode())
        assert read.method.value == "PUBLISH"
        assert [event.uid.value for event in read.vevent_list] == [event.uid for event in self.EVENTS]

    def test_the_same_events_make_the_same_bytes(self):
        assert feed(self.EVENTS, name="x").content == feed(self.EVENTS, name="x").content

    def test_without_events_it_still_is_a_calendar(self):
        content = feed([], name="x").content
        assert Calendar.from_ical(content).walk("VEVENT") == []
        assert vobject.readOne(content.decode()).vtimezone
