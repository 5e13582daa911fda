"""Rooms, officers, points and rounds for the tests of this app."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from directory import links
from venues import services
from venues.letters import PURPOSE, holder_of
from venues.models import Booking, ChecklistItem, LineTestRound, Officer
from venues.services import Found, Particulars

PASSED = Found(outcome="passed", picture=True, sound=True, line=True)
FAILED = Found(outcome="failed", picture=True, sound=False, line=True, note="Tiếng vọng")


def picture(name: str = "anh.jpg", *, size=(64, 48), kind: str = "JPEG", **options) -> SimpleUploadedFile:
    """A photo as a telephone sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue())


def local(conference, province) -> Booking:
    return conference.bookings.live().get(unit=province.unit)


def person(name: str = "Đỗ Văn Giang", email: str = "giang@daklak.example", **more) -> Particulars:
    return Particulars(full_name=name, phone="0905123456", email=email, **more)


def make_item(conference, text: str = "Micro rõ", **more) -> ChecklistItem:
    return ChecklistItem.objects.create(conference=conference, section="Thiết bị", text=text, **more)


def make_round(conference, bookings, actor, *, days: int = 2, **more) -> LineTestRound:
    start = conference.start_at - dt.timedelta(days=days)
    return services.plan_round(
        conference=conference,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        bookings=bookings,
        actor=actor,
        at=timezone.now(),
        **more,
    )


def record(round, booking, found, actor):
    return services.record_result(
        result=round.results.get(booking=booking), found=found, actor=actor, at=timezone.now()
    )


def token_of(officer: Officer) -> str:
    """The token in the newest letter to the officer."""
    return links.token_of(links.live_link(holder=holder_of(officer), purpose=PURPOSE, at=timezone.now()))
