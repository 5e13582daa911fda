"""What happened in the rooms on the day: every incident with its times, and how long each room was cut off."""

import datetime as dt
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone

from conferences.facts import facts_of
from conferences.models import Conference
from correspondence import pdf
from delegates.attendance_figures import figures_of
from hoinghi.sheets import write_sheet
from hoinghi.text import format_countdown
from venues.models import Incident
from venues.policies import day_ends

HEADERS = [
    "STT",
    "Điểm cầu",
    "Loại",
    "Mô tả",
    "Báo lúc",
    "Người báo",
    "Hướng xử lý",
    "Trả lời lúc",
    "Khắc phục lúc",
    "Số phút",
]


@dataclass(frozen=True)
class Line:
    """An incident as it stands at the moment of reading; ``until`` is its end, or that moment."""

    incident: Incident
    until: dt.datetime

    @property
    def is_open(self) -> bool:
        return self.incident.resolved_at is None

    @property
    def lasted(self) -> dt.timedelta:
        return max(self.until - self.incident.reported_at, dt.timedelta())

    @property
    def minutes(self) -> int:
        return round(self.lasted.total_seconds() / 60)

    @property
    def lasted_words(self) -> str:
        return format_countdown(self.lasted)


def lines_of(conference: Conference, at: dt.datetime) -> list[Line]:
    """The incidents of the conference's rooms in the order in which they came, in one query."""
    incidents = (
        Incident.objects.filter(booking__conference=conference)
        .select_related("booking__unit")
        .order_by("reported_at", "pk")
    )
    # What nobody has said to be over ended with the day at the latest.
    last = min(at, day_ends(conference))
    return [Line(each, each.resolved_at or last) for each in incidents]


def sheet_of(conference: Conference, at: dt.datetime) -> bytes:
    """The incidents as a spreadsheet."""
    rows = (
        (
            number,
            line.incident.booking.label,
            line.incident.get_kind_display(),
            line.incident.note,
            line.incident.reported_at,
            line.incident.reported_by,
            line.incident.answer,
            line.incident.answered_at,
            line.incident.resolved_at,
            line.minutes,
        )
        for number, line in enumerate(lines_of(conference, at), start=1)
    )
    return write_sheet("Sự cố", HEADERS, rows)


def print_report(conference: Conference, at: dt.datetime) -> bytes:
    """The report on the day as PDF: figures, then the incidents."""
    lines = lines_of(conference, at)
    facts = facts_of(conference)
    cut_off = [line for line in lines if line.incident.cuts_off]
    context = {
        "conference": conference,
        "facts": facts,
        "issuer": facts["issuing_unit"],
        "lines": lines,
        "several_days": timezone.localdate(conference.start_at) != timezone.localdate(conference.end_at),
        "rooms": conference.bookings.live().count(),
        "troubled": len({line.incident.booking_id for line in lines}),
        "open": sum(line.is_open for line in lines),
        "cut_off": len(cut_off),
        "cut_off_minutes": sum(line.minutes for line in cut_off),
        "counted": figures_of(conference).total,
        "spoken": conference.speeches.filter(state="done").count(),
        "at": at,
    }
    return pdf.render(render_to_string("pdf/incidents.html", context))
