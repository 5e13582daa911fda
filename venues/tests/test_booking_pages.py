"""The pages of a room: for its officer by link, for accounts, for the province's focal point."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference, Place
from correspondence.models import Message
from directory import links
from directory.models import AdministrativeUnit
from hoinghi.tests.cast import make_conference
from venues import services
from venues.models import Booking, Officer, Room
from venues.tests.rooms import PASSED, local, make_item, make_round, person, picture, record

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def by_link(giang, page: str = "page", *args) -> str:
    return reverse(f"officer-{page}", args=[giang.token, *args])


def text_of(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestByLink:
    def test_everything_that_an_officer_needs_stands_on_one_page(self, client, booking, giang, an):
        make_item(booking.conference, "Micro rõ")
        make_round(booking.conference, [booking], an, note="Gọi phòng ảo số 5")
        central = booking.conference.bookings.get(role="central")
        services.name_officer(booking=central, person=person("Trần Trung Tâm"), actor=an, at=now())
        answer = client.get(by_link(giang))
        text = text_of(answer)
        for told in (
            "Điểm cầu tỉnh Đắk Lắk",
            "Micro rõ",
            "Đợt 1",
            "Gọi phòng ảo số 5",
            "Trần Trung Tâm",
            "0905 123 456",
            "Nguyễn Văn Liên",
            "số 1 Lê Duẩn",
        ):
            assert told in text
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"

    def test_of_other_rooms_there_is_nothing(self, client, booking, giang, an, world):
        other = local(booking.conference, world.ca_mau)
        officer = services.name_officer(booking=other, person=person("Lạ"), actor=an, at=now())
        assert "Lạ" not in text_of(client.get(by_link(giang))).replace("Lạng", "")
        for address in (by_link(giang, "officer-change", officer.pk), other.get_absolute_url()):
            assert client.get(address).status_code in (302, 404)
        item = make_item(make_conference(world, slug="khac"))
        assert client.post(by_link(giang, "tick", item.pk)).status_code == 404

    def test_the_other_room_of_the_same_officer_is_one_click_away(self, client, booking, giang, an, world):
        other = local(booking.conference, world.ca_mau)
        services.name_officer(booking=other, person=person(), actor=an, at=now())
        text = text_of(client.get(by_link(giang)))
        assert "Điểm cầu khác của đồng chí" in text
        assert "Điểm cầu tỉnh Cà Mau" in text

    def test_tick_with_note_and_photo_then_undo(self, client, booking, giang):
        item = make_item(booking.conference, needs_photo=True)
        data = {f"viec-{item.pk}-note": "Đã thử", f"viec-{item.pk}-photo": picture(), "do": "done"}
        answer = client.post(by_link(giang, "tick", item.pk), data)
        assert answer["Location"] == f"{by_link(giang)}#viec-{item.pk}"
        tick = booking.ticks.get()
        text = text_of(client.get(by_link(giang)))
        assert "Đỗ Văn Giang: Đã thử" in text
        shown = client.get(by_link(giang, "photo", tick.pk))
        assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
        assert b"".join(shown.streaming_content)[:3] == b"\xff\xd8\xff"
        client.post(by_link(giang, "tick", item.pk), {"do": "undo"})
        assert not booking.ticks.exists()

    def test_a_bad_photo_is_explained_at_its_field_and_the_note_stays(self, client, booking, giang):
        item = make_item(booking.conference)
        bad = SimpleUploadedFile("anh.jpg", b"khong phai anh")
        data = {f"viec-{item.pk}-note": "Ghi chú này", f"viec-{item.pk}-photo": bad, "do": "done"}
        text = text_of(client.post(by_link(giang, "tick", item.pk), data))
        assert "Nội dung của “anh.jpg” không đúng với phần mở rộng" in text
        assert "Ghi chú này" in text
        assert "error-summary" in text
        assert not booking.ticks.exists()

    def test_a_missing_photo_is_asked_for_at_its_field(self, client, booking, giang):
        item = make_item(booking.conference, needs_photo=True)
        text = text_of(client.post(by_link(giang, "tick", item.pk), {"do": "done"}))
        assert "Mục này cần ảnh" in text
        assert f'id="id_viec-{item.pk}-photo_error"' in text

    def test_htmx_gets_the_part_that_has_changed(self, client, booking, giang):
        item = make_item(booking.conference)
        answer = client.post(by_link(giang, "tick", item.pk), {"do": "done"}, headers={"HX-Request": "true"})
        text = text_of(answer)
        assert text.lstrip().startswith('<div id="chuan-bi">')
        assert "Đã xong 1/1 mục kiểm tra" in text

    def test_ready_only_when_nothing_is_missing(self, client, booking, giang):
        item = make_item(booking.conference)
        text = text_of(client.post(by_link(giang, "ready"), {"do": "ready"}), 409)
        assert "Chưa báo sẵn sàng được: chưa xong 1 mục kiểm tra bắt buộc" in text
        client.post(by_link(giang, "tick", item.pk), {"do": "done"})
        assert client.post(by_link(giang, "ready"), {"do": "ready"}).status_code == 302
        booking.refresh_from_db()
        assert booking.state == Booking.State.READY
        client.post(by_link(giang, "ready"), {"do": "back"})
        booking.refresh_from_db()
        assert booking.state == Booking.State.PREPARING

    def test_handing_over_ends_the_own_link(self, client, booking, giang):
        page = by_link(giang, "officer-hand-over", giang.officer.pk)
        text = text_of(client.post(page, {"full_name": "Lý Thị Hoa", "phone": "123"}))
        assert "thiếu chữ số" in text or "đầu số" in text
        assert "Nhập email để người nhận được gửi đường dẫn mới." in text
        assert "Lý Thị Hoa" in text
        data = {"full_name": "Lý Thị Hoa", "phone": "0912345678", "email": "hoa@daklak.example"}
        answer = client.post(page, data, follow=True)
        assert "Đã bàn giao cho Lý Thị Hoa" in text_of(answer, 410)
        assert "Gửi đường dẫn mới" not in answer.content.decode()
        assert booking.officers.live().get().full_name == "Lý Thị Hoa"

    def test_nobody_else_is_relieved_or_changed_by_link(self, client, booking, giang, an):
        colleague = services.name_officer(
            booking=booking, person=person("Hoa", "hoa@x.example"), actor=giang.officer, at=now()
        )
        for page in ("officer-relieve", "officer-change", "officer-hand-over"):
            assert client.get(by_link(giang, page, colleague.pk)).status_code == 404
            assert client.get(by_link(giang, page, giang.officer.pk)).status_code == 200

    def test_a_dead_link_offers_a_new_one_to_the_same_address(self, client, booking, giang):
        links.revoke(holder=f"officer:{giang.officer.pk}", at=now())
        assert "Gửi đường dẫn mới" in text_of(client.get(by_link(giang)), 410)
        before = Message.objects.count()
        for _ in range(2):
            assert client.post(by_link(giang, "new-link")).status_code == 200
        assert Message.objects.count() == before + 1
        assert client.get(reverse("officer-page", args=["1-xyz"])).status_code == 404

    def test_a_links_purpose_opens_nothing_else(self, client, em, giang):
        assert client.get(reverse("officer-page", args=[em.token])).status_code == 404
        assert client.get(reverse("delegate-page", args=[giang.token])).status_code == 404

    def test_after_the_conference_the_page_only_shows(self, client, booking, giang):
        item = make_item(booking.conference)
        past = now() - dt.timedelta(hours=5)
        Conference.objects.update(
            start_at=past, end_at=past + dt.timedelta(hours=4), nomination_deadline=past
        )
        services.move_bookings(conference=Conference.objects.get(), actor="x", at=timezone.now())
        text = text_of(client.get(by_link(giang)))
        assert "Hội nghị đã kết thúc" in text
        assert "Đã xong<" not in text
        text_of(client.post(by_link(giang, "tick", item.pk), {"do": "done"}), 409)
        page = by_link(giang, "officer-add")
        typed = text_of(client.post(page, {"full_name": "Còn đây", "phone": "0912345678"}), 409)
        assert "Còn đây" in typed

    def test_what_the_room_is_like(self, client, booking, giang):
        page = by_link(giang, "describe")
        text = text_of(client.post(page, {"capacity": "nhiều", "equipment": "Camera\nMicro"}))
        assert "Nhập một số nguyên, ví dụ 40." in text
        assert "Camera\nMicro" in text
        data = {"capacity": "40", "equipment": "Camera\nMicro", "line_provider": "VNPT", "photo": picture()}
        assert client.post(page, data).status_code == 302
        room = Room.objects.get(pk=booking.room_id)
        assert (room.capacity, room.equipment, room.line_provider) == (40, "Camera\nMicro", "VNPT")
        shown = client.get(by_link(giang, "room-photo"))
        assert b"".join(shown.streaming_content)[:3] == b"\xff\xd8\xff"
        bad = {"capacity": "41", "photo": SimpleUploadedFile("x.png", b"x")}
        assert "không đúng với phần mở rộng" in text_of(client.post(page, bad))
        room.refresh_from_db()
        assert room.capacity == 40

    def test_the_calendar_file_and_the_printed_list(self, client, booking, giang, an):
        make_item(booking.conference)
        make_round(booking.conference, [booking], an)
        assert b"METHOD:PUBLISH" in client.get(by_link(giang, "round-calendar", 1)).content
        assert client.get(by_link(giang, "round-calendar", 2)).status_code == 404
        assert client.get(by_link(giang, "checklist-pdf")).content[:5] == b"%PDF-"


class TestByAccount:
    def test_the_technical_officer_prepares_and_names(self, client, dung, booking):
        client.force_login(dung)
        item = make_item(booking.conference)
        page = booking.get_absolute_url()
        assert "Micro rõ" in text_of(client.get(page))
        client.post(reverse("booking-tick", args=[booking.pk, item.pk]), {"do": "done"})
        assert booking.ticks.get().user == dung
        data = {"full_name": "Lý Thị Hoa", "phone": "0912345678"}
        answer = client.post(reverse("booking-officer-add", args=[booking.pk]), data, follow=True)
        assert "chưa có email nên không gửi thư" in text_of(answer)
        assert booking.officers.get().full_name == "Lý Thị Hoa"

    def test_the_focal_point_names_but_does_not_tick(self, client, binh, booking):
        client.force_login(binh)
        item = make_item(booking.conference)
        text = text_of(client.get(booking.get_absolute_url()))
        assert "Cử cán bộ kỹ thuật" in text
        assert "Đã xong<" not in text
        assert client.post(reverse("booking-tick", args=[booking.pk, item.pk])).status_code == 404
        assert client.post(reverse("booking-ready", args=[booking.pk]), {"do": "ready"}).status_code == 404

    def test_strangers_and_drafts(self, client, binh, cuc, dung, booking, world):
        for user in (cuc,):
            client.force_login(user)
            assert client.get(booking.get_absolute_url()).status_code == 404
        Conference.objects.update(state=Conference.State.DRAFT)
        for user in (binh, dung):
            client.force_login(user)
            assert client.get(booking.get_absolute_url()).status_code == 404
            assert "Chưa có điểm cầu nào" in text_of(client.get(reverse("my-rooms")))

    def test_a_mandate_that_ended_opens_nothing(self, client, dung, booking):
        dung.mandates.update(valid_to=timezone.localdate() - dt.timedelta(days=1))
        client.force_login(dung)
        assert client.get(booking.get_absolute_url()).status_code == 404

    def test_a_shift_that_makes_no_sense_is_explained(self, client, an, booking):
        client.force_login(an)
        day = timezone.localtime(booking.during.lower).strftime("%d/%m/%Y")
        page = reverse("booking-officer-add", args=[booking.pk])
        base = {"full_name": "Hoa", "phone": "0912345678"}
        for shift, why in (
            ({"on_from": f"8h00 ngày {day}"}, "Nhập cả giờ bắt đầu và giờ kết thúc"),
            ({"on_from": f"9h00 ngày {day}", "on_until": f"8h00 ngày {day}"}, "phải sau giờ bắt đầu"),
            ({"on_from": "8h00 ngày 01/01/2020", "on_until": "9h00 ngày 01/01/2020"}, "rơi vào ngày họp"),
            ({"on_from": "sáng"}, "sáng"),
        ):
            assert why in text_of(client.post(page, base | shift))
        assert not Officer.objects.exists()
        good = {"on_from": f"7h30 ngày {day}", "on_until": f"10h00 ngày {day}"}
        assert client.post(page, base | good).status_code == 302
        assert Officer.objects.get().shift == "7h30–10h00"

    def test_own_rooms_soonest_first(self, client, dung, booking, an, world):
        client.force_login(dung)
        later = make_conference(
            world,
            slug="sau",
            title="Hội nghị sau",
            start_at=booking.conference.start_at + dt.timedelta(days=9),
            end_at=booking.conference.end_at + dt.timedelta(days=9),
        )
        one = queries(client, reverse("my-rooms"))
        services.prepare_rooms(conference=later, actor=an, at=timezone.now())
        text = text_of(client.get(reverse("my-rooms")))
        assert text.index(booking.conference.title) < text.index("Hội nghị sau")
        assert queries(client, reverse("my-rooms")) == one

    def test_three_points_cost_no_more_than_one(self, client, an, booking, giang):
        client.force_login(an)
        make_item(booking.conference, "A")
        record(make_round(booking.conference, [booking], an), booking, PASSED, an)
        one = queries(client, booking.get_absolute_url())
        for text in "BC":
            services.tick(booking=booking, item=make_item(booking.conference, text), actor=an, at=now())
            services.name_officer(
                booking=booking, person=person(text, f"{text}@x.example"), actor=an, at=now()
            )
            make_round(booking.conference, [booking], an, days=1)
        assert queries(client, booking.get_absolute_url()) == one


class TestChoosing:
    @pytest.fixture
    def open_choice(self, booking):
        Place.objects.filter(role=Place.Role.LOCAL).update(alternative="hoặc địa điểm do tỉnh lựa chọn")
        return reverse("booking-choose", args=[booking.pk])

    def test_the_focal_point_where_the_notice_says_so(self, client, binh, booking, open_choice):
        client.force_login(binh)
        data = {
            "do": "place",
            "noi-name": "Hội trường",
            "noi-host_name": "UBND tỉnh",
            "noi-address": "số 9 Lê Duẩn",
            "noi-capacity": "80",
        }
        answer = client.post(open_choice, data, follow=True)
        assert "họp tại Hội trường của UBND tỉnh" in text_of(answer)
        booking.refresh_from_db()
        assert (booking.printed, booking.address) == ("Hội trường của UBND tỉnh", "số 9 Lê Duẩn")
        assert booking.is_chosen
        back = client.post(open_choice, {"do": "rule"}, follow=True)
        assert "Chi cục Quản lý thị trường" in text_of(back)

    def test_missing_parts_are_asked_for_and_what_was_typed_stays(self, client, binh, booking, open_choice):
        client.force_login(binh)
        text = text_of(client.post(open_choice, {"do": "place", "noi-name": "Hội trường lớn"}))
        assert "Nhập địa chỉ để đại biểu đến được." in text
        assert 'value="Hội trường lớn"' in text
        assert Room.objects.filter(name="Hội trường lớn").count() == 0

    def test_a_room_that_is_held_is_explained_with_the_other_conference(
        self, client, an, binh, booking, open_choice, world
    ):
        other = make_conference(world, slug="khac", title="Hội thảo khuyến công")
        Place.objects.filter(conference=other).delete()
        hall = Room.objects.create(name="Hội trường", host_name="UBND tỉnh", unit=world.dak_lak.unit)
        Booking.objects.create(
            conference=other, room=hall, unit=world.dak_lak.unit, during=booking.during, printed="x"
        )
        client.force_login(binh)
        text = text_of(client.get(open_choice))
        assert "Đã giữ cho “Hội thảo khuyến công”, Điểm cầu tỉnh Đắk Lắk (8h00–12h00 ngày" in text
        assert f'value="{hall.pk}"' not in text
        refused = text_of(client.post(open_choice, {"room": hall.pk}), 409)
        assert "Đã giữ cho “Hội thảo khuyến công”" in refused
        Conference.objects.filter(pk=other.pk).update(state=Conference.State.DRAFT)
        assert "Đã giữ cho một hội nghị khác" in text_of(client.get(open_choice))
        client.force_login(an)
        assert "Hội thảo khuyến công" in text_of(client.get(open_choice))

    def test_found_without_diacritics_and_hidden_ones_never(self, client, an, booking, world):
        client.force_login(an)
        page = reverse("booking-choose", args=[booking.pk])
        Room.objects.create(name="Hội trường Đắk Nông", host_name="UBND", unit=world.ca_mau.unit)
        Room.objects.create(name="Hội trường Đắk Min", host_name="UBND", is_hidden=True)
        text = text_of(client.get(page, {"tim": "hoi truong dak"}))
        assert "Hội trường Đắk Nông" in text
        assert "Đắk Min" not in text
        assert "Hội trường Đắk Nông" in text_of(client.get(page, {"tim": "ca mau hội trường"}))
        assert "Không có phòng nào khớp" in text_of(client.get(page, {"tim": "khongco"}))

    def test_gone_meanwhile(self, client, an, booking, world):
        client.force_login(an)
        page = reverse("booking-choose", args=[booking.pk])
        hidden = Room.objects.create(name="Cũ", host_name="UBND", is_hidden=True)
        assert "không dùng nữa" in text_of(client.post(page, {"room": hidden.pk}), 409)
        for odd in ("0", "x", "9" * 30, ""):
            assert client.post(page, {"room": odd}).status_code == 404


class TestRoomsUnderARoom:
    def test_the_focal_point_adds_one_for_a_commune(self, client, binh, booking, world):
        client.force_login(binh)
        page = reverse("booking-add-sub", args=[booking.pk])
        assert "Xã Đắk Lắk 2" in text_of(client.get(page))
        assert "Xã Cà Mau 2" not in text_of(client.get(page))
        commune = AdministrativeUnit.objects.get(name="Xã Đắk Lắk 2")
        data = {
            "do": "place",
            "don-vi-unit": commune.pk,
            "noi-name": "Phòng họp",
            "noi-host_name": "UBND xã",
            "noi-address": "thôn 1",
        }
        answer = client.post(page, data, follow=True)
        assert "Đã thêm Điểm cầu xã Đắk Lắk 2" in text_of(answer)
        sub = booking.subs.get()
        assert (sub.during, sub.role, sub.conference) == (booking.during, "sub", booking.conference)
        assert "Điểm cầu xã Đắk Lắk 2" in text_of(client.get(booking.get_absolute_url()))
        again = text_of(client.post(page, data | {"noi-name": "Khác"}))
        assert "Xã Đắk Lắk 2 đã có điểm cầu." in again
        client.post(reverse("booking-give-back", args=[sub.pk]))
        sub.refresh_from_db()
        assert sub.released_at is not None

    def test_without_a_unit_a_name(self, client, an, booking):
        client.force_login(an)
        page = reverse("booking-add-sub", args=[booking.pk])
        data = {
            "do": "place",
            "noi-name": "Phòng họp",
            "noi-host_name": "Ban quản lý",
            "noi-address": "Tân An",
        }
        assert "Chọn đơn vị, hoặc nhập tên điểm cầu" in text_of(client.post(page, data))
        client.post(page, data | {"don-vi-name": "Cụm công nghiệp Tân An"})
        assert booking.subs.get().label == "Điểm cầu cụm công nghiệp Tân An"

    def test_they_move_and_go_with_the_provinces_room(self, booking, an, world):
        sub = services.add_sub(
            parent=booking,
            unit=None,
            name="X",
            actor=an,
            at=now(),
            room=services.PlaceTyped(name="P", host_name="H", address="A"),
        )
        conference = booking.conference
        conference.start_at += dt.timedelta(days=1)
        conference.end_at += dt.timedelta(days=1)
        conference.save()
        services.prepare_rooms(conference=conference, actor=an, at=timezone.now())
        sub.refresh_from_db()
        assert sub.during.lower == conference.start_at
        Place.objects.filter(role=Place.Role.LOCAL).delete()
        services.prepare_rooms(conference=conference, actor=an, at=timezone.now())
        sub.refresh_from_db()
        assert sub.released_at is not None

    def test_officers_of_the_provinces_room_look_after_it_too(self, client, dung, cuc, booking, an):
        sub = services.add_sub(
            parent=booking,
            unit=None,
            name="X",
            actor=an,
            at=now(),
            room=services.PlaceTyped(name="P", host_name="H", address="A"),
        )
        client.force_login(dung)
        assert client.get(sub.get_absolute_url()).status_code == 200
        client.force_login(cuc)
        assert client.get(sub.get_absolute_url()).status_code == 404
