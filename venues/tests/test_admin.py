"""Rooms and bookings at the staff's desk."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from conferences.models import Place
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference
from hoinghi.text import format_date
from venues.models import Booking, Room
from venues.services import TO_BE_NAMED, prepare_rooms
from venues.tests.rooms import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def booking(conference, an, world):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    return conference.bookings.get(unit=world.dak_lak.unit)


@pytest.fixture
def hall(world):
    return Room.objects.create(
        name="Hội trường", host=world.dak_lak.so, host_name=world.dak_lak.so.name, address="Số 1 Lê Duẩn"
    )


def page_of(booking) -> str:
    return reverse("admin:venues_booking_change", args=[booking.pk])


def typed(booking, **changes) -> dict:
    data = {
        "room": booking.room_id or "",
        "printed": booking.printed,
        "address": booking.address,
    }
    return data | changes


def room_data(**values) -> dict:
    """What the page of a room sends: the fields, and no rows of contacts and former addresses."""
    rows = {
        f"{name}-{part}_FORMS": 0
        for name in ("contacts", "former_addresses")
        for part in ("TOTAL", "INITIAL")
    }
    return rows | values


def test_pages_open_without_inline_code(desk, booking):
    pages = [
        reverse("admin:venues_room_changelist"),
        reverse("admin:venues_booking_changelist"),
        page_of(booking),
    ]
    for page in [*pages, reverse("admin:venues_room_change", args=[booking.room_id])]:
        text = desk.get(page).content.decode()
        assert "8h00–12h00 ngày " in text or page != page_of(booking)
        assert not re.search(r"\sstyle=|<style|\son\w+=\"", text), page


def test_new_room_brings_its_words(desk, booking, hall):
    assert desk.post(page_of(booking), typed(booking, room=hall.pk)).status_code == 302
    booking.refresh_from_db()
    assert (booking.printed, booking.address, booking.is_chosen) == (
        "Hội trường của Sở Công Thương tỉnh Đắk Lắk",
        "Số 1 Lê Duẩn",
        True,
    )
    entry = AuditEntry.objects.first()
    assert entry.action == "booking.change"
    assert entry.changes["room"] == [
        "Phòng họp trực tuyến của Chi cục Quản lý thị trường tỉnh Đắk Lắk",
        "Hội trường của Sở Công Thương tỉnh Đắk Lắk",
    ]


def test_typed_words_win(desk, booking, hall):
    desk.post(page_of(booking), typed(booking, room=hall.pk, printed="Hội trường tầng 2"))
    booking.refresh_from_db()
    assert (booking.printed, booking.address) == ("Hội trường tầng 2", "Số 1 Lê Duẩn")


def test_no_room_is_to_be_named(desk, booking):
    desk.post(page_of(booking), typed(booking, room=""))
    booking.refresh_from_db()
    assert (booking.room, booking.printed, booking.address) == (None, TO_BE_NAMED, "")
    found = desk.get(reverse("admin:venues_booking_changelist"), {"room": "none"}).context["cl"].queryset
    assert list(found) == [booking]


def test_overlap_is_told_at_the_field_and_the_typing_stays(desk, booking, hall, world):
    other = make_conference(world, slug="khac", title="Hội nghị khuyến công")
    Booking.objects.create(conference=other, room=hall, role="local", during=booking.during, printed="x")
    answer = desk.post(page_of(booking), typed(booking, room=hall.pk, address="Gõ tay"))
    form = answer.context["adminform"].form
    assert "Hội nghị khuyến công" in form.errors["room"][0]
    assert form["address"].value() == "Gõ tay"
    before = booking.room_id
    booking.refresh_from_db()
    assert booking.room_id == before


def test_bookings_are_neither_typed_nor_deleted_by_hand(desk, booking):
    assert desk.get(reverse("admin:venues_booking_add")).status_code == 403
    assert desk.get(reverse("admin:venues_booking_delete", args=[booking.pk])).status_code == 403


def test_action_follows_a_new_rule(desk, booking, world):
    Place.objects.filter(role=Place.Role.LOCAL).update(host_kind=world.kinds["ubnd_tinh"])
    data = {"action": "follow_rule", "_selected_action": [booking.pk]}
    page = desk.post(reverse("admin:venues_booking_changelist"), data, follow=True).content.decode()
    assert "đã cập nhật các điểm cầu" in page
    booking.refresh_from_db()
    assert booking.printed == "Phòng họp trực tuyến của Ủy ban nhân dân tỉnh Đắk Lắk"


def test_action_explains_a_taken_room(desk, booking, hall, world):
    other = make_conference(world, slug="khac", title="Hội nghị khuyến công")
    hall = Room.objects.create(name="Phòng họp trực tuyến", host=world.dak_lak.ubnd_tinh)
    Booking.objects.create(conference=other, room=hall, role="local", during=booking.during, printed="x")
    Place.objects.filter(role=Place.Role.LOCAL).update(host_kind=world.kinds["ubnd_tinh"])
    data = {"action": "follow_rule", "_selected_action": [booking.pk]}
    page = desk.post(reverse("admin:venues_booking_changelist"), data, follow=True).content.decode()
    assert "đã được giữ cho “Hội nghị khuyến công”" in page


@pytest.mark.parametrize("typed_words", ["chi cuc dak lak", "CHI CỤC ĐẮK LẮK"])
def test_rooms_are_found_without_diacritics(desk, booking, typed_words):
    found = desk.get(reverse("admin:venues_room_changelist"), {"q": typed_words}).context["cl"].queryset
    assert list(found) == [booking.room]


def test_room_of_a_host_takes_its_name(desk, world):
    desk.post(reverse("admin:venues_room_add"), room_data(name="Hội trường", host=world.dak_lak.so.pk))
    assert Room.objects.get().printed == "Hội trường của Sở Công Thương tỉnh Đắk Lắk"


def test_same_room_twice_is_refused(desk, hall, world):
    data = room_data(name="Hội trường", host=world.dak_lak.so.pk)
    answer = desk.post(reverse("admin:venues_room_add"), data)
    assert "Cơ quan này đã có phòng cùng tên." in answer.content.decode()


class TestMovingARoom:
    @pytest.fixture
    def page(self, booking):
        return reverse("admin:venues_room_change", args=[booking.room_id])

    def data(self, booking, **changes) -> dict:
        room = booking.room
        values = {"name": room.name, "host": room.host_id, "host_name": room.host_name, "unit": room.unit_id}
        return room_data(**values | changes)

    def test_from_a_day_on(self, desk, booking, page):
        desk.post(page, self.data(booking, address="số 1 Lê Duẩn"))
        prepare_rooms(conference=booking.conference, actor="x", at=timezone.now())
        day = timezone.localtime(booking.during.lower).date()
        answer = desk.post(
            page, self.data(booking, address="số 9 Hùng Vương", since=format_date(day)), follow=True
        )
        assert "1 điểm cầu từ ngày đó in địa chỉ mới" in answer.content.decode()
        booking.refresh_from_db()
        assert booking.address == "số 9 Hùng Vương"
        room = Room.objects.get(pk=booking.room_id)
        assert (room.address, room.address_on(day - dt.timedelta(days=1))) == (
            "số 9 Hùng Vương",
            "số 1 Lê Duẩn",
        )
        again = desk.post(page, self.data(booking, address="Nơi khác", since=format_date(day)))
        assert "Phòng đã chuyển địa chỉ từ ngày" in again.content.decode()
        assert "Nơi khác" in again.content.decode()

    def test_a_day_without_a_new_address_is_asked_about(self, desk, booking, page):
        answer = desk.post(page, self.data(booking, since="01/12/2026"))
        assert "Nhập địa chỉ mới ở ô Địa chỉ" in answer.content.decode()

    def test_a_correction_leaves_no_former_address(self, desk, booking, page):
        desk.post(page, self.data(booking, address="số 1 Lê Duẫn"))
        desk.post(page, self.data(booking, address="số 1 Lê Duẩn"))
        room = Room.objects.get(pk=booking.room_id)
        assert (room.address, room.former_addresses.count()) == ("số 1 Lê Duẩn", 0)

    def test_a_photo_is_written_anew_and_a_bad_one_explained(self, desk, booking, page):
        bad = SimpleUploadedFile("x.jpg", b"x")
        assert (
            "không đúng với phần mở rộng" in desk.post(page, self.data(booking, photo=bad)).content.decode()
        )
        desk.post(page, self.data(booking, photo=picture(size=(2000, 1000))))
        room = Room.objects.get(pk=booking.room_id)
        with room.photo.open() as file, Image.open(file) as stored:
            assert stored.size == (1600, 800)
