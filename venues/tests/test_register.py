"""Rooms that last: their addresses by date, moved, hidden, found."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference
from venues import services
from venues.errors import StepRefused
from venues.models import Booking, FormerAddress, Room
from venues.services import RoomClosed, RoomTaken
from venues.tests.rooms import local, picture

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def room():
    return Room.objects.create(name="Hội trường", host_name="UBND", address="54 Hai Bà Trưng")


def test_the_address_of_a_day(room):
    FormerAddress.objects.create(room=room, address="91 Đinh Tiên Hoàng", until=dt.date(2023, 3, 31))
    FormerAddress.objects.create(room=room, address="23 Ngô Quyền", until=dt.date(2021, 12, 31))
    told = {
        dt.date(2021, 7, 2): "23 Ngô Quyền",
        dt.date(2021, 12, 31): "23 Ngô Quyền",
        dt.date(2022, 1, 1): "91 Đinh Tiên Hoàng",
        dt.date(2023, 4, 1): "54 Hai Bà Trưng",
    }
    assert {day: room.address_on(day) for day in told} == told
    with pytest.raises(IntegrityError), transaction.atomic():
        FormerAddress.objects.create(room=room, address="x", until=dt.date(2021, 12, 31))


def test_a_move_reaches_bookings_from_that_day_on_and_no_typed_words(prepared, booking, an, world):
    room = booking.room
    Room.objects.filter(pk=room.pk).update(address="số 1 Lê Duẩn")
    earlier, later, typed = (
        Booking.objects.create(
            conference=make_conference(world, slug=slug),
            room=room,
            role="central",
            during=(booking.during.lower + days * DAY, booking.during.upper + days * DAY),
            printed="x",
            address=address,
        )
        for slug, days, address in (
            ("truoc", -9, "số 1 Lê Duẩn"),
            ("sau", 9, "số 1 Lê Duẩn"),
            ("tay", 19, "gõ tay"),
        )
    )
    day = timezone.localtime(booking.during.lower).date()
    moved = services.move_room(room=room, address="số 9 Hùng Vương", since=day, actor=an, at=timezone.now())
    assert set(moved) == {booking, later}
    for found, address in ((earlier, "số 1 Lê Duẩn"), (booking, "số 9 Hùng Vương"), (typed, "gõ tay")):
        found.refresh_from_db()
        assert found.address == address
    with pytest.raises(StepRefused, match="đã chuyển địa chỉ từ ngày"):
        services.move_room(room=room, address="x", since=day, actor=an, at=timezone.now())
    assert AuditEntry.objects.get(action="room.move").changes["address"] == [
        "số 1 Lê Duẩn",
        "số 9 Hùng Vương",
    ]


def test_a_conference_before_the_move_is_prepared_at_the_old_address(conference, an, world):
    services.prepare_rooms(conference=conference, actor=an, at=timezone.now())
    booking = local(conference, world.dak_lak)
    Room.objects.filter(pk=booking.room_id).update(address="số 1 Lê Duẩn")
    since = timezone.localtime(booking.during.upper).date() + DAY
    services.move_room(room=booking.room, address="số 9 Hùng Vương", since=since, actor=an, at=timezone.now())
    services.prepare_rooms(conference=conference, actor=an, at=timezone.now())
    booking.refresh_from_db()
    assert booking.address == "số 1 Lê Duẩn"


def test_a_hidden_room_is_not_chosen_and_what_was_booked_stays(booking, room, an):
    services.hide_room(room=room, hidden=True, actor=an)
    services.hide_room(room=room, hidden=True, actor=an)
    assert AuditEntry.objects.filter(action="room.hide").count() == 1
    with pytest.raises(RoomClosed):
        services.choose_room(booking=booking, room=room, actor=an, at=timezone.now())
    services.hide_room(room=booking.room, hidden=True, actor=an)
    booking.refresh_from_db()
    assert booking.room is not None


def test_a_room_in_use_cannot_be_deleted(booking):
    with pytest.raises(ProtectedError):
        booking.room.delete()


def test_the_same_room_twice_in_one_conference_is_refused(booking, an, world):
    other = local(booking.conference, world.ca_mau)
    with pytest.raises(RoomTaken):
        services.choose_room(booking=other, room=booking.room, actor=an, at=timezone.now())


def test_described_with_a_photo_that_takes_the_place_of_the_old_one(
    room, an, django_capture_on_commit_callbacks
):
    services.describe_room(room=room, values={"capacity": 40}, photo=picture(), actor=an)
    room.refresh_from_db()
    first = room.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        services.describe_room(room=room, values={"capacity": 40}, photo=picture(size=(9, 9)), actor=an)
    room.refresh_from_db()
    assert room.photo.name != first
    assert not room.photo.storage.exists(first)
    with pytest.raises(ValidationError):
        services.describe_room(
            room=room, values={"capacity": 1}, photo=SimpleUploadedFile("x.jpg", b"x"), actor=an
        )
    room.refresh_from_db()
    assert room.capacity == 40


@pytest.mark.parametrize("words", ["hoi truong hai ba", "HỘI TRƯỜNG", "ubnd"])
def test_found_without_diacritics(room, words):
    assert list(Room.objects.matching(words)) == [room]
    assert not Room.objects.matching("không có").exists()
