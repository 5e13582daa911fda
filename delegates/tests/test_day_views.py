"""The pages of one room on the day, the door, the reports."""

import datetime as dt
import json
import uuid
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from delegates import checking, tasks
from delegates.models import AttendanceMark, Delegate
from delegates.tests.counting import queries_of
from delegates.tests.test_listing import text_of
from directory.models import AuditEntry
from hoinghi.tests.cast import make_delegate
from venues.models import Booking, Incident
from venues.services import name_officer, relieve, report, resolve
from venues.tests.rooms import person, token_of

pytestmark = pytest.mark.django_db
PAGES = ("room-day", "room-attendance", "room-checkin", "room-sheet", "room-join")


@pytest.fixture
def room(rooms, today):
    return rooms["Đắk Lắk"]


def url(name: str, room) -> str:
    return reverse(name, args=[room.pk])


@pytest.mark.parametrize("name", PAGES)
def test_staff_and_its_officer_only(client, room, rooms, an, dung, cuc, binh, name):
    for user in (an, dung):
        client.force_login(user)
        assert client.get(url(name, room)).status_code in (200, 302), user
    client.force_login(dung)
    assert client.get(url(name, rooms["Cà Mau"])).status_code == 404
    for user in (cuc, binh):
        client.force_login(user)
        assert client.get(url(name, room)).status_code == 404, user


class TestByPersonalLink:
    """An officer without an account does on the day what one with an account does, in the own room only."""

    @pytest.fixture
    def token(self, room, an, people):
        officer = name_officer(booking=room, person=person(), actor=an, at=timezone.now())
        return token_of(officer)

    def test_connects_marks_and_scans(self, client, room, people, token):
        assert client.get(reverse("officer-page", args=[token])).status_code == 200
        day = reverse("officer-day", args=[token])
        page = client.get(day).content.decode()
        assert reverse("officer-attendance", args=[token]) in page
        assert f"/ngay-hop/{room.pk}/" not in page
        assert client.post(day, {"do": "connected"}).status_code == 302
        room.refresh_from_db()
        assert room.state == "connected"
        entry = AuditEntry.objects.filter(object_id=str(room.pk)).latest("pk")
        assert entry.actor_label == "Đỗ Văn Giang, qua đường dẫn cá nhân"
        client.post(reverse("officer-checkin", args=[token]), {"code": checking.code_of(people[0])})
        client.post(reverse("officer-attendance", args=[token]), {"do": "present"})
        assert {each.attendance for each in Delegate.objects.filter(seat__nomination__unit=room.unit)} == {
            "in_person"
        }
        assert client.get(reverse("officer-sheet", args=[token])).content.startswith(b"%PDF")

    def test_a_link_that_was_withdrawn_opens_nothing(self, client, room, token, an):
        officer = room.officers.get()
        relieve(officer=officer, actor=an, at=timezone.now())
        for name in ("day", "day-live", "attendance", "checkin", "sheet", "join"):
            assert client.get(reverse(f"officer-{name}", args=[token])).status_code in (404, 410), name
        assert client.post(reverse("officer-day", args=[token]), {"do": "connected"}).status_code in (
            404,
            410,
        )
        room.refresh_from_db()
        assert room.state != "connected"

    def test_the_live_part_is_not_sent_twice(self, client, token):
        live = reverse("officer-day-live", args=[token])
        first = client.get(live)
        assert first.status_code == 200
        assert client.get(live, headers={"if-none-match": first["ETag"]}).status_code == 304


class TestDay:
    def test_connected_lost_and_connected_again_with_one_tap_each(self, client, room, dung):
        client.force_login(dung)
        for press, state in (("connected", "connected"), ("lost", "lost"), ("connected", "connected")):
            assert client.post(url("room-day", room), {"do": press}).status_code == 302
            room.refresh_from_db()
            assert room.state == state
        (incident,) = Incident.objects.all()
        assert (incident.kind, incident.reported_by) == ("line_lost", "Hoàng Văn Dũng")

    def test_an_incident_with_a_word_about_it(self, client, room, dung):
        client.force_login(dung)
        sent = {"do": "report", "kind": "no_sound", "note": "Micro rè"}
        answer = client.post(url("room-day", room), sent, follow=True)
        assert "Micro rè" in answer.content.decode()
        client.post(url("room-day", room), {"do": f"resolve:{Incident.objects.get().pk}"})
        assert not Incident.objects.open().exists()

    def test_bad_input_is_explained_and_kept(self, client, room, dung):
        client.force_login(dung)
        sent = {"do": "report", "kind": "lửa", "note": "Khói trong phòng"}
        answer = client.post(url("room-day", room), sent)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "Chọn loại sự cố trong danh sách" in page
        assert 'value="Khói trong phòng"' in page
        for nonsense in ("", "xyz", "resolve:0", "resolve:x"):
            assert client.post(url("room-day", room), {"do": nonsense}).status_code == 404
        assert not Incident.objects.exists()

    def test_an_incident_of_another_room_is_out_of_reach(self, client, room, rooms, dung, an):
        other = report(booking=rooms["Cà Mau"], kind="power", actor=an, at=timezone.now())
        client.force_login(dung)
        assert client.post(url("room-day", room), {"do": f"resolve:{other.pk}"}).status_code == 404
        other.refresh_from_db()
        assert other.resolved_at is None

    def test_another_day(self, client, rooms, conference, dung):
        client.force_login(dung)
        answer = client.post(url("room-day", rooms["Đắk Lắk"]), {"do": "connected"})
        assert answer.status_code == 409
        assert "Chưa đến ngày họp" in answer.content.decode()

    def test_a_poll_is_empty_until_something_changes(
        self, client, room, dung, django_capture_on_commit_callbacks
    ):
        client.force_login(dung)
        live = url("room-day-live", room)
        first = client.get(live)
        assert 'hx-swap-oob="innerHTML"' in first.content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            report(booking=room, kind="no_sound", actor=dung, at=timezone.now())
        second = client.get(live, HTTP_IF_NONE_MATCH=first["ETag"])
        assert second.status_code == 200
        assert "Mất tiếng" in second.content.decode()
        client.logout()
        assert client.get(live).status_code == 302


class TestAttendancePage:
    def test_rows_that_were_changed_are_saved_and_no_others(self, client, room, people, dung):
        """Of two who mark at the same time neither takes back what the other has done."""
        em, giap, _ = people
        client.force_login(dung)
        page = url("room-attendance", room)
        opened = {f"p{each.pk}": "unmarked" for each in (em, giap)} | {
            f"w{each.pk}": "unmarked" for each in (em, giap)
        }
        client.post(page, opened | {f"p{em.pk}": "in_person", "do": "save"})
        client.post(page, opened | {f"p{giap.pk}": "online", "do": "save"})
        assert list(Delegate.objects.order_by("pk").values_list("attendance", flat=True)) == [
            "in_person",
            "online",
            "unmarked",
        ]

    def test_an_absence_without_reason_comes_back_with_all_that_was_marked(self, client, room, people, dung):
        em, giap, _ = people
        client.force_login(dung)
        sent = {f"p{em.pk}": "online", f"p{giap.pk}": "absent", "do": "save"}
        answer = client.post(url("room-attendance", room), sent)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Ghi lý do vắng mặt của đồng chí Ngô Văn Giáp" in page
        assert f'id="p{em.pk}-online" value="online" checked' in page
        assert f'id="p{giap.pk}-absent" value="absent" checked' in page
        assert not AttendanceMark.objects.exists()

    def test_all_present_by_one_button(self, client, room, people, dung):
        client.force_login(dung)
        assert (
            "Tất cả có mặt (2 người chưa điểm danh)"
            in client.get(url("room-attendance", room)).content.decode()
        )
        client.post(url("room-attendance", room), {"do": "present"})
        assert Delegate.objects.filter(attendance="in_person").count() == 2

    def test_after_the_end_it_asks_why(self, client, rooms, conference, people, dung):
        now = timezone.now()
        # Begun yesterday, if need be: the test must hold in the first hours of a day, too.
        Conference.objects.update(
            start_at=now - dt.timedelta(hours=6),
            end_at=now - dt.timedelta(minutes=5),
            nomination_deadline=now - dt.timedelta(days=2),
        )
        room = rooms["Đắk Lắk"]
        client.force_login(dung)
        sent = {f"p{people[0].pk}": "in_person", "do": "save"}
        answer = client.post(url("room-attendance", room), sent)
        assert "ghi lý do sửa điểm danh" in answer.content.decode()
        client.post(url("room-attendance", room), sent | {"late_reason": "Phiếu giấy"})
        entry = AuditEntry.objects.get(action="delegate.mark_attendance")
        assert entry.changes["late_reason"] == ["", "Phiếu giấy"]

    def test_before_the_day_it_says_when(self, client, rooms, people, dung):
        client.force_login(dung)
        answer = client.post(url("room-attendance", rooms["Đắk Lắk"]), {"do": "present"})
        assert answer.status_code == 409
        assert "Điểm danh được từ 0h00" in answer.content.decode()

    def test_another_rooms_people_are_out_of_reach(self, client, room, people, dung):
        client.force_login(dung)
        client.post(url("room-attendance", room), {f"p{people[2].pk}": "in_person", "do": "save"})
        assert not AttendanceMark.objects.exists()

    def test_as_many_queries_for_one_as_for_three(self, client, room, nomination, dung):
        client.force_login(dung)
        make_delegate(nomination)
        few = queries_of(client, url("room-attendance", room))
        for number in (1, 2):
            make_delegate(nomination, full_name=f"Người {number}")
        assert queries_of(client, url("room-attendance", room)) == few


class TestDoor:
    def send(self, client, room, *scans, status=200):
        answer = client.post(
            url("room-scans", room), json.dumps({"scans": scans}), content_type="application/json"
        )
        assert answer.status_code == status
        return answer.json()

    def scan(self, delegate, **more) -> dict:
        now = timezone.now().isoformat()
        return {"id": str(uuid.uuid4()), "code": checking.code_of(delegate), "at": now} | more

    def test_a_queue_is_answered_scan_by_scan(self, client, room, people, dung):
        client.force_login(dung)
        good, unknown = self.scan(people[0]), self.scan(people[0], code="1-0000000000000000")
        said = self.send(client, room, good, unknown)
        assert [(each["id"], each["present"]) for each in said["outcomes"]] == [
            (good["id"], True),
            (unknown["id"], False),
        ]
        assert said["counted"] == {"present": 1, "expected": 2}
        # The answer was lost on its way, so the page sends all of it again.
        again = self.send(client, room, good, unknown)
        assert [each["status"] for each in again["outcomes"]] == ["present", "unknown"]
        assert AttendanceMark.objects.count() == 1

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b'{"scans": [{}]}',
            b'{"scans": [{"id": "x", "code": "1", "at": "2026-01-01"}]}',
            b'{"scans": 5}',
            b"\xff\xfe",
            b'{"scans": [' + b"1," * 40000 + b"1]}",
        ],
    )
    def test_what_is_no_queue(self, client, room, dung, body):
        client.force_login(dung)
        answer = client.post(url("room-scans", room), body, content_type="application/json")
        assert answer.status_code == 400

    def test_an_hour_that_is_none_is_that_of_arrival(self, client, room, people, dung):
        client.force_login(dung)
        for at in ("", "hôm qua", "2026-01-01T08:00:00"):
            Delegate.objects.update(attendance="unmarked")
            AttendanceMark.objects.all().delete()
            said = self.send(client, room, self.scan(people[0], at=at))
            assert said["outcomes"][0]["present"], at
            assert abs(AttendanceMark.objects.get().noted_at - timezone.now()) < dt.timedelta(minutes=1)

    def test_more_than_a_request_may_hold(self, client, room, people, dung):
        client.force_login(dung)
        self.send(client, room, *[self.scan(people[0]) for _ in range(51)], status=400)

    def test_only_staff_let_somebody_into_another_room(self, client, room, people, dung, an):
        client.force_login(dung)
        said = self.send(client, room, self.scan(people[2], anyway=True))["outcomes"][0]
        assert (said["status"], said["may_override"]) == ("wrong_room", False)
        client.force_login(an)
        assert self.send(client, room, self.scan(people[2]))["outcomes"][0]["may_override"]
        assert self.send(client, room, self.scan(people[2], anyway=True))["outcomes"][0]["present"]

    def test_typed_without_javascript(self, client, room, people, dung, an):
        client.force_login(dung)
        page = url("room-checkin", room)
        answer = client.post(page, {"code": checking.code_of(people[0])}, follow=True)
        assert "Có mặt: đồng chí Trần Thị Em" in answer.content.decode()
        wrong = client.post(page, {"code": "12-xyz"})
        assert "Mã không đúng" in wrong.content.decode()
        assert 'value="12-xyz"' in wrong.content.decode()
        client.force_login(an)
        elsewhere = client.post(page, {"code": checking.code_of(people[2])}).content.decode()
        assert "Vẫn điểm danh tại đây" in elsewhere


class TestReports:
    def test_the_sheet_to_be_signed(self, client, room, people, dung, nomination):
        client.force_login(dung)
        before = text_of(client.get(url("room-sheet", room)).content)
        for words in ("PHIẾU ĐIỂM DANH", "Ký tên", "Trần Thị Em", "Tổng số 2 đại biểu."):
            assert words in before
        assert "Lý Thị Hoa" not in before
        client.post(url("room-attendance", room), {"do": "present"})
        after = text_of(client.get(url("room-sheet", room)).content)
        assert "có mặt trực tiếp 2" in after
        assert AuditEntry.objects.filter(action="delegates.export").count() == 2

    def test_all_sheets_with_their_sum_are_made_by_a_worker(self, client, room, people, an, today):
        client.force_login(an)
        page = client.post(reverse("cockpit-sheets-order", args=[today.slug, "attendance"]))["Location"]
        shown = client.get(page).content.decode()
        for words in ("3 đại biểu", "Đang chờ đến lượt", "khoảng 5 giây", "Về trang điểm danh"):
            assert words in shown
        tasks.print_sheets(page.rstrip("/").rpartition("/")[2])
        assert AuditEntry.objects.get(action="delegates.export").changes["file"] == ["", "attendance"]
        printed = text_of(client.get(page.rstrip("/") + ".pdf").content)
        assert "TỔNG HỢP" in printed
        assert "Lý Thị Hoa" in printed
        page = client.get(reverse("attendance", args=[today.slug])).content.decode()
        assert "trên 3 đại biểu" in page

    def test_incidents_answered_resolved_and_reported(self, client, room, an, dung, today):
        # Begun yesterday: seven minutes ago must be a day of the conference just after midnight, too.
        today.start_at -= dt.timedelta(days=1)
        today.nomination_deadline -= dt.timedelta(days=1)
        today.save()
        now = timezone.now()
        incident = report(
            booking=room, kind="power", note="=1+1", actor=dung, at=now - dt.timedelta(minutes=7)
        )
        client.force_login(an)
        page = reverse("incidents", args=[today.slug])
        empty = client.post(page, {"do": f"answer:{incident.pk}"})
        assert "Ghi hướng xử lý" in empty.content.decode()
        client.post(page, {"do": f"answer:{incident.pk}", f"{incident.pk}-text": "Chạy máy phát"})
        incident.refresh_from_db()
        assert (incident.answer, incident.answered_by) == ("Chạy máy phát", "Lê Văn An")
        client.post(page, {"do": f"resolve:{incident.pk}"})
        assert client.post(page, {"do": "resolve:0"}).status_code == 404
        printed = text_of(client.get(reverse("incidents-report", args=[today.slug, "pdf"])).content)
        assert "Mất điện: =1+1" in printed
        assert "1 lần mất kết nối, tổng cộng 7 phút" in printed
        book = client.get(reverse("incidents-report", args=[today.slug, "xlsx"])).content
        import openpyxl

        rows = list(openpyxl.load_workbook(BytesIO(book)).active.values)
        assert rows[1][1:4] == ("Điểm cầu tỉnh Đắk Lắk", "Mất điện", "=1+1")
        assert client.get(reverse("incidents-report", args=[today.slug, "doc"])).status_code == 404

    def test_as_many_queries_for_one_incident_as_for_three(self, client, rooms, an, dung, today):
        client.force_login(an)
        page = reverse("incidents", args=[today.slug])
        resolve(
            incident=report(booking=rooms["Cà Mau"], kind="other", actor=dung, at=timezone.now()),
            actor=dung,
            at=timezone.now(),
        )
        report(booking=rooms["Cà Mau"], kind="no_sound", actor=dung, at=timezone.now())
        few = queries_of(client, page)
        for room in rooms.values():
            report(booking=room, kind="no_picture", actor=dung, at=timezone.now())
        assert queries_of(client, page) == few


def test_overview_costs_as_much_for_one_list_as_for_three(client, room, people, an, today):
    client.force_login(an)
    page = reverse("attendance", args=[today.slug])
    few = queries_of(client, page)
    make_delegate(people[2].seat.nomination, full_name="Người nữa")
    Booking.objects.filter(pk=room.pk).update(state="ready")
    assert queries_of(client, page) == few
