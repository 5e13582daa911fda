"""A conference on its day: rooms, lists, delegates, for the tests of attendance, board and speakers."""

import datetime as dt

import pytest
from django.utils import timezone

from conferences.models import Conference
from hoinghi.tests.cast import make_delegate
from venues.services import prepare_rooms


def hold_now(conference: Conference, *, since: dt.timedelta = dt.timedelta(minutes=-20)) -> Conference:
    """Let the conference have begun ``since`` ago (negative: begin then), but within today."""
    now = timezone.localtime()
    start = now - since
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = min(max(start, midnight), midnight + dt.timedelta(hours=23, minutes=50))
    end = max(start + dt.timedelta(hours=4), now + dt.timedelta(hours=1))
    conference.start_at, conference.end_at = start, end
    conference.nomination_deadline = start - dt.timedelta(days=1)
    conference.save(update_fields=["start_at", "end_at", "nomination_deadline"])
    return conference


@pytest.fixture
def rooms(conference, an, world):
    """The conference's bookings by province, and the central one."""
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    bookings = list(conference.bookings.live().select_related("conference", "unit"))
    found = {booking.unit.short_name if booking.unit else "central": booking for booking in bookings}
    for booking in bookings:
        booking.conference = conference
    return found


@pytest.fixture
def people(nomination, other_nomination):
    """Two delegates of Đắk Lắk and one of Cà Mau."""
    return [
        make_delegate(nomination, full_name="Trần Thị Em"),
        make_delegate(nomination, "ubnd-xa", full_name="Ngô Văn Giáp"),
        make_delegate(other_nomination, full_name="Lý Thị Hoa"),
    ]


@pytest.fixture
def today(conference, rooms):
    """The conference begins in a few minutes; the rooms know it."""
    hold_now(conference)
    for booking in rooms.values():
        booking.conference = conference
    return conference
