"""Rooms from the rule of a conference: one central, one per province, never held twice."""

import datetime as dt
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conferences.models import Conference, Place
from directory.models import AuditEntry, Organisation
from hoinghi.tests.cast import make_conference, make_province
from venues.models import Booking, Room
from venues.services import TO_BE_NAMED, RoomClosed, RoomTaken, change_room, move_bookings, prepare_rooms

pytestmark = pytest.mark.django_db


def local(conference, province) -> Booking:
    return conference.bookings.live().get(unit=province.unit)


def state() -> list[dict]:
    return list(Booking.objects.order_by("pk").values())


@pytest.fixture
def prepared(conference, an):
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    return conference


class TestPreparing:
    def test_central_room_and_one_per_province(self, conference, an, world):
        bookings = prepare_rooms(conference=conference, actor=an, at=timezone.now())
        assert [(booking.label, booking.printed, booking.address) for booking in bookings] == [
            ("Điểm cầu trung tâm", "Phòng họp 210 nhà B", "số 54 Hai Bà Trưng, Hà Nội"),
            ("Điểm cầu tỉnh Cà Mau", "Phòng họp trực tuyến của Chi cục Quản lý thị trường tỉnh Cà Mau", ""),
            ("Điểm cầu tỉnh Đắk Lắk", "Phòng họp trực tuyến của Chi cục Quản lý thị trường tỉnh Đắk Lắk", ""),
        ]
        for booking in bookings:
            assert (booking.during.lower, booking.during.upper) == (conference.start_at, conference.end_at)
            assert (booking.during.lower_inc, booking.during.upper_inc) == (True, False)
            assert booking.state == Booking.State.PREPARING

    def test_hosts_are_those_of_the_reference_date(self, conference, an, world):
        Organisation.objects.filter(pk=world.dak_lak.chi_cuc_qltt.pk).update(valid_from=dt.date(2025, 3, 17))
        Organisation.objects.create(
            uid="cu",
            kind=world.kinds["chi_cuc_qltt"],
            name="Cục Quản lý thị trường tỉnh Đắk Lắk",
            unit=world.dak_lak.unit,
            valid_to=dt.date(2025, 3, 16),
        )
        Conference.objects.update(units_as_of=dt.date(2021, 7, 2))
        prepare_rooms(conference=conference, actor=an, at=timezone.now())
        assert (
            local(conference, world.dak_lak).printed
            == "Phòng họp trực tuyến của Cục Quản lý thị trường tỉnh Đắk Lắk"
        )

    def test_province_without_that_organisation_is_left_to_be_named(self, conference, an, world):
        Organisation.objects.filter(pk=world.ca_mau.chi_cuc_qltt.pk).update(valid_to=dt.date(2020, 1, 1))
        prepare_rooms(conference=conference, actor=an, at=timezone.now())
        booking = local(conference, world.ca_mau)
        assert (booking.room, booking.printed, booking.address) == (None, TO_BE_NAMED, "")

    def test_two_unnamed_rooms_at_one_time_are_no_conflict(self, conference, an, world):
        Place.objects.filter(role=Place.Role.LOCAL).update(host_kind=None)
        other = make_conference(world, slug="khac")
        Place.objects.filter(conference=other, role=Place.Role.CENTRAL).update(room_name="Hội trường")
        Place.objects.filter(role=Place.Role.LOCAL).update(host_kind=None)
        for each in (conference, other):
            assert [booking.room for booking in prepare_rooms(conference=each, actor=an, at=timezone.now())][
                1:
            ] == [None, None]

    def test_central_room_is_printed_as_the_place_says(self, conference, an, world):
        Place.objects.filter(role=Place.Role.CENTRAL).update(
            room_name="Phòng họp trực tuyến", host=world.unit, host_name="Tổng cục quản lý thị trường"
        )
        central = prepare_rooms(conference=conference, actor=an, at=timezone.now())[0]
        assert central.printed == "Phòng họp trực tuyến của Tổng cục quản lý thị trường"
        assert central.room.host == world.unit

    def test_rooms_last_from_one_conference_to_the_next(self, prepared, an, world):
        next_one = make_conference(
            world, slug="sau", start_at=prepared.end_at, end_at=prepared.end_at + dt.timedelta(hours=2)
        )
        before = Room.objects.count()
        prepare_rooms(conference=next_one, actor=an, at=timezone.now())
        assert Room.objects.count() == before
        assert local(next_one, world.dak_lak).room == local(prepared, world.dak_lak).room

    def test_a_room_keeps_its_own_address(self, prepared, an, world):
        room = local(prepared, world.dak_lak).room
        Room.objects.filter(pk=room.pk).update(address="Số 5 Lê Duẩn")
        prepare_rooms(conference=prepared, actor=an, at=timezone.now())
        assert local(prepared, world.dak_lak).address == "Số 5 Lê Duẩn"

    def test_entry_in_the_trail_counts_only(self, prepared, an):
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.actor_id) == ("rooms.prepare", an.pk)
        assert entry.changes == {"added": [0, 3], "changed": [0, 0], "released": [0, 0]}

    def test_costs_the_same_for_more_provinces(self, prepared, an, world):
        def cost(slug: str, days: int) -> int:
            start = prepared.start_at + dt.timedelta(days=days)
            other = make_conference(world, slug=slug, start_at=start, end_at=start + dt.timedelta(hours=4))
            with CaptureQueriesContext(connection) as queries:
                prepare_rooms(conference=other, actor=an, at=timezone.now())
            return len(queries)

        make_province("71-moi", "Mới", world.kinds, world.levels)
        before = cost("mot", 1)
        for number in (2, 3):
            make_province(f"7{number}-moi", f"Mới {number}", world.kinds, world.levels)
        assert cost("hai", 2) == before

    def test_34_provinces_within_a_second(self, conference, an, world):
        for number in range(10, 42):
            make_province(f"{number}-x", f"Tỉnh {number}", world.kinds, world.levels)
        started = time.process_time()  # not the clock: the machine may be busy
        assert len(prepare_rooms(conference=conference, actor=an, at=timezone.now())) == 35
        assert time.process_time() - started < 1


class TestPreparingAgain:
    def test_changes_nothing(self, prepared, an):
        before = state()
        prepare_rooms(conference=prepared, actor=an, at=timezone.now())
        assert state() == before
        assert AuditEntry.objects.count() == 1

    def test_follows_a_new_rule_but_keeps_what_a_province_chose(self, prepared, an, world):
        own = Room.objects.create(name="Hội trường", host=world.dak_lak.so, host_name=world.dak_lak.so.name)
        change_room(booking=local(prepared, world.dak_lak), room=own, actor=an, at=timezone.now())
        Place.objects.filter(role=Place.Role.LOCAL).update(
            room_name="Phòng họp", host_kind=world.kinds["ubnd_tinh"]
        )
        ids = {booking.pk for booking in Booking.objects.all()}
        prepare_rooms(conference=prepared, actor=an, at=timezone.now())
        assert local(prepared, world.ca_mau).printed == "Phòng họp của Ủy ban nhân dân tỉnh Cà Mau"
        assert local(prepared, world.dak_lak).printed == "Hội trường của Sở Công Thương tỉnh Đắk Lắk"
        assert {booking.pk for booking in Booking.objects.all()} == ids

    def test_new_room_has_to_be_prepared_anew(self, prepared, an, world):
        Booking.objects.update(state=Booking.State.READY)
        Place.objects.filter(role=Place.Role.LOCAL).update(host_kind=world.kinds["ubnd_tinh"])
        prepare_rooms(conference=prepared, actor=an, at=timezone.now())
        assert local(prepared, world.ca_mau).state == Booking.State.PREPARING
        assert prepared.bookings.get(role=Booking.Role.CENTRAL).state == Booking.State.READY

    def test_gives_back_what_the_rule_no_longer_has(self, prepared, an, world):
        Place.objects.filter(role=Place.Role.LOCAL).delete()
        at = prepared.start_at - dt.timedelta(days=1)
        assert [booking.role for booking in prepare_rooms(conference=prepared, actor=an, at=at)] == [
            "central"
        ]
        assert set(Booking.objects.filter(role="local").values_list("released_at", flat=True)) == {at}

    def test_a_room_out_of_use_is_left_to_be_named(self, prepared, an, world):
        Room.objects.filter(host=world.ca_mau.chi_cuc_qltt).update(is_hidden=True)
        prepare_rooms(conference=prepared, actor=an, at=timezone.now())
        assert (local(prepared, world.ca_mau).room, local(prepared, world.ca_mau).printed) == (
            None,
            TO_BE_NAMED,
        )

    def test_province_may_not_hold_the_room_of_another_in_the_same_conference(self, prepared, an, world):
        with pytest.raises(RoomTaken, match="Chi cục Quản lý thị trường tỉnh Cà Mau"):
            change_room(
                booking=local(prepared, world.dak_lak),
                room=local(prepared, world.ca_mau).room,
                actor=an,
                at=timezone.now(),
            )


class TestOverlap:
    def test_is_explained_and_nothing_is_left_half_written(self, prepared, an, world):
        other = make_conference(world, slug="khac", title="Hội nghị khuyến công")
        Place.objects.filter(conference=other, role=Place.Role.CENTRAL).update(room_name="Hội trường lớn")
        rooms = Room.objects.count()
        with pytest.raises(RoomTaken) as refusal:
            prepare_rooms(conference=other, actor=an, at=timezone.now())
        text = str(refusal.value)
        assert "Phòng họp trực tuyến của Chi cục Quản lý thị trường tỉnh Cà Mau" in text
        assert f"đã được giữ cho “{prepared.title}” (8h00–12h00 ngày " in text
        assert not other.bookings.exists()
        assert Room.objects.count() == rooms

    def test_long_lists_are_shortened(self, prepared, an, world):
        for number in (1, 2):
            make_province(f"7{number}-moi", f"Mới {number}", world.kinds, world.levels)
        prepare_rooms(conference=prepared, actor=an, at=timezone.now())
        other = make_conference(world, slug="khac")
        with pytest.raises(RoomTaken, match="và 2 phòng khác"):
            prepare_rooms(conference=other, actor=an, at=timezone.now())

    def test_the_hour_of_the_end_is_free(self, prepared, an, world):
        after = make_conference(
            world, slug="chieu", start_at=prepared.end_at, end_at=prepared.end_at + dt.timedelta(hours=3)
        )
        assert len(prepare_rooms(conference=after, actor=an, at=timezone.now())) == 3

    def test_released_rooms_are_free(self, prepared, an, world):
        Booking.objects.update(released_at=prepared.start_at)
        assert (
            len(prepare_rooms(conference=make_conference(world, slug="khac"), actor=an, at=timezone.now()))
            == 3
        )

    def test_database_refuses_what_goes_round_the_service(self, prepared, an, world):
        held = local(prepared, world.dak_lak)
        with pytest.raises(IntegrityError, match="booking_no_overlap"), transaction.atomic():
            Booking.objects.create(
                conference=make_conference(world, slug="khac"),
                room=held.room,
                during=held.during,
                printed="x",
            )


class TestChangingRoom:
    @pytest.fixture
    def hall(self, world):
        return Room.objects.create(
            name="Hội trường", host=world.dak_lak.so, host_name=world.dak_lak.so.name, address="Số 1"
        )

    def test_is_printed_and_told(self, prepared, an, world, hall):
        Booking.objects.update(state=Booking.State.READY)
        booking = change_room(booking=local(prepared, world.dak_lak), room=hall, actor=an, at=timezone.now())
        booking.refresh_from_db()
        assert (booking.printed, booking.address) == ("Hội trường của Sở Công Thương tỉnh Đắk Lắk", "Số 1")
        assert (booking.is_chosen, booking.state) == (True, Booking.State.PREPARING)
        assert AuditEntry.objects.first().action == "booking.change_room"

    def test_taken_room_is_refused_with_the_name_of_the_other(self, prepared, an, world, hall):
        other = make_conference(world, slug="khac", title="Hội nghị khuyến công")
        Booking.objects.create(
            conference=other,
            room=hall,
            role="local",
            during=local(prepared, world.dak_lak).during,
            printed="x",
        )
        before = state()
        with pytest.raises(RoomTaken, match="Hội nghị khuyến công"):
            change_room(booking=local(prepared, world.dak_lak), room=hall, actor=an, at=timezone.now())
        assert state() == before

    def test_room_out_of_use_is_refused(self, prepared, an, world, hall):
        Room.objects.update(is_hidden=True)
        with pytest.raises(RoomClosed, match="không dùng nữa"):
            change_room(booking=local(prepared, world.dak_lak), room=hall, actor=an, at=timezone.now())


class TestMoving:
    def test_all_rooms_move_with_the_conference(self, prepared, an):
        start = prepared.start_at + dt.timedelta(days=1)
        Conference.objects.filter(pk=prepared.pk).update(start_at=start, end_at=start + dt.timedelta(hours=2))
        assert move_bookings(conference=prepared, actor=an, at=timezone.now()) == 3
        assert {(b.during.lower, b.during.upper) for b in Booking.objects.all()} == {
            (start, start + dt.timedelta(hours=2))
        }
        assert move_bookings(conference=prepared, actor=an, at=timezone.now()) == 0
        assert AuditEntry.objects.filter(action="rooms.move").count() == 1

    def test_hours_may_overlap_the_old_ones(self, prepared, an):
        start = prepared.start_at + dt.timedelta(hours=1)
        Conference.objects.filter(pk=prepared.pk).update(start_at=start)
        assert move_bookings(conference=prepared, actor=an, at=timezone.now()) == 3

    def test_into_another_conference_moves_nothing(self, prepared, an, world):
        after = make_conference(
            world, slug="chieu", start_at=prepared.end_at, end_at=prepared.end_at + dt.timedelta(hours=3)
        )
        prepare_rooms(conference=after, actor=an, at=timezone.now())
        before = state()
        Conference.objects.filter(pk=prepared.pk).update(end_at=prepared.end_at + dt.timedelta(hours=1))
        with pytest.raises(RoomTaken):
            move_bookings(conference=prepared, actor=an, at=timezone.now())
        assert state() == before
