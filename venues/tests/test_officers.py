"""Technical officers: named with a letter, handing over, and who is told what about line tests."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from conferences.followers import follow
from correspondence.models import Message
from directory import links
from directory.links import DeadLink, open_link
from directory.models import AuditEntry
from venues import services
from venues.errors import StepRefused
from venues.letters import PURPOSE
from venues.models import Booking, Officer
from venues.people import officers_by_room, officers_of
from venues.tests.rooms import local, make_round, person, token_of

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def letters(kind: str = "") -> list[Message]:
    found = Message.objects.order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def events(message: Message) -> list:
    calendars = [Calendar.from_ical(bytes(each.content)) for each in message.attachments.order_by("pk")]
    return [(calendar["method"], *calendar.walk("VEVENT")) for calendar in calendars]


class TestNaming:
    def test_without_an_account_by_personal_link(self, booking, giang):
        (letter,) = letters("officer_named")
        assert (letter.address, letter.link.purpose) == ("giang@daklak.example", PURPOSE)
        assert "điểm cầu tỉnh Đắk Lắk" in letter.text
        assert "{link}" in letter.text
        assert giang.token not in letter.text + letter.html
        assert "Nhận bàn giao" not in letter.text
        ((method, event),) = events(letter)
        assert (method, event["location"]) == ("REQUEST", booking.place)

    def test_with_an_account_by_login(self, booking, dung, an):
        officer = services.name_officer(
            booking=booking, person=person(dung.full_name, "Dung@daklak.example"), actor=an, at=now()
        )
        (letter,) = letters("officer_named")
        assert (officer.user, letter.user, letter.link) == (dung, dung, None)
        assert letter.link_path == booking.get_absolute_url()

    def test_without_an_address_nobody_is_written_to(self, booking, an):
        officer = services.name_officer(booking=booking, person=person(email=""), actor=an, at=now())
        assert letters() == []
        with pytest.raises(StepRefused, match="chưa có email"):
            services.send_link_again(officer=officer, actor=an, at=now())

    def test_the_same_address_twice_is_refused_and_named(self, booking, giang, an):
        with pytest.raises(StepRefused, match="Đỗ Văn Giang dùng địa chỉ này") as refused:
            services.name_officer(
                booking=booking, person=person("Khác", "GIANG@daklak.example"), actor=an, at=now()
            )
        assert refused.value.field == "email"
        twin = Officer(
            booking=booking, full_name="X", phone="1", email="Giang@daklak.example", named_at=now()
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()

    def test_half_a_shift_is_refused_by_the_database(self, booking):
        half = Officer(booking=booking, full_name="X", phone="1", named_at=now(), on_from=now())
        with pytest.raises(IntegrityError), transaction.atomic():
            half.save()

    def test_there_is_an_end_to_the_list(self, booking, an):
        for _ in range(8):
            services.name_officer(booking=booking, person=person(email=""), actor=an, at=now())
        with pytest.raises(StepRefused, match="đã có 8"):
            services.name_officer(booking=booking, person=person(), actor=an, at=now())

    def test_named_ones_take_the_place_of_the_hosts_own(self, booking, dung, an):
        def names() -> list[str]:
            return [each.full_name for each in officers_by_room([booking], now())[booking.pk]]

        assert names() == ["Hoàng Văn Dũng"]
        services.name_officer(booking=booking, person=person(), actor=an, at=now())
        assert names() == ["Đỗ Văn Giang"]

    def test_nothing_is_named_after_the_end(self, booking, an):
        with pytest.raises(StepRefused, match="đã kết thúc"):
            services.name_officer(booking=booking, person=person(), actor=an, at=booking.during.upper)


class TestHandingOver:
    def test_the_old_link_stops_and_the_colleague_gets_one(self, booking, giang):
        officer = giang.officer
        colleague = services.hand_over(
            officer=officer, person=person("Lý Thị Hoa", "hoa@daklak.example"), actor=officer, at=now()
        )
        officer.refresh_from_db()
        assert (officer.is_live, officer.successor) == (False, colleague)
        with pytest.raises(DeadLink):
            open_link(giang.token, purpose=PURPOSE, at=now())
        assert open_link(token_of(colleague), purpose=PURPOSE, at=now()).label == "Lý Thị Hoa"
        first, second = letters("officer_named")
        assert first.state == Message.State.CANCELLED, "its link would lead nowhere"
        assert "Nhận bàn giao từ đồng chí Đỗ Văn Giang" in second.text
        (thanks,) = letters("officer_relieved")
        assert "Lý Thị Hoa" in thanks.text
        assert [method for method, _ in events(thanks)] == ["CANCEL"]
        entry = AuditEntry.objects.get(action="officer.relieve")
        assert entry.changes["successor"] == ["", "Lý Thị Hoa"]
        assert entry.actor_label == "Đỗ Văn Giang, qua đường dẫn cá nhân"

    def test_a_shared_mailbox_is_no_twin(self, booking, giang):
        colleague = services.hand_over(
            officer=giang.officer, person=person("Lý Thị Hoa"), actor=giang.officer, at=now()
        )
        assert colleague.email == giang.officer.email

    def test_the_shift_goes_along(self, booking, an):
        start = booking.during.lower
        shift = {"on_from": start, "on_until": start + dt.timedelta(hours=2)}
        officer = services.name_officer(booking=booking, person=person(**shift), actor=an, at=now())
        assert officer.shift == "8h00–10h00"
        assert officer.is_on(start)
        assert not officer.is_on(start + dt.timedelta(hours=2))

    def test_twice_is_refused(self, booking, giang, an):
        services.relieve(officer=giang.officer, actor=an, at=now())
        with pytest.raises(StepRefused, match="không còn là cán bộ kỹ thuật"):
            services.hand_over(officer=giang.officer, person=person("X", "x@x.example"), actor=an, at=now())

    def test_another_address_gets_the_link_and_the_old_links_stop(self, booking, giang, an):
        services.change_officer(
            officer=giang.officer, person=person(email="giang2@daklak.example"), actor=an, at=now()
        )
        with pytest.raises(DeadLink):
            open_link(giang.token, purpose=PURPOSE, at=now())
        assert letters("officer_named")[-1].address == "giang2@daklak.example"

    def test_a_corrected_telephone_writes_to_nobody(self, booking, giang, an):
        changed = person()
        changed = services.Particulars(**vars(changed) | {"phone": "0912000111"})
        before = len(letters())
        services.change_officer(officer=giang.officer, person=changed, actor=an, at=now())
        assert len(letters()) == before
        assert AuditEntry.objects.get(action="officer.change").changes == {
            "phone": ["0905123456", "0912000111"]
        }


class TestDeadLinks:
    def test_a_new_one_goes_to_the_same_address_only_once(self, booking, giang):
        at = booking.conference.end_at - dt.timedelta(hours=1)
        dead = links.live_link(holder=f"officer:{giang.officer.pk}", purpose=PURPOSE, at=now())
        links.revoke(holder=dead.holder, at=now())
        before = len(letters())
        assert services.renew_link(officer=giang.officer, dead=dead, at=at)
        services.renew_link(officer=giang.officer, dead=dead, at=at)
        assert len(letters()) == before + 1

    def test_nobody_gets_one_who_was_relieved_or_has_another_address(self, booking, giang, an):
        dead = links.live_link(holder=f"officer:{giang.officer.pk}", purpose=PURPOSE, at=now())
        dead.address = "khac@x.example"
        assert not services.renew_link(officer=giang.officer, dead=dead, at=now())
        dead.address = giang.officer.email
        assert not services.renew_link(officer=giang.officer, dead=dead, at=booking.during.upper)
        services.relieve(officer=giang.officer, actor=an, at=now())
        giang.officer.refresh_from_db()
        assert not services.renew_link(officer=giang.officer, dead=dead, at=now())


class TestRoundLetters:
    def test_invited_moved_called_off_over_one_calendar_entry(self, booking, giang, an):
        round = make_round(booking.conference, [booking], an, note="Gọi vào phòng ảo số 5")
        assert letters("line_test") == []
        assert services.invite(round=round, actor=an, at=now()) == 1
        assert services.invite(round=round, actor=an, at=now()) == 0
        later = round.starts_at + dt.timedelta(hours=3)
        changed = {"ends_at": later + dt.timedelta(hours=1), "bookings": [booking], "actor": an}
        assert services.change_round(round=round, starts_at=later, **changed, at=now()) == 1
        round.refresh_from_db()
        assert services.call_off_round(round=round, actor=an, at=now()) == 1
        said = [letters(kind)[0] for kind in ("line_test", "line_test_moved", "line_test_cancelled")]
        assert "Gọi vào phòng ảo số 5" in said[0].text
        ((first, one),), ((second, two),), ((third, three),) = map(events, said)
        assert (first, second, third) == ("REQUEST", "REQUEST", "CANCEL")
        assert one["uid"] == two["uid"] == three["uid"]
        assert one["sequence"] < two["sequence"] < three["sequence"]
        assert two["dtstart"].dt == later
        assert three["attendee"] == "mailto:giang@daklak.example"

    def test_who_is_named_later_is_invited_and_whose_room_goes_is_told(self, booking, an, world):
        other = local(booking.conference, world.ca_mau)
        round = make_round(booking.conference, [booking], an)
        services.invite(round=round, actor=an, at=now())
        assert letters() == []
        services.name_officer(booking=booking, person=person(), actor=an, at=now())
        services.name_officer(booking=other, person=person("Hà", "ha@x.example"), actor=an, at=now())
        assert [letter.address for letter in letters("line_test")] == ["giang@daklak.example"]
        round.refresh_from_db()
        written = services.change_round(
            round=round,
            starts_at=round.starts_at,
            ends_at=round.ends_at,
            bookings=[other],
            actor=an,
            at=now(),
        )
        assert written == 2
        assert [letter.address for letter in letters("line_test_cancelled")] == ["giang@daklak.example"]
        assert [letter.address for letter in letters("line_test")][-1] == "ha@x.example"

    def test_nobody_hears_of_a_round_before_it_is_announced(self, booking, giang, an):
        round = make_round(booking.conference, [booking], an)
        services.call_off_round(round=round, actor=an, at=now())
        assert not [letter for letter in letters() if letter.kind.startswith("line_test")]

    def test_a_successor_gets_the_rounds_and_the_predecessor_loses_them(self, booking, giang, an):
        round = make_round(booking.conference, [booking], an)
        services.invite(round=round, actor=an, at=now())
        services.hand_over(officer=giang.officer, person=person("Hoa", "hoa@x.example"), actor=an, at=now())
        assert [letter.address for letter in letters("line_test")] == [
            "giang@daklak.example",
            "hoa@x.example",
        ]
        assert [method for method, _ in events(letters("officer_relieved")[0])] == ["CANCEL", "CANCEL"]

    def test_another_room_is_told_with_a_new_calendar_entry(self, booking, giang, an):
        round = make_round(booking.conference, [booking], an)
        services.invite(round=round, actor=an, at=now())
        place = services.PlaceTyped(name="Hội trường", host_name="UBND tỉnh", address="số 9 Lê Duẩn")
        services.choose_room(booking=booking, room=place, actor=an, at=now())
        ((_, event),) = events(letters("line_test_moved")[0])
        assert event["location"] == "Hội trường của UBND tỉnh, số 9 Lê Duẩn"

    def test_a_cancelled_conference_calls_its_rounds_off(self, booking, giang, an):
        round = make_round(booking.conference, [booking], an)
        services.invite(round=round, actor=an, at=now())
        conference = booking.conference
        conference.state, conference.state_reason = "cancelled", "mưa bão"
        conference.save()
        follow(conference=conference, actor=an, at=timezone.now())
        round.refresh_from_db()
        assert round.cancelled_at is not None
        assert len(letters("line_test_cancelled")) == 1


def test_no_more_queries_for_three_rooms_than_for_one(prepared, an, world):
    def count(bookings) -> int:
        with CaptureQueriesContext(connection) as queries:
            list(officers_of(bookings, now()))
        return len(queries)

    one = count(Booking.objects.filter(pk=local(prepared, world.dak_lak).pk))
    for booking in prepared.bookings.all():
        services.name_officer(booking=booking, person=person(), actor=an, at=now())
    assert count(prepared.bookings.all()) <= one
