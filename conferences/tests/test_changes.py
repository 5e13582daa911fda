"""What people were told, what they do not know yet, and the one notice about it."""

import contextlib
import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conferences import changes
from conferences.changes import Difference, NotTold, differences, is_moved, last_told, mark_of, remember, tell
from conferences.models import AgendaItem, Conference, ConferenceFact
from conferences.rooms import BookedRoom
from directory.models import AuditEntry
from hoinghi.tests.cast import publish_agenda
from hoinghi.text import VIETNAM

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 12, 4, 8, tzinfo=VIETNAM)
AT = START - dt.timedelta(days=10)


@pytest.fixture
def conference(conference, an):
    """Friday 4 December 2026 at 8h00, everything told."""
    conference.start_at, conference.end_at = START, START + dt.timedelta(hours=4)
    conference.nomination_deadline = START.replace(hour=0) - dt.timedelta(days=1)
    conference.save()
    AgendaItem.objects.create(conference=conference, title="Khai mạc", starts_after=0, lasts=15)
    AgendaItem.objects.create(conference=conference, title="Báo cáo", starts_after=15, presenter="Cục ĐCK")
    ConferenceFact.objects.create(conference=conference, code="hop", type="link", value="https://a.example/")
    publish_agenda(conference)
    remember(conference=conference, actor=an, at=AT)
    return conference


@pytest.fixture
def rooms(monkeypatch):
    """Rooms of two provinces, as an app above answers."""
    booked = [
        BookedRoom(66, "Tỉnh Đắk Lắk", "Hội trường", "số 1 Lê Duẩn"),
        BookedRoom(96, "Tỉnh Cà Mau", "P1", ""),
    ]
    monkeypatch.setattr(changes, "booked_rooms", lambda conference: booked)
    return booked


def edit(**values):
    def change(conference):
        for name, value in values.items():
            setattr(conference, name, value)
        conference.save()

    return change


def move(**delta):
    def change(conference):
        conference.start_at += dt.timedelta(**delta)
        conference.end_at += dt.timedelta(**delta)
        conference.save()

    return change


def place(conference):
    conference.places.filter(role="central").update(room_name="Hội trường lớn")


def link(conference):
    conference.facts.update(value="https://b.example/")


def item(**values):
    return agenda(lambda rows: rows.filter(title="Báo cáo").update(**values))


def agenda(change_rows):
    """A change of the agenda's rows that readers see."""

    def change(conference):
        change_rows(conference.agenda)
        publish_agenda(conference)

    return change


CHAIR = "Thứ trưởng Bộ Công Thương"
OLD_PLACE = "Phòng họp 210 nhà B, số 54 Hai Bà Trưng, Hà Nội"
SWAPS = [
    (
        edit(title="Hội nghị tổng kết"),
        ("name", "Tên", "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp", "Hội nghị tổng kết"),
    ),
    (
        move(days=3),
        ("time", "Thời gian", "8h00 thứ Sáu ngày 04/12/2026", "8h00 thứ Hai ngày 07/12/2026"),
    ),
    (
        move(hours=5, minutes=30),
        ("time", "Thời gian", "8h00 thứ Sáu ngày 04/12/2026", "13h30 thứ Sáu ngày 04/12/2026"),
    ),
    (
        edit(end_at=START + dt.timedelta(hours=3)),
        ("duration", "Thời lượng", "½ ngày, đến 12h00", "½ ngày, đến 11h00"),
    ),
    (
        edit(duration_kind="full_day", end_at=START + dt.timedelta(hours=9)),
        ("duration", "Thời lượng", "½ ngày, đến 12h00", "01 ngày, đến 17h00"),
    ),
    (edit(format="in_person"), ("format", "Hình thức", "Trực tuyến", "Trực tiếp")),
    (place, ("place", "Địa điểm", OLD_PLACE, "Hội trường lớn, số 54 Hai Bà Trưng, Hà Nội")),
    (link, ("link", "Đường dẫn", "https://a.example/", "https://b.example/")),
    (edit(chair_title=CHAIR), ("chair", "Chủ trì", "Bộ trưởng Bộ Công Thương", CHAIR)),
    (
        item(starts_after=30),
        ("agenda", "Chương trình", "8h15: Báo cáo, Cục ĐCK", "8h30: Báo cáo, Cục ĐCK"),
    ),
    (
        item(presenter="Sở Công Thương"),
        ("agenda", "Chương trình", "8h15: Báo cáo, Cục ĐCK", "8h15: Báo cáo, Sở Công Thương"),
    ),
    (
        agenda(lambda rows: rows.filter(title="Báo cáo").delete()),
        ("agenda", "Chương trình", "8h15: Báo cáo, Cục ĐCK", ""),
    ),
    (
        agenda(lambda rows: rows.create(title="Bế mạc", starts_after=200, lasts=10, day=1)),
        ("agenda", "Chương trình", "", "11h20: Bế mạc (10 phút)"),
    ),
    (
        edit(nomination_deadline=START.replace(hour=0) - dt.timedelta(days=2)),
        ("deadline", "Hạn gửi danh sách đại biểu", "trước ngày 03/12/2026", "trước ngày 02/12/2026"),
    ),
    (
        edit(nomination_deadline=None),
        ("deadline", "Hạn gửi danh sách đại biểu", "trước ngày 03/12/2026", ""),
    ),
]


@pytest.mark.parametrize(("change", "expected"), SWAPS)
def test_each_changed_fact_is_a_difference_and_the_only_one(conference, change, expected):
    assert differences(conference) == []
    change(conference)
    conference = Conference.objects.get(pk=conference.pk)
    assert differences(conference) == [Difference(*expected)]


@pytest.mark.parametrize(
    "change",
    [
        edit(time_style="weekday_first"),
        edit(deadline_style="until_moment"),
        edit(purpose="đánh giá chính sách"),
        edit(approval_reference="Tờ trình số 12"),
        lambda conference: conference.contacts.update(phones="0912345678"),
    ],
)
def test_what_does_not_matter_is_no_difference(conference, change):
    change(conference)
    assert differences(Conference.objects.get(pk=conference.pk)) == []


def test_every_code_is_swapped():
    assert {expected[0] for _, expected in SWAPS} | {"room"} == set(changes.LABELS)


def test_differences_stand_in_the_order_of_the_notice(conference):
    for change, _ in reversed(SWAPS[:1] + SWAPS[1:2] + SWAPS[4:]):
        change(conference)
    found = [difference.code for difference in differences(Conference.objects.get(pk=conference.pk))]
    assert found == sorted(found, key=list(changes.LABELS).index)
    assert len(set(found)) == 9


class TestRooms:
    def test_only_the_province_that_meets_elsewhere(self, conference, an, rooms):
        remember(conference=conference, actor=an, at=AT)
        rooms[0] = BookedRoom(66, "Tỉnh Đắk Lắk", "Trung tâm Hội nghị", "số 9 Hùng Vương")
        assert differences(conference) == [
            Difference(
                "room",
                "Điểm cầu tỉnh Đắk Lắk",
                "Hội trường, số 1 Lê Duẩn",
                "Trung tâm Hội nghị, số 9 Hùng Vương",
                66,
            )
        ]

    def test_a_room_more_and_a_room_less(self, conference, an, rooms):
        remember(conference=conference, actor=an, at=AT)
        rooms[:] = [rooms[0], BookedRoom(1, "Thành phố Hà Nội", "P2", "")]
        assert [(found.unit, found.before, found.after) for found in differences(conference)] == [
            (1, "", "P2"),
            (96, "P1", ""),
        ]

    def test_rooms_that_were_booked_after_the_publication_are_no_change(self, conference, rooms):
        assert differences(conference) == []


def test_what_a_difference_says():
    said = {
        str(Difference("time", "Thời gian", "8h00", "9h00")),
        str(Difference("agenda", "Chương trình", "", "9h00: Khai mạc")),
        str(Difference("agenda", "Chương trình", "9h00: Khai mạc", "")),
    }
    assert said == {
        "Thời gian: 9h00 (trước đây: 8h00)",
        "Chương trình: 9h00: Khai mạc (mới)",
        "Chương trình: bỏ 9h00: Khai mạc",
    }


class TestTelling:
    def test_one_notice_and_then_nothing_is_left(self, conference, an):
        move(days=3)(conference)
        found = differences(conference)
        notice = tell(
            conference=conference, mark=mark_of(conference, found), reason="Trùng lịch", actor=an, at=AT
        )
        assert (notice.number, notice.reason, notice.told_at, notice.actor) == (1, "Trùng lịch", AT, an)
        assert [Difference(**row) for row in notice.differences] == found
        assert differences(conference) == []
        assert last_told(conference) == notice
        entry = AuditEntry.objects.get(action="conference.tell_changes")
        assert entry.changes["reason"] == ["", "Trùng lịch"]

    def test_a_change_that_was_taken_back_was_none(self, conference):
        move(days=3)(conference)
        move(days=-3)(conference)
        assert differences(conference) == []

    def test_nothing_different_tells_nothing(self, conference, an):
        with pytest.raises(NotTold, match="Không có gì khác"):
            tell(conference=conference, mark=mark_of(conference, []), reason="", actor=an, at=AT)
        assert conference.change_notices.count() == 1

    def test_what_changed_after_the_page_was_read_is_not_told(self, conference, an):
        move(days=3)(conference)
        mark = mark_of(conference, differences(conference))
        edit(chair_title=CHAIR)(conference)
        with pytest.raises(NotTold, match="đã được sửa sau khi"):
            tell(conference=conference, mark=mark, reason="", actor=an, at=AT)

    @pytest.mark.parametrize("state", ["draft", "planned", "postponed", "cancelled", "concluded"])
    def test_only_of_an_announced_conference(self, conference, an, state):
        edit(state=state)(conference)
        move(days=3)(conference)
        found = differences(conference)
        with pytest.raises(NotTold):
            tell(conference=conference, mark=mark_of(conference, found), reason="", actor=an, at=AT)

    def test_looking_costs_the_same_for_three_rows_as_for_one(self, conference):
        def queries():
            with CaptureQueriesContext(connection) as seen:
                differences(Conference.objects.printable().get(pk=conference.pk))
            return len(seen)

        before = queries()
        for number in range(3):
            conference.agenda.create(title=f"Nội dung {number}", starts_after=60)
        publish_agenda(conference)
        assert queries() == before


@pytest.mark.parametrize(
    ("change", "moved"),
    [(move(days=1), True), (move(hours=5), False), (move(hours=20), True), (edit(chair_title=CHAIR), False)],
)
def test_people_are_asked_again_when_the_day_is_another(conference, change, moved):
    told = last_told(conference)
    change(conference)
    assert is_moved(differences(conference), told, conference) is moved


def test_conferences_of_before_start_with_what_they_say_today(conference):
    conference.change_notices.all().delete()
    assert differences(conference) == []
    assert changes.remember_what_was_told_before() == 1
    assert last_told(conference).told_at == conference.announced_at
    assert changes.remember_what_was_told_before() == 0
    move(days=1)(conference)
    assert len(differences(conference)) == 1


def tell_together(conference, actor, monkeypatch) -> list[str]:
    """Two clerks press at once and meet between looking and writing, if the lock lets them."""
    move(days=3)(conference)
    mark = mark_of(conference, differences(conference))
    meeting, look = threading.Barrier(2), changes.differences
    outcomes = ["", ""]

    def look_and_meet(*args):
        found = look(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1.5)
        return found

    monkeypatch.setattr(changes, "differences", look_and_meet)

    def press(number):
        try:
            tell(conference=conference, mark=mark, reason="", actor=actor, at=timezone.now())
            outcomes[number] = "told"
        except (NotTold, IntegrityError) as refused:
            outcomes[number] = type(refused).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_one_tells_and_the_other_learns_that_it_is_done(conference, an, monkeypatch):
    assert tell_together(conference, an, monkeypatch) == ["NotTold", "told"]
    assert conference.change_notices.count() == 2


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_find_something_to_tell(conference, an, monkeypatch):
    """The window is real: take the lock away and only the database's own constraint stops the second."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    assert tell_together(conference, an, monkeypatch) == ["IntegrityError", "told"]
