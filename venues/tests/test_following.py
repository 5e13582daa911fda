"""Rooms move with their conference when staff change its time at the desk."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.followers import follow
from conferences.models import Conference
from conferences.rooms import booked_rooms
from conferences.tests.desk import errors_of, posted_again
from hoinghi.tests.cast import make_conference
from venues.models import Booking, Room
from venues.services import change_room, prepare_rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, an, conference):
    conference.frame.invitation = []
    conference.frame.save()
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
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
    prepare_rooms(conference=other, actor=an, at=timezone.now())
    errors = errors_of(client.post(page, moved(client, page, start)))
    assert "đã được giữ cho" in errors["start_at"][0]
    before = conference.start_at
    conference.refresh_from_db()
    assert conference.start_at == before
    assert {booking.during.lower for booking in conference.bookings.live()} == {before}


def sequence_of(conference) -> int:
    return Conference.objects.get(pk=conference.pk).event_sequence


def test_another_room_of_a_province_is_news_for_its_calendars(an, conference):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    before = sequence_of(conference)
    booking = conference.bookings.live().filter(role=Booking.Role.LOCAL).first()
    change_room(
        booking=booking, room=Room.objects.create(name="Phòng họp tỉnh ủy"), actor=an, at=timezone.now()
    )
    assert sequence_of(conference) > before
    assert "Phòng họp tỉnh ủy" in [room.place for room in booked_rooms(conference)]


def test_another_room_typed_at_the_desk_is_news_as_well(client, an, conference):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    before = sequence_of(conference)
    booking = conference.bookings.live().filter(role=Booking.Role.LOCAL).first()
    client.force_login(an)
    page = reverse("admin:venues_booking_change", args=[booking.pk])
    typed = {"room": booking.room_id, "printed": "Hội trường Tỉnh ủy", "address": "", "state": booking.state}
    assert client.post(page, typed).status_code == 302
    assert sequence_of(conference) > before


@pytest.mark.parametrize("state", ["announced", "postponed"])
def test_rooms_stay_held_as_long_as_there_is_a_conference(an, conference, state):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    conference.state = state
    follow(conference=conference, actor=an, at=timezone.now())
    assert conference.bookings.live().count() == 3


def test_a_cancelled_conference_gives_its_rooms_back(an, conference, world):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    conference.state = Conference.State.CANCELLED
    conference.save()
    follow(conference=conference, actor=an, at=timezone.now())
    assert not conference.bookings.live().exists()
    other = make_conference(world, slug="khac", start_at=conference.start_at, end_at=conference.end_at)
    assert len(prepare_rooms(conference=other, actor=an, at=timezone.now())) == 3
