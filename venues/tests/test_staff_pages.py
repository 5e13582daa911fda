"""The staff's pages: lists of rooms, the checklist, rounds of line tests."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from hoinghi.tests.cast import make_delegate
from venues import services
from venues.models import Booking, LineTestRound, Room
from venues.services import Found
from venues.tests.rooms import FAILED, PASSED, local, make_item, make_round, person, record

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def text_of(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


def queries(desk, address: str) -> int:
    desk.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(address).status_code == 200
    return len(captured)


class TestRooms:
    def test_found_without_diacritics_hidden_on_request(self, desk, prepared):
        Room.objects.create(name="Hội trường cũ", host_name="UBND", is_hidden=True)
        page = reverse("rooms")
        text = text_of(desk.get(page, {"tim": "chi cuc dak lak"}))
        assert "Đắk Lắk" in text
        assert "Cà Mau" not in text
        assert "Hội trường cũ" not in text_of(desk.get(page))
        assert "Hội trường cũ" in text_of(desk.get(page, {"an": "1"}))
        assert "Không có phòng nào" in text_of(desk.get(page, {"tim": "xyz"}))

    def test_a_room_with_its_history(self, desk, booking, an):
        room = booking.room
        room.contacts.create(full_name="Trần Văn Phòng", phone="0912345678")
        room.former_addresses.create(address="Chỗ cũ", until=dt.date(2020, 1, 1))
        text = text_of(desk.get(reverse("room", args=[room.pk])))
        for told in ("Trần Văn Phòng", "0912 345 678", "Chỗ cũ", "01/01/2020", booking.conference.title):
            assert told in text
        assert desk.get(reverse("room-photo", args=[room.pk])).status_code == 404

    def test_three_rooms_cost_no_more_than_one(self, desk, booking):
        Room.objects.exclude(pk=booking.room_id).update(is_hidden=True)
        one = queries(desk, reverse("rooms"))
        Room.objects.update(is_hidden=False)
        Room.objects.create(name="X", host_name="Y", is_hidden=True)
        assert queries(desk, reverse("rooms")) == one


class TestRoomsOfAConference:
    def test_who_where_how_far(self, desk, booking, giang, nomination, an):
        page = reverse("conference-rooms", args=[booking.conference.slug])
        make_item(booking.conference)
        make_delegate(nomination)
        make_delegate(nomination, full_name="B")
        Room.objects.filter(pk=booking.room_id).update(capacity=1)
        record(make_round(booking.conference, [booking], an), booking, FAILED, an)
        text = text_of(desk.get(page))
        for told in ("Đỗ Văn Giang", "0905 123 456", "0/1", "Chưa đạt", "đã cử 2 đại biểu: thiếu 1 chỗ"):
            assert told in text
        assert "Cà Mau" in text
        for query in ({"tim": "giang"}, {"tim": "dak lak chi cuc"}, {"loc": "thieu-cho"}):
            found = text_of(desk.get(page, query))
            assert "Điểm cầu tỉnh Đắk Lắk" in found
            assert "Điểm cầu tỉnh Cà Mau" not in found
        assert "Điểm cầu tỉnh Đắk Lắk" not in text_of(desk.get(page, {"loc": "chua-cu-can-bo"}))
        assert "Không có điểm cầu nào khớp" in text_of(desk.get(page, {"tim": "xyz"}))

    def test_before_there_are_rooms(self, desk, conference):
        assert "Chưa có điểm cầu" in text_of(desk.get(reverse("conference-rooms", args=[conference.slug])))

    def test_three_rooms_cost_no_more_than_one(self, desk, prepared, an, nomination):
        page = reverse("conference-rooms", args=[prepared.slug])
        make_item(prepared)
        keep = prepared.bookings.get(unit=nomination.unit)
        others = prepared.bookings.exclude(pk=keep.pk)
        others.update(released_at=now())
        one = queries(desk, page)
        others.update(released_at=None)
        for booking in prepared.bookings.all():
            services.name_officer(booking=booking, person=person(email=""), actor=an, at=now())
        assert queries(desk, page) <= one


class TestChecklist:
    def rows(self, conference, **changes) -> dict:
        items = list(conference.checklist.in_force())
        data = {"muc-TOTAL_FORMS": len(items) + 1, "muc-INITIAL_FORMS": len(items)}
        for number, item in enumerate(items):
            data |= {
                f"muc-{number}-id": item.pk,
                f"muc-{number}-section": item.section,
                f"muc-{number}-text": item.text,
                f"muc-{number}-scope": item.scope,
                f"muc-{number}-days_before": item.days_before,
                f"muc-{number}-at_time": "17h00",
                f"muc-{number}-position": item.position,
                f"muc-{number}-is_required": "on",
            }
        new = len(items)
        data |= {
            f"muc-{new}-scope": "all",
            f"muc-{new}-days_before": "1",
            f"muc-{new}-at_time": "17h00",
            f"muc-{new}-position": "9",
        }
        return data | {key.replace("NEW", str(new)): value for key, value in changes.items()}

    @pytest.fixture
    def page(self, prepared):
        return reverse("checklist", args=[prepared.slug])

    def test_add_change_take_off(self, desk, prepared, page):
        make_item(prepared, "Micro"), make_item(prepared, "Camera", position=2)
        data = self.rows(
            prepared,
            **{
                "muc-NEW-section": "Dịch",
                "muc-NEW-text": "Phòng dịch",
                "muc-1-DELETE": "on",
                "muc-0-text": "Micro rõ",
                "muc-0-at_time": "8h30",
            },
        )
        assert desk.post(page, data).status_code == 302
        assert [(item.text, item.at_time) for item in prepared.checklist.in_force()] == [
            ("Micro rõ", dt.time(8, 30)),
            ("Phòng dịch", dt.time(17)),
        ]

    def test_an_empty_row_adds_nothing_and_a_bad_one_is_explained(self, desk, prepared, page):
        make_item(prepared, "Micro")
        desk.post(page, self.rows(prepared))
        assert prepared.checklist.count() == 1
        bad = self.rows(
            prepared, **{"muc-NEW-text": "Phòng dịch", "muc-NEW-days_before": "ba", "muc-0-text": ""}
        )
        text = text_of(desk.post(page, bad))
        for told in (
            "Nhập việc phải xong",
            "Nhập phần, ví dụ: Thiết bị.",
            "Nhập một số, ví dụ 2.",
            "Phòng dịch",
        ):
            assert told in text
        twice = self.rows(prepared, **{"muc-NEW-section": "Thiết bị", "muc-NEW-text": "Micro"})
        assert "Danh mục đã có mục này." in text_of(desk.post(page, twice))
        assert prepared.checklist.count() == 1

    def test_two_points_swap_their_words(self, desk, prepared, page):
        make_item(prepared, "Micro"), make_item(prepared, "Camera", position=2)
        desk.post(page, self.rows(prepared, **{"muc-0-text": "Camera", "muc-1-text": "Micro"}))
        assert [item.text for item in prepared.checklist.all()] == ["Camera", "Micro"]

    def test_prefilled_and_printed(self, desk, prepared, page):
        assert "Hội nghị chưa có danh mục" in text_of(desk.get(page))
        desk.post(page, {"do": "prefill"})
        assert prepared.checklist.count() > 8
        assert desk.get(reverse("checklist-pdf", args=[prepared.slug])).content[:5] == b"%PDF-"

    def test_a_ready_room_that_lacks_the_new_point_is_told_of(self, desk, booking, page):
        Booking.objects.filter(pk=booking.pk).update(state="ready")
        data = self.rows(
            booking.conference,
            **{"muc-NEW-section": "Dịch", "muc-NEW-text": "Phòng dịch", "muc-NEW-is_required": "on"},
        )
        text = text_of(desk.post(page, data, follow=True))
        assert "1 điểm cầu đã sẵn sàng trở lại “đang chuẩn bị”" in text


class TestLineTests:
    @pytest.fixture
    def slug(self, prepared):
        return prepared.slug

    def data(self, conference, bookings, *, days: int = 2, **changes) -> dict:
        day = timezone.localtime(conference.start_at) - dt.timedelta(days=days)
        values = {
            "day": day.strftime("%d/%m/%Y"),
            "starts": "8h00",
            "ends": "10h30",
            "bookings": [booking.pk for booking in bookings],
        }
        return values | changes

    def test_no_round_is_proposed_for_a_day_that_is_over(self, desk, prepared, slug):
        assert 'name="starts" value="8h00"' in text_of(desk.get(reverse("line-test-plan", args=[slug])))
        soon = timezone.now() + dt.timedelta(hours=5)
        times = {"start_at": soon, "end_at": soon + dt.timedelta(hours=4)}
        Conference.objects.update(nomination_deadline=None, **times)
        assert 'name="starts" value=' not in text_of(desk.get(reverse("line-test-plan", args=[slug])))

    def test_plan_invite_record_and_plan_the_next(self, desk, prepared, slug, booking, giang, an):
        page = reverse("line-test-plan", args=[slug])
        assert text_of(desk.get(page)).count(" checked") == 3
        answer = desk.post(page, self.data(prepared, prepared.bookings.all()), follow=True)
        text = text_of(answer)
        assert "Từ 8 giờ 00 đến 10 giờ 30" in text
        assert "chưa có cán bộ kỹ thuật có email" in text
        invited = text_of(desk.post(reverse("line-test-invite", args=[slug, 1]), follow=True))
        assert "Đã đưa 1 thư mời vào hàng gửi." in invited
        again = text_of(desk.post(reverse("line-test-invite", args=[slug, 1]), follow=True))
        assert "đã được mời từ trước" in again
        round = LineTestRound.objects.get()
        result = round.results.get(booking=booking)
        quick = desk.post(reverse("line-test-result", args=[slug, 1, result.pk]), {"do": "passed"})
        assert quick["Location"].endswith(f"#diem-cau-{booking.pk}")
        central = round.results.get(booking__role="central")
        desk.post(reverse("line-test-result", args=[slug, 1, central.pk]), {"do": "absent"})
        overview = text_of(desk.get(reverse("line-tests", args=[slug])))
        assert "Chưa đạt: 2 điểm cầu" in overview
        proposed = text_of(desk.get(page))
        assert proposed.count(" checked") == 2
        day = timezone.localtime(round.starts_at) + dt.timedelta(days=1)
        assert (
            f'value="{day.strftime("%d/%m/%Y").lstrip("0")}"' in proposed or day.strftime("%d/") in proposed
        )

    def test_details_and_what_does_not_fit(self, desk, slug, booking, an):
        round = make_round(booking.conference, [booking], an)
        page = reverse("line-test-result", args=[slug, 1, round.results.get().pk])
        data = {"outcome": "passed", "picture": "true", "sound": "false", "line": "true", "note": "Vọng"}
        text = text_of(desk.post(page, data))
        assert "Chỉ ghi “Đạt” khi hình ảnh, âm thanh và đường truyền đều tốt." in text
        assert "Vọng" in text
        assert "Nhập một số, ví dụ 94,5." in text_of(desk.post(page, data | {"speed_down": "nhanh"}))
        desk.post(page, data | {"outcome": "failed", "speed_down": "94,5", "speed_up": "12.3"})
        result = round.results.get()
        assert (result.outcome, str(result.speed_down), str(result.speed_up)) == ("failed", "94.5", "12.3")
        assert (result.picture, result.sound, result.line) == (True, False, True)
        shown = text_of(desk.get(page))
        assert 'value="94,5"' in shown
        assert "94,5" in text_of(desk.get(booking.get_absolute_url()))

    def test_hours_that_do_not_fit_keep_what_was_typed(self, desk, prepared, slug, booking):
        page = reverse("line-test-plan", args=[slug])
        late = text_of(desk.post(page, self.data(prepared, [booking], days=0, note="Phòng ảo 5")))
        assert "Phải thử xong trước giờ họp" in late
        assert "Phòng ảo 5" in late
        assert "Chọn ít nhất một điểm cầu." in text_of(desk.post(page, self.data(prepared, [])))
        assert "không phải là giờ" in text_of(desk.post(page, self.data(prepared, [booking], starts="sáng")))
        assert not LineTestRound.objects.exists()

    def test_move_and_call_off(self, desk, prepared, slug, booking, giang, an, world):
        round = make_round(prepared, [booking], an)
        services.invite(round=round, actor=an, at=now())
        page = reverse("line-test-change", args=[slug, 1])
        assert text_of(desk.get(page)).count(" checked") == 1
        text = text_of(desk.post(page, self.data(prepared, [booking], days=1), follow=True))
        assert "Đã lưu đợt 1. 1 thư báo đang được gửi." in text
        off = reverse("line-test-call-off", args=[slug, 1])
        assert "Cán bộ kỹ thuật đã được mời nhận thư báo" in text_of(desk.get(off))
        assert "Đã hủy đợt 1. 1 thư báo đang được gửi." in text_of(desk.post(off, follow=True))
        for refused in (off, page):
            assert "Đợt 1 đã hủy." in text_of(desk.post(refused, self.data(prepared, [booking])), 409)
        result = reverse("line-test-result", args=[slug, 1, round.results.get().pk])
        assert "không ghi kết quả" in text_of(desk.post(result, {"do": "passed"}), 409)
        assert text_of(desk.post(reverse("line-test-invite", args=[slug, 1])), 409)

    def test_a_round_after_a_moved_start_is_pointed_out(self, desk, prepared, slug, booking, an):
        make_round(prepared, [booking], an, days=1)
        Conference.objects.update(start_at=prepared.start_at - dt.timedelta(days=2), nomination_deadline=None)
        assert "Sau giờ họp: dời hoặc hủy đợt này." in text_of(desk.get(reverse("line-tests", args=[slug])))

    def test_three_rooms_cost_no_more_than_one(self, desk, prepared, slug, an, world):
        first = local(prepared, world.dak_lak)
        others = list(prepared.bookings.exclude(pk=first.pk))
        make_round(prepared, [first], an)
        addresses = [
            reverse("line-test-round", args=[slug, 1]),
            reverse("line-tests", args=[slug]),
            reverse("line-test-plan", args=[slug]),
        ]
        Booking.objects.filter(pk__in=[booking.pk for booking in others]).update(released_at=now())
        before = [queries(desk, address) for address in addresses]
        Booking.objects.update(released_at=None)
        services.change_round(
            round=LineTestRound.objects.get(),
            starts_at=prepared.start_at - dt.timedelta(days=2),
            ends_at=prepared.start_at - dt.timedelta(days=1),
            bookings=[first, *others],
            actor=an,
            at=now(),
        )
        make_round(prepared, others, an, days=1)
        assert [queries(desk, address) for address in addresses] == before

    def test_a_result_in_an_earlier_room_says_so(self, desk, slug, booking, an):
        record(make_round(booking.conference, [booking], an), booking, PASSED, an)
        place = services.PlaceTyped(name="Hội trường", host_name="UBND", address="số 9")
        services.choose_room(booking=booking, room=place, actor=an, at=now())
        text = text_of(desk.get(reverse("line-test-round", args=[slug, 1])))
        assert "Ở phòng trước; phòng nay chưa thử." in text

    def test_the_results_of_one_room_do_not_touch_another(self, desk, prepared, an, world):
        both = [local(prepared, world.dak_lak), local(prepared, world.ca_mau)]
        round = make_round(prepared, both, an)
        record(round, both[0], Found(outcome="absent"), an)
        assert round.results.get(booking=both[1]).outcome == "waiting"
