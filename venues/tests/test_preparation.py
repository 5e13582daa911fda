"""From a checklist and line tests to a room that is ready, and back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from conferences.models import Conference
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference
from venues import services
from venues.errors import StepRefused
from venues.models import Booking, ChecklistItem, ChecklistTick, LineTestResult, LineTestRound
from venues.readiness import readiness
from venues.services import Found
from venues.tests.rooms import FAILED, PASSED, make_item, make_round, picture, record

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def tick(booking, item, actor, **more):
    return services.tick(booking=booking, item=item, actor=actor, at=now(), **more)


def missing(booking) -> list[str]:
    return readiness(Booking.objects.get(pk=booking.pk), now()).missing


class TestChecklist:
    def test_a_conference_starts_with_the_standard_list(self, conference, an):
        services.prepare_rooms(conference=conference, actor=an, at=timezone.now())
        items = list(conference.checklist.all())
        assert len(items) > 8
        assert {item.section for item in items} >= {"Thiết bị", "Đường truyền", "Nguồn điện"}
        assert any(item.needs_photo for item in items)

    def test_the_next_of_its_kind_starts_with_the_last_ones(self, prepared, an, world):
        make_item(prepared, "Phòng dịch", days_before=0, at_time=dt.time(7))
        make_item(prepared, "Bỏ rồi", removed_at=now())
        later = make_conference(
            world,
            slug="sau",
            start_at=prepared.start_at + dt.timedelta(days=30),
            end_at=prepared.end_at + dt.timedelta(days=30),
        )
        services.prepare_rooms(conference=later, actor=an, at=timezone.now())
        assert [(item.text, item.days_before, item.at_time) for item in later.checklist.all()] == [
            ("Phòng dịch", 0, dt.time(7))
        ]

    def test_one_that_was_filled_from_another_starts_with_that_ones(self, prepared, an, world):
        make_item(prepared, "Phòng dịch")
        hour = dt.timedelta(days=30)
        later = make_conference(
            world, slug="sau", start_at=prepared.start_at + hour, end_at=prepared.end_at + hour
        )
        make_item(later, "Máy phát điện")
        latest = make_conference(
            world, slug="sau-nua", start_at=later.start_at + hour, end_at=later.end_at + hour
        )
        latest.copied_from = prepared
        latest.save()
        services.prepare_rooms(conference=latest, actor=an, at=timezone.now())
        assert [item.text for item in latest.checklist.all()] == ["Phòng dịch"]

    def test_an_emptied_list_stays_empty(self, prepared, an):
        services.prepare_rooms(conference=prepared, actor=an, at=timezone.now())
        assert not prepared.checklist.exists()

    def test_due_times_move_with_the_conference_and_never_pass_its_start(self, conference):
        item = make_item(conference, days_before=1, at_time=dt.time(17))
        local_start = timezone.localtime(conference.start_at)
        assert timezone.localtime(item.due_at) == (local_start - dt.timedelta(days=1)).replace(hour=17)
        conference.start_at += dt.timedelta(days=7)
        assert timezone.localtime(item.due_at).date() == local_start.date() + dt.timedelta(days=6)
        item.days_before, item.at_time = 0, dt.time(23)
        assert item.due_at == conference.start_at

    def test_who_ticked_what_when_with_a_photo(self, booking, giang):
        item = make_item(booking.conference, needs_photo=True)
        with pytest.raises(StepRefused, match="cần ảnh"):
            tick(booking, item, giang.officer)
        done = tick(booking, item, giang.officer, photo=picture(size=(2400, 1200)), note="Đã thay dây")
        assert (done.done_by, done.officer, done.user) == ("Đỗ Văn Giang", giang.officer, None)
        assert (done.room, done.note) == (booking.room, "Đã thay dây")
        with done.photo.open() as file, Image.open(file) as stored:
            assert (stored.format, stored.size) == ("JPEG", (1600, 800))
        entry = AuditEntry.objects.get(action="checklist.tick")
        assert entry.actor_label == "Đỗ Văn Giang, qua đường dẫn cá nhân"

    def test_a_photo_forgets_where_it_was_taken(self, booking, giang):
        exif = Image.Exif()
        exif[0x010F] = "Máy ảnh"  # Make
        exif[0x0112] = 6  # turned
        exif.get_ifd(0x8825)[1] = "N"  # GPS
        upload = picture(size=(80, 40), exif=exif)
        done = tick(booking, make_item(booking.conference), giang.officer, photo=upload)
        with done.photo.open() as file, Image.open(file) as stored:
            assert not dict(stored.getexif())
            assert stored.size == (40, 80), "turned upright"

    @pytest.mark.parametrize(
        ("upload", "why"),
        [
            (SimpleUploadedFile("anh.jpg", b"MZ\x90\x00 khong phai anh"), "không đúng với phần mở rộng"),
            (SimpleUploadedFile("anh.pdf", b"%PDF-1.7"), "không phải là ảnh"),
            (SimpleUploadedFile("anh.svg", b"<svg/>"), "loại tệp này không được nhận"),
            (SimpleUploadedFile("anh.jpg", b""), "rỗng"),
            (SimpleUploadedFile("anh.jpg", picture().read()[:200]), "bị hỏng"),
            (picture("anh.png", size=(9000, 7000), kind="PNG"), "quá lớn"),
        ],
    )
    def test_a_bad_photo_is_explained_and_leaves_nothing(self, booking, giang, upload, why, media_root):
        item = make_item(booking.conference)
        with pytest.raises(ValidationError, match=why):
            tick(booking, item, giang.officer, photo=upload)
        assert not ChecklistTick.objects.exists()

    def test_ticking_twice_keeps_the_first(self, booking, giang, an):
        item = make_item(booking.conference)
        first = tick(booking, item, giang.officer)
        assert tick(booking, item, an) == first
        assert ChecklistTick.objects.count() == 1

    def test_a_point_that_somebody_ticked_is_kept_when_it_is_taken_off(self, booking, an):
        used, unused = make_item(booking.conference, "A"), make_item(booking.conference, "B")
        tick(booking, used, an)
        services.change_checklist(
            conference=booking.conference, items=[], removed=[used, unused], actor=an, at=now()
        )
        assert list(ChecklistItem.objects.all()) == [used]
        assert not ChecklistItem.objects.in_force().exists()

    def test_points_for_the_central_room_do_not_concern_a_province(self, booking):
        make_item(booking.conference, scope="central")
        assert readiness(booking, now()).points == []


class TestReady:
    def test_a_room_becomes_ready_only_when_nothing_is_missing_and_somebody_says_so(self, booking, giang, an):
        item = make_item(booking.conference)
        make_item(booking.conference, "Có thì tốt", is_required=False)
        first = make_round(booking.conference, [booking], an)
        assert missing(booking) == [
            "chưa xong 1 mục kiểm tra bắt buộc (micro rõ)",
            "chưa thử đường truyền",
        ]
        with pytest.raises(StepRefused, match="chưa thử đường truyền"):
            services.declare_ready(booking=booking, actor=giang.officer, at=now())
        tick(booking, item, giang.officer)
        record(first, booking, FAILED, an)
        assert missing(booking) == ["thử đường truyền đợt 1: chưa đạt"]
        second = make_round(booking.conference, services.rooms_to_test(booking.conference), an, days=1)
        record(second, booking, PASSED, an)
        assert missing(booking) == []
        booking.refresh_from_db()
        assert booking.state == Booking.State.PREPARING, "nothing becomes ready by itself"
        assert services.declare_ready(booking=booking, actor=giang.officer, at=now()).state == "ready"

    def test_each_thing_that_must_be_there(self, booking, an, world):
        assert missing(booking) == ["chưa có cán bộ kỹ thuật kèm số điện thoại"]
        Booking.objects.filter(pk=booking.pk).update(address="")
        assert missing(booking)[0] == "chưa có địa chỉ"
        Booking.objects.filter(pk=booking.pk).update(room=None)
        assert missing(booking) == ["chưa có phòng họp"]

    def test_without_any_round_no_test_is_asked_for(self, booking, giang):
        assert services.declare_ready(booking=booking, actor=giang.officer, at=now()).state == "ready"

    @pytest.fixture
    def ready(self, booking, giang, an):
        self.item = make_item(booking.conference)
        tick(booking, self.item, giang.officer)
        return services.declare_ready(booking=booking, actor=giang.officer, at=now())

    def test_a_point_done_again_a_failed_test_a_new_point_the_last_officer_send_it_back(
        self, ready, giang, an
    ):
        def is_back() -> bool:
            ready.refresh_from_db()
            back = ready.state == Booking.State.PREPARING
            Booking.objects.filter(pk=ready.pk).update(state=Booking.State.READY)
            return back

        services.untick(booking=ready, item=self.item, actor=giang.officer, at=now())
        assert is_back()
        round = make_round(ready.conference, [ready], an)
        record(round, ready, Found(outcome="absent"), an)
        assert is_back()
        new = ChecklistItem(section="Điện", text="Máy phát")
        back = services.change_checklist(conference=ready.conference, items=[new], actor=an, at=now())
        assert (back, is_back()) == (1, True)
        services.relieve(officer=giang.officer, actor=an, at=now())
        assert is_back()
        assert AuditEntry.objects.filter(action="booking.not_ready").count() == 4

    def test_what_is_not_asked_of_the_room_leaves_it_ready(self, ready, an):
        optional = ChecklistItem(section="Điện", text="Máy phát", is_required=False)
        central = ChecklistItem(section="Điện", text="Máy chủ", scope="central")
        services.change_checklist(conference=ready.conference, items=[optional, central], actor=an, at=now())
        ready.refresh_from_db()
        assert ready.state == Booking.State.READY

    def test_another_room_begins_anew_and_the_old_one_remembers(self, ready, giang, an, world):
        round = make_round(ready.conference, [ready], an)
        record(round, ready, PASSED, an)
        first = ready.room
        place = services.PlaceTyped(name="Hội trường", host_name="UBND tỉnh", address="số 9 Lê Duẩn")
        changed = services.choose_room(booking=ready, room=place, actor=an, at=now())
        assert (changed.state, changed.is_chosen) == ("preparing", True)
        assert missing(changed) == [
            "chưa xong 1 mục kiểm tra bắt buộc (micro rõ)",
            "chưa thử đường truyền",
        ]
        assert services.rooms_to_test(changed.conference)[-1] == changed
        back = services.choose_room(booking=changed, room=first, actor=an, at=now())
        assert missing(back) == ["chưa có địa chỉ"]

    def test_a_connected_room_stays_connected(self, ready, giang):
        Booking.objects.filter(pk=ready.pk).update(state=Booking.State.CONNECTED)
        services.untick(booking=ready, item=self.item, actor=giang.officer, at=now())
        ready.refresh_from_db()
        assert ready.state == Booking.State.CONNECTED

    def test_afterwards_and_after_the_cancellation_nothing_is_prepared(self, booking, giang):
        item = make_item(booking.conference)
        after = booking.during.upper
        with pytest.raises(StepRefused, match="đã kết thúc"):
            services.tick(booking=booking, item=item, actor=giang.officer, at=after)
        Conference.objects.update(state="cancelled", state_reason="mưa bão")
        for step in (services.declare_ready, services.take_back_ready):
            with pytest.raises(StepRefused, match="đã hủy"):
                step(booking=booking, actor=giang.officer, at=now())


class TestLineTests:
    def test_the_next_round_proposes_who_has_not_passed(self, prepared, an, world):
        rooms = services.rooms_to_test(prepared)
        assert [room.role for room in rooms] == ["central", "local", "local"]
        first = make_round(prepared, rooms, an)
        record(first, rooms[0], PASSED, an)
        record(first, rooms[1], Found(outcome="absent"), an)
        assert services.rooms_to_test(prepared) == rooms[1:]
        second = make_round(prepared, rooms[1:], an, days=1)
        assert (first.number, second.number) == (1, 2)
        record(second, rooms[1], PASSED, an)
        record(second, rooms[2], FAILED, an)
        assert services.rooms_to_test(prepared) == rooms[2:]

    def test_what_a_round_that_was_called_off_found_does_not_count(self, booking, an):
        round = make_round(booking.conference, [booking], an)
        record(round, booking, PASSED, an)
        services.call_off_round(round=round, actor=an, at=now())
        assert booking in services.rooms_to_test(booking.conference)

    def test_a_pass_needs_picture_sound_and_line(self, booking, an):
        round = make_round(booking.conference, [booking], an)
        with pytest.raises(StepRefused, match="Chỉ ghi “Đạt” khi"):
            record(round, booking, Found(outcome="passed", picture=True, sound=True), an)
        result = round.results.get()
        result.outcome, result.recorded_at, result.room = "passed", now(), booking.room
        with pytest.raises(IntegrityError), transaction.atomic():
            result.save()

    def test_hours_that_do_not_fit_are_refused(self, booking, an):
        at, start = now(), booking.conference.start_at
        hour = dt.timedelta(hours=1)
        for starts, ends, why in (
            (start - hour, start - hour, "Giờ kết thúc phải sau"),
            (at - hour, at + hour, "đã qua"),
            (start - hour, start + hour, "trước giờ họp"),
        ):
            with pytest.raises(StepRefused, match=why):
                services.plan_round(
                    conference=booking.conference,
                    starts_at=starts,
                    ends_at=ends,
                    bookings=[booking],
                    actor=an,
                    at=at,
                )
        with pytest.raises(StepRefused, match="ít nhất một điểm cầu"):
            make_round(booking.conference, [], an)
        with pytest.raises(StepRefused, match="đã bắt đầu"):
            services.plan_round(
                conference=booking.conference,
                starts_at=start,
                ends_at=start + hour,
                bookings=[booking],
                actor=an,
                at=start,
            )

    def test_a_result_can_be_corrected_and_taken_back(self, booking, an):
        round = make_round(booking.conference, [booking], an)
        record(round, booking, PASSED, an)
        assert record(round, booking, FAILED, an).note == "Tiếng vọng"
        taken_back = record(round, booking, Found(outcome="waiting"), an)
        assert (taken_back.room, taken_back.recorded_at) == (None, None)
        assert list(LineTestResult.objects.values_list("outcome", flat=True)) == ["waiting"]


class TestWhatARoomFindsItself:
    SEEN = services.Seen(speed_down=Decimal("94.5"), picture=True, sound=False)

    @pytest.fixture
    def result(self, booking, an):
        return make_round(booking.conference, [booking], an).results.get()

    def say(self, result, actor, seen=SEEN):
        return services.say_own(result=result, seen=seen, actor=actor, at=result.round.starts_at)

    def test_is_beside_the_result_that_counts(self, booking, result, giang, an):
        own = self.say(result, giang.officer)
        assert (own.said_by, own.speed_down, own.room) == ("Đỗ Văn Giang", Decimal("94.5"), booking.room)
        record(result.round, booking, PASSED, an)
        self.say(result, giang.officer, services.Seen(speed_up=Decimal(20)))
        result.refresh_from_db()
        assert (result.outcome, result.sound, result.speed_down) == ("passed", True, None)
        assert (result.own.speed_up, result.own.speed_down) == (20, None), "said again, it is corrected"
        assert readiness(booking, now()).has_passed
        assert AuditEntry.objects.filter(action="line_test.say_own").count() == 2

    def test_not_before_the_round_and_not_nothing(self, result, giang, an):
        with pytest.raises(StepRefused, match="bắt đầu lúc"):
            services.say_own(result=result, seen=self.SEEN, actor=giang.officer, at=now())
        with pytest.raises(StepRefused, match="ít nhất một điều"):
            self.say(result, giang.officer, services.Seen())
        services.call_off_round(round=result.round, actor=an, at=now())
        with pytest.raises(StepRefused, match="đã hủy"):
            self.say(result, giang.officer)

    def test_on_a_phone_by_link(self, client, booking, result, giang, an):
        page = reverse("officer-own-finding", args=[giang.token, 1])
        assert client.get(page).status_code == 409
        LineTestRound.objects.update(starts_at=now() - dt.timedelta(minutes=5))
        refused = client.post(page, {"speed_down": "nhanh", "note": "Đo bằng điện thoại"})
        assert "Nhập một số, ví dụ 94,5." in refused.content.decode()
        assert "Đo bằng điện thoại" in refused.content.decode()
        assert "ít nhất một điều" in client.post(page, {}).content.decode()
        answer = client.post(page, {"speed_down": "94,5", "sound": "false"})
        assert answer.headers["Location"].endswith("#thu")
        own_page = client.get(reverse("officer-page", args=[giang.token])).content.decode()
        assert "tải xuống 94,5 Mbps" in own_page
        client.force_login(an)
        slug = booking.conference.slug
        for name, arguments in (
            ("line-test-round", [slug, 1]),
            ("line-test-result", [slug, 1, result.pk]),
        ):
            assert "Điểm cầu tự đo" in client.get(reverse(name, args=arguments)).content.decode()

    def test_strangers_and_other_rooms(self, client, booking, result, cuc):
        client.force_login(cuc)
        assert client.get(reverse("booking-own-finding", args=[booking.pk, 1])).status_code == 404
