import datetime as dt
import re

from icalendar import Calendar

from correspondence.calendars import event_file
from hoinghi.text import VIETNAM

START = dt.datetime(2021, 7, 2, 8, 0, tzinfo=VIETNAM)
FACTS = {
    "uid": "conference-1@hoinghi",
    "sequence": 0,
    "summary": "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp với một tên rất dài để phải gập dòng",
    "start": START,
    "end": START + dt.timedelta(hours=4),
    "location": "Phòng họp 210 nhà B, số 54 Hai Bà Trưng",
    "organiser_name": "Bộ Công Thương",
    "organiser_email": "lien@moit.example",
    "at": START - dt.timedelta(days=14),
}


def read(content: bytes):
    calendar = Calendar.from_ical(content)
    return calendar, calendar.walk("VEVENT")[0]


def test_a_calendar_reads_back_what_was_said():
    calendar, event = read(event_file(**FACTS))
    assert event["SUMMARY"] == FACTS["summary"]
    assert event["LOCATION"] == FACTS["location"]
    assert event["DTSTART"].dt == START
    assert str(event["DTSTART"].params["TZID"]) == "Asia/Ho_Chi_Minh"
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Asia/Ho_Chi_Minh"
    assert (calendar["METHOD"], event["STATUS"]) == ("PUBLISH", "CONFIRMED")


def test_lines_are_folded_and_end_as_the_standard_says():
    lines = event_file(**FACTS).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_no_letter_is_cut_in_two_and_signs_are_escaped():
    """Read by the words of RFC 5545 alone: unfold, split at the first colon, undo the escapes."""
    said = FACTS | {
        "location": "Phòng họp 210; nhà B, số 54\nHai Bà Trưng \\ Hà Nội",
        "description": "Ủy ban nhân dân " * 30,
        "organiser_name": 'Bộ "Công Thương", vụ; x',
        "url": "https://hoinghi.example/?a=1,2;b",
    }
    content = event_file(**said)
    for line in content.split(b"\r\n"):
        line.decode()
    lines = dict(line.split(":", 1) for line in content.decode().replace("\r\n ", "").split("\r\n") if line)
    assert unescaped(lines["LOCATION"]) == said["location"]
    assert unescaped(lines["DESCRIPTION"]) == said["description"]
    assert lines["URL"] == said["url"]
    assert lines["DTSTAMP"].endswith("Z")
    (organiser,) = [name for name in lines if name.startswith("ORGANIZER;CN=")]
    assert organiser.count('"') == 2


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def test_a_cancelled_event_keeps_its_identity():
    calendar, event = read(event_file(**FACTS | {"cancelled": True, "sequence": 3}))
    assert (calendar["METHOD"], event["STATUS"], event["UID"]) == ("CANCEL", "CANCELLED", FACTS["uid"])
    assert event["SEQUENCE"] == 3
