"""What delegates have to do with rooms: how many sit where, and officers among those who are told and called."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from correspondence.letters import write_letter
from delegates import fillings
from delegates.models import Delegate
from delegates.places import people_in, with_bookings
from delegates.recipients import audience_of
from delegates.reminding import AUDIENCES, room_officers
from delegates.telephones import entries_of
from directory.models import AdministrativeUnit
from hoinghi.tests.cast import make_delegate
from venues import services
from venues.expected import expected_in
from venues.tests.rooms import local, make_item, person

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


@pytest.fixture
def prepared(conference, an):
    services.prepare_rooms(conference=conference, actor=an, at=timezone.now())
    conference.checklist.all().delete()
    return conference


@pytest.fixture
def sub(prepared, an, world):
    return services.add_sub(
        parent=local(prepared, world.dak_lak),
        unit=AdministrativeUnit.objects.filter(parent=world.dak_lak.unit).first(),
        room=services.PlaceTyped(name="Phòng họp", host_name="UBND xã", address="thôn 1"),
        actor=an,
        at=now(),
    )


class TestHowManySitWhere:
    def test_a_provinces_own_people(self, prepared, nomination, world):
        make_delegate(nomination)
        make_delegate(nomination, full_name="B")
        make_delegate(nomination, full_name="C", state=Delegate.State.REPLACED)
        bookings = list(prepared.bookings.live())
        counted = {
            booking.label: number
            for booking, number in zip(bookings, expected_in(bookings).values(), strict=True)
        }
        assert counted == {"Điểm cầu trung tâm": 0, "Điểm cầu tỉnh Đắk Lắk": 2, "Điểm cầu tỉnh Cà Mau": 0}

    def test_without_a_room_of_its_own_in_the_central_one(self, prepared, nomination, world):
        make_delegate(nomination)
        prepared.bookings.filter(unit=world.dak_lak.unit).update(released_at=now())
        central = prepared.bookings.get(role="central")
        assert people_in([central]) == {central.pk: 1}

    def test_a_room_under_a_provinces_is_nobodys_place_yet(self, sub, prepared, nomination, world):
        make_delegate(nomination)
        assert people_in([sub]) == {sub.pk: 0}
        (found,) = with_bookings([nomination])
        assert found.booking == local(prepared, world.dak_lak)

    def test_as_many_queries_for_all_rooms_as_for_one(self, prepared, nomination, sub):
        def count(bookings) -> int:
            with CaptureQueriesContext(connection) as queries:
                people_in(bookings)
            return len(queries)

        bookings = list(prepared.bookings.live())
        assert count(bookings) == count(bookings[:1]) == 2


class TestOfficers:
    @pytest.fixture
    def giang(self, prepared, an, world):
        booking = local(prepared, world.dak_lak)
        return services.name_officer(booking=booking, person=person(), actor=an, at=now())

    def test_the_named_one_is_reminded_of_what_is_missing(self, prepared, giang, dung):
        make_item(prepared)
        members = {member.name: member for member in room_officers(prepared, now())}
        member = members["Đỗ Văn Giang, Điểm cầu tỉnh Đắk Lắk"]
        assert member.address == "giang@daklak.example"
        assert "Hoàng Văn Dũng, Điểm cầu tỉnh Đắk Lắk" not in members
        (audience,) = [each for each in AUDIENCES if each.code == "room_officers"]
        text = audience.preview(member).text
        assert "- Chưa có địa chỉ." in text
        assert "- Chưa xong 1 mục kiểm tra bắt buộc (micro rõ)." in text
        (letter,) = audience.letters([member], now())
        assert letter.link.holder == f"officer:{giang.pk}"

    def test_a_ready_room_reminds_nobody(self, prepared, giang):
        prepared.bookings.update(state="ready")
        assert room_officers(prepared, now()) == []

    def test_a_letter_without_anything_missing_says_nothing_of_it(self, prepared, world):
        filling = fillings.reminder_of_room(local(prepared, world.dak_lak), "Nguyễn Văn A")
        assert "\n- " not in write_letter("reminder_room_officers", *filling).text

    def test_they_hear_what_becomes_of_the_conference(self, prepared, giang, sub):
        told = audience_of(prepared, now())
        assert [(each.name, each.unit) for each in told.reached] == [("Đỗ Văn Giang", giang.booking.unit_id)]
        services.name_officer(booking=sub, person=person("Lan", ""), actor=giang, at=now())
        told = audience_of(prepared, now())
        assert told.unreached == ["Lan, Điểm cầu xã Đắk Lắk 1"]

    def test_they_stand_in_the_telephone_list_with_their_province(self, prepared, giang, sub, an, nomination):
        services.name_officer(booking=sub, person=person("Lan"), actor=an, at=now())
        (entry,) = [each for each in entries_of(prepared, now()) if "Đắk Lắk" in each.name]
        assert ("Kỹ thuật", "Đỗ Văn Giang", "0905123456") in entry.people
        assert ("Kỹ thuật", "Lan", "0905123456") in entry.people
