"""Attendance: by hand, a room at once, by badge; idempotent, late with a reason, totals equal the delegates."""

import datetime as dt
import threading
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from conferences.models import Conference
from delegates import checking
from delegates.attendance_figures import figures_of
from delegates.models import AttendanceMark, Delegate
from delegates.places import lists_of, people_of
from delegates.services import attendance
from delegates.services.attendance import (
    AttendanceRefused,
    Mark,
    Scan,
    check_in,
    mark,
    mark_declined_absent,
    mark_rest_present,
)
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination

pytestmark = pytest.mark.django_db
Attendance = Delegate.Attendance


@pytest.fixture
def room(rooms):
    return rooms["Đắk Lắk"]


@pytest.fixture
def start(conference):
    return conference.start_at


def scan_of(delegate, at, **more) -> Scan:
    return Scan(uuid.uuid4(), checking.address_of(delegate), at, **more)


def door(scans, room, dung, at, may_override=False):
    return check_in(scans=scans, booking=room, actor=dung, at=at, may_override=may_override)


def states() -> list[str]:
    return list(Delegate.objects.order_by("pk").values_list("attendance", flat=True))


class TestByHand:
    def test_each_as_marked_and_written_down(self, conference, room, people, dung, start):
        em, giap, _ = people
        marks = [Mark(em.pk, Attendance.IN_PERSON), Mark(giap.pk, Attendance.ABSENT, "Ốm")]
        assert mark(conference=conference, marks=marks, booking=room, actor=dung, at=start) == 2
        assert states() == ["in_person", "absent", "unmarked"]
        giap.refresh_from_db()
        assert (giap.attendance_reason, giap.attended_at) == ("Ốm", start)
        kept = AttendanceMark.objects.get(delegate=em)
        assert (kept.booking, kept.marked_by, kept.marked_by_name, kept.way) == (
            room,
            dung,
            "Hoàng Văn Dũng",
            "hand",
        )
        entry = AuditEntry.objects.get(action="delegate.mark_attendance", object_id=str(giap.pk))
        assert entry.changes == {
            "attendance": ["unmarked", "absent"],
            "attendance_reason": ["", "Ốm"],
        }

    def test_the_same_again_changes_nothing(self, conference, room, people, dung, start):
        marks = [Mark(people[0].pk, Attendance.ONLINE)]
        shared = {"conference": conference, "marks": marks, "booking": room, "actor": dung}
        assert mark(**shared, at=start) == 1
        assert mark(**shared, at=start + dt.timedelta(minutes=1)) == 0
        assert AttendanceMark.objects.count() == 1

    def test_an_absence_without_a_reason_marks_nobody(self, conference, room, people, dung, start):
        marks = [Mark(people[0].pk, Attendance.IN_PERSON), Mark(people[1].pk, Attendance.ABSENT, "  ")]
        with pytest.raises(AttendanceRefused, match="Ngô Văn Giáp") as refused:
            mark(conference=conference, marks=marks, booking=room, actor=dung, at=start)
        assert (refused.value.field, refused.value.delegate) == ("reason", people[1].pk)
        assert states() == ["unmarked"] * 3
        assert not AttendanceMark.objects.exists()

    def test_a_reason_stays_with_an_absence_only(self, conference, room, people, dung, start):
        shared = {"conference": conference, "booking": room, "actor": dung, "at": start}
        mark(marks=[Mark(people[0].pk, Attendance.ABSENT, "Ốm")], **shared)
        mark(marks=[Mark(people[0].pk, Attendance.IN_PERSON, "Ốm")], **shared)
        people[0].refresh_from_db()
        assert people[0].attendance_reason == ""
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegate.objects.filter(pk=people[0].pk).update(attendance_reason="Ốm")

    def test_who_is_not_sent_any_more_or_elsewhere_is_passed_over(
        self, conference, room, people, dung, start, world
    ):
        Delegate.objects.filter(pk=people[0].pk).update(state=Delegate.State.REPLACED)
        other = make_nomination(make_conference(world, slug="khac"), world.dak_lak)
        stranger = make_delegate(other)
        marks = [Mark(each.pk, Attendance.IN_PERSON) for each in (people[0], stranger)]
        assert mark(conference=conference, marks=marks, booking=room, actor=dung, at=start) == 0

    def test_not_before_the_day_nor_called_off(self, conference, room, people, dung, start):
        shared = {"marks": [Mark(people[0].pk, Attendance.IN_PERSON)], "booking": room, "actor": dung}
        midnight = start.replace(hour=0)
        with pytest.raises(AttendanceRefused, match="Chưa đến ngày họp"):
            mark(conference=conference, at=midnight - dt.timedelta(seconds=1), **shared)
        conference.state = Conference.State.CANCELLED
        with pytest.raises(AttendanceRefused, match="Hủy"):
            mark(conference=conference, at=start, **shared)
        conference.state = Conference.State.ANNOUNCED
        assert mark(conference=conference, at=midnight, **shared) == 1

    def test_late_with_a_reason_that_the_trail_keeps(self, conference, room, people, an, start):
        conference.state = Conference.State.CONCLUDED
        shared = {
            "conference": conference,
            "marks": [Mark(people[0].pk, Attendance.IN_PERSON)],
            "booking": room,
            "actor": an,
            "at": conference.end_at,
        }
        with pytest.raises(AttendanceRefused) as refused:
            mark(**shared)
        assert refused.value.field == "late_reason"
        assert mark(**shared, late_reason="Phiếu giấy đến sau") == 1
        entry = AuditEntry.objects.get(action="delegate.mark_attendance")
        assert entry.changes["late_reason"] == ["", "Phiếu giấy đến sau"]
        assert AttendanceMark.objects.get().late_reason == "Phiếu giấy đến sau"


def test_all_present_but_those_who_had_said_no(conference, room, people, dung, start):
    Delegate.objects.filter(pk=people[1].pk).update(answer="declined", answer_reason="Đi công tác")
    shared = {"conference": conference, "booking": room, "actor": dung, "at": start}
    assert mark_rest_present(people=people_of(room), **shared) == 1
    assert states() == ["in_person", "unmarked", "unmarked"]
    assert mark_declined_absent(people=people_of(room), **shared) == 1
    people[1].refresh_from_db()
    assert (people[1].attendance, people[1].attendance_reason) == ("absent", "Đi công tác")
    assert mark_rest_present(people=people_of(room), **shared) == 0


class TestBadges:
    def test_present_then_already_then_the_same_scan_once_more(self, room, people, dung, start):
        scan = scan_of(people[0], start)
        first, second, again = door(
            [scan, scan_of(people[0], start), scan], room, dung, start + dt.timedelta(minutes=1)
        )
        assert [each.status for each in (first, second, again)] == ["present", "already", "present"]
        assert "Trần Thị Em, Giám đốc" in first.text
        assert AttendanceMark.objects.count() == 1
        people[0].refresh_from_db()
        assert (people[0].attendance, people[0].attended_at, people[0].attended_in) == (
            "in_person",
            start,
            None,
        )

    def test_the_code_alone_in_any_case_will_do(self, room, people, dung, start):
        code = checking.code_of(people[0]).upper()
        (outcome,) = door([Scan(uuid.uuid4(), f"  {code} ", start, typed=True)], room, dung, start)
        assert outcome.status == "present"
        assert AttendanceMark.objects.get().way == "typed"

    @pytest.mark.parametrize(
        "code", ["", "xyz", "1-0000000000000000", "https://khac.example/1-a/", "-", "9" * 30]
    )
    def test_what_is_no_badge(self, room, people, dung, start, code):
        (outcome,) = door([Scan(uuid.uuid4(), code, start)], room, dung, start)
        assert (outcome.status, outcome.delegate) == ("unknown", None)

    def test_a_scan_of_some_time_ago_counts_for_its_own_time(self, room, people, dung, start):
        late = start + dt.timedelta(minutes=50)
        (outcome,) = door([scan_of(people[0], start)], room, dung, late)
        assert outcome.status == "present"
        kept = AttendanceMark.objects.get()
        assert (kept.noted_at, kept.marked_at) == (start, late)

    @pytest.mark.parametrize("off", [dt.timedelta(days=3), -dt.timedelta(days=400)])
    def test_a_clock_that_is_wrong_is_not_believed(self, room, people, dung, start, off):
        (outcome,) = door([scan_of(people[0], start + off)], room, dung, start)
        assert outcome.status == "present"
        assert AttendanceMark.objects.get().noted_at == start

    def test_queued_during_the_conference_and_sent_after_it(self, room, people, dung, conference):
        during, after = conference.end_at - dt.timedelta(minutes=5), conference.end_at + dt.timedelta(hours=1)
        (queued,) = door([scan_of(people[0], during)], room, dung, after)
        (too_late,) = door([scan_of(people[1], after)], room, dung, after)
        assert (queued.status, too_late.status) == ("present", "closed")
        assert "kèm lý do" in too_late.text

    def test_presence_counts_over_an_absence_by_hand(self, conference, room, people, dung, start):
        mark(
            conference=conference,
            marks=[Mark(people[0].pk, Attendance.ABSENT, "Chưa thấy đến")],
            booking=room,
            actor=dung,
            at=start,
        )
        (outcome,) = door([scan_of(people[0], start)], room, dung, start + dt.timedelta(minutes=5))
        people[0].refresh_from_db()
        assert (outcome.status, people[0].attendance_reason) == ("present", "")

    def test_a_mark_by_hand_since_counts_over_the_same_scan(self, conference, room, people, dung, start):
        scan = scan_of(people[0], start)
        door([scan], room, dung, start)
        undo = [Mark(people[0].pk, Attendance.UNMARKED)]
        mark(conference=conference, marks=undo, booking=room, actor=dung, at=start)
        (again,) = door([scan], room, dung, start)
        assert again.status == "changed"
        assert states()[0] == "unmarked"

    def test_wrong_room_is_explained_and_staff_may_let_in(self, rooms, people, dung, an, start):
        central, hoa = rooms["central"], people[2]
        scan = scan_of(hoa, start)
        (refused,) = door([replace(scan, anyway=True)], central, dung, start)
        assert refused.status == "wrong_room"
        assert "thuộc điểm cầu tỉnh Cà Mau" in refused.text
        (outcome,) = door([replace(scan, anyway=True)], central, an, start, may_override=True)
        hoa.refresh_from_db()
        assert (outcome.status, hoa.attended_in) == ("present", central)

    def test_replaced_withdrawn_reserve_and_another_conference(
        self, room, people, dung, start, nomination, world
    ):
        em, giap, _ = people
        em.state = Delegate.State.REPLACED
        em.save()
        Delegate.objects.create(
            seat=em.seat, honorific="bà", full_name="Vũ Thị Kim", job_title="Phó Giám đốc", replaces=em
        )
        (replaced,) = door([scan_of(em, start)], room, dung, start)
        assert replaced.status == "replaced"
        assert "Vũ Thị Kim" in replaced.text
        giap.seat.is_live = False
        giap.seat.save()
        (withdrawn,) = door([scan_of(giap, start)], room, dung, start)
        assert withdrawn.status == "withdrawn"
        reserve = make_delegate(nomination, full_name="Đỗ Văn Lâm")
        reserve.seat.is_reserve, reserve.seat.position = True, None
        reserve.seat.save()
        (spare,) = door([scan_of(reserve, start)], room, dung, start)
        assert spare.status == "reserve"
        other = make_conference(world, slug="khac")
        guest = make_delegate(make_nomination(other, world.dak_lak))
        (elsewhere,) = door([scan_of(guest, start)], room, dung, start)
        assert elsewhere.status == "elsewhere"
        assert not AttendanceMark.objects.exists()

    def test_before_the_day_nobody_is_marked(self, room, people, dung, start):
        (outcome,) = door([scan_of(people[0], start)], room, dung, start - dt.timedelta(days=2))
        assert outcome.status == "closed"


class TestFigures:
    def test_rooms_and_groups_count_the_same_delegates(self, conference, rooms, people, dung, start):
        shared = {"conference": conference, "booking": None, "actor": dung, "at": start}
        mark(marks=[Mark(people[0].pk, Attendance.IN_PERSON)], **shared)
        mark(marks=[Mark(people[1].pk, Attendance.ABSENT, "Ốm")], **shared)
        figures = figures_of(conference)
        assert figures.of_room(rooms["Đắk Lắk"]).values == (1, 0, 1, 0)
        assert figures.of_room(rooms["Cà Mau"]).values == (0, 0, 0, 1)
        assert figures.of_room(rooms["central"]).expected == 0
        everybody = Delegate.objects.attending().filter(seat__nomination__conference=conference).count()
        assert figures.total.expected == everybody == sum(each.expected for each in figures.rooms.values())

    def test_both_ways_to_tell_who_sits_where_agree(self, conference, rooms, people, world):
        make_delegate(
            conference.nominations.create(organisation=world.unit, organisation_name="ĐCK"), full_name="Mai"
        )
        figures = figures_of(conference)
        assert {room.pk: people_of(room).count() for room in rooms.values()} == {
            room.pk: figures.of_room(room).expected for room in rooms.values()
        }
        assert sum(lists_of(room).count() for room in rooms.values()) == conference.nominations.count()

    def test_without_rooms_nobody_is_lost(self, conference, people):
        figures = figures_of(conference)
        assert figures.rooms[None].expected == figures.total.expected == 3

    def test_as_many_queries_for_one_list_as_for_three(self, conference, rooms, nomination, world):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                figures_of(conference)
            return len(captured)

        make_delegate(nomination)
        one = queries()
        for number in range(3):
            make_delegate(nomination, full_name=f"Người {number}")
        make_delegate(make_nomination(conference, world.ca_mau))
        assert queries() == one == 3


# ── at the same moment ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_lock", [True, False])
def test_the_same_badge_at_two_doors_is_marked_once(
    conference, rooms, people, dung, start, monkeypatch, with_lock
):
    """Both read before either writes. Behind the lock one mark is written; without it there are two."""
    room, barrier = rooms["Đắk Lắk"], threading.Barrier(2, timeout=3)
    kept = attendance._write

    def write_when_both_have_read(*arguments):
        if not with_lock:
            barrier.wait()
        kept(*arguments)

    monkeypatch.setattr(attendance, "_write", write_when_both_have_read)
    if not with_lock:
        monkeypatch.setattr(
            "django.db.models.query.QuerySet.select_for_update", lambda self, *args, **options: self
        )
    outcomes = []

    def scan():
        try:
            outcomes.extend(door([scan_of(people[0], start)], room, dung, start))
        finally:
            connection.close()

    threads = [threading.Thread(target=scan) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 2
    if with_lock:
        assert sorted(each.status for each in outcomes) == ["already", "present"]
        assert AttendanceMark.objects.count() == 1
    else:
        assert AttendanceMark.objects.count() == 2
