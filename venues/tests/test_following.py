"""Rooms move with their conference when staff change its time at the desk."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.tests.desk import errors_of, posted_again
from hoinghi.tests.cast import make_conference
from venues.services import prepare_rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, an, conference):
    conference.frame.invitation = []
    conference.frame.save()
    prepare_rooms(conference=conference, actor=an)
    client.force_login(an)
    return reverse("admin:conferences_conference_change", args=[conference.pk])


def moved(client, page, start: dt.datetime) -> dict:
    local = timezone.localtime(start)
    return posted_again(client.get(page)) | {
        "start_at_0": f"{local:%d/%m/%Y}",
        "start_at_1": f"{local:%Hh%M}",
        "end_at_0": "",
        "end_at_1": "",
    }


def test_rooms_are_held_for_the_new_hours(client, page, conference):
    start = conference.start_at + dt.timedelta(hours=5)
    assert client.post(page, moved(client, page, start)).status_code == 302
    conference.refresh_from_db()
    assert conference.start_at == start
    assert {booking.during.lower for booking in conference.bookings.live()} == {start}


def test_hours_at_which_a_room_is_taken_are_refused(client, an, page, conference, world):
    start = conference.start_at + dt.timedelta(days=1)
    other = make_conference(
        world, slug="khac", start_at=start, end_at=start + dt.timedelta(hours=4), nomination_deadline=None
    )
    prepare_rooms(conference=other, actor=an)
    errors = errors_of(client.post(page, moved(client, page, start)))
    assert "đã được giữ cho" in errors["start_at"][0]
    before = conference.start_at
    conference.refresh_from_db()
    assert conference.start_at == before
    assert {booking.during.lower for booking in conference.bookings.live()} == {before}
