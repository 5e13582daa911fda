"""What must always be true of the data: each rule finds what came around the database's own constraints."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from correspondence.models import Message, OfficialDocument
from delegates.models import AttendanceMark, Delegate, NominationPaper, Seat
from directory import soundness
from directory.models import SoundnessCheck
from directory.tasks import check_invariants
from hoinghi.tests.cast import make_conference, make_delegate
from venues.models import Booking, Room

pytestmark = pytest.mark.django_db


def without(table: str, constraint: str) -> None:
    """The database has lost a constraint; the test's transaction brings it back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        cursor.execute(f"DROP INDEX IF EXISTS {constraint}")


def broken() -> set[str]:
    return {each.rule for each in soundness.breaches()}


def letter(**changes) -> Message:
    values = {
        "key": "k",
        "topic": "t",
        "kind": "test",
        "address": "sct@daklak.example",
        "subject": "s",
        "text": "t",
        "message_id": "<k@portal.example>",
        "due_at": timezone.now(),
        "state": Message.State.SENT,
        "sent_at": timezone.now(),
    }
    return Message.objects.create(**(values | changes))


def test_sound_data_breaks_nothing(em, conference):
    letter()
    assert soundness.breaches() == []
    assert len(soundness.rules()) >= 10


@pytest.mark.parametrize("changes", [{"message_id": ""}, {"sent_at": None}])
def test_a_sent_letter_without_its_name_or_time(changes):
    letter(**changes)
    assert broken() == {"Thư đã gửi có Message-ID và thời điểm gửi"}


def test_a_letter_that_a_dead_worker_holds():
    letter(state=Message.State.SENDING, lease_until=timezone.now() - dt.timedelta(hours=2))
    assert broken() == {"Không thư nào nằm mãi ở tiến trình gửi"}


def test_a_number_that_was_given_twice(world):
    without("correspondence_officialdocument", "document_number_once")
    for _ in range(2):
        OfficialDocument.objects.create(
            kind=OfficialDocument.Kind.NOTICE,
            state=OfficialDocument.State.ISSUED,
            letterhead=world.letterhead,
            issuer=world.ministry,
            issuer_name="BỘ CÔNG THƯƠNG",
            symbol="BCT",
            place="Hà Nội",
            register="TB",
            number=5,
            issued_on=dt.date(2026, 11, 1),
            subject="s",
            signer_title="s",
        )
    assert [each.what for each in soundness.breaches()] == ["số 5 sổ TB năm 2026: 2 văn bản"]


def test_a_room_that_two_conferences_hold(world, conference):
    without("venues_booking", "booking_no_overlap")
    room = Room.objects.create(name="Phòng họp 210", host=world.ministry)
    other = make_conference(world, slug="khac")
    during = DateTimeTZRange(conference.start_at, conference.end_at)
    for each in (conference, other):
        Booking.objects.create(
            conference=each, room=room, role=Booking.Role.CENTRAL, during=during, printed="Phòng họp 210"
        )
    assert broken() == {"Không hai hội nghị nào giữ một phòng cùng lúc"}


def test_more_organisations_than_the_quota(nomination):
    without("delegates_seat", "seat_within_quota")
    group = nomination.conference.groups.get(code="ubnd-xa")
    for position in (1, 2, 3):
        Seat.objects.create(
            nomination=nomination, group=group, position=position, places=2, name=f"Xã {position}"
        )
    (found,) = soundness.breaches()
    assert found.what.endswith("3/2 cơ quan")


def test_more_persons_than_the_quota(nomination):
    without("delegates_delegate", "delegate_within_quota")
    first = make_delegate(nomination, places=1)
    Delegate.objects.create(
        seat=first.seat,
        position=2,
        places=1,
        honorific="bà",
        full_name="Lê Thị Gấm",
        job_title="Phó Giám đốc",
    )
    (found,) = soundness.breaches()
    assert found.what.endswith("2/1 người")
    assert "Gấm" not in found.what


def test_attendance_that_nobody_marked(em):
    Delegate.objects.filter(pk=em.delegate.pk).update(attendance=Delegate.Attendance.ONLINE)
    assert broken() == {"Điểm danh đúng với lần ghi cuối"}
    for attendance in ("absent", "online"):
        AttendanceMark.objects.create(
            delegate=em.delegate,
            attendance=attendance,
            noted_at=timezone.now(),
            marked_at=timezone.now(),
            marked_by_name="kiểm thử",
        )
    assert broken() == set()


def test_a_file_that_was_changed_and_one_that_is_gone(nomination):
    papers = [
        NominationPaper.objects.create(
            nomination=nomination,
            file=ContentFile(b"x", "a.pdf"),
            file_name="a.pdf",
            content_type="application/pdf",
            size=1,
            sha256=sha256,
            uploaded_at=timezone.now(),
        )
        for sha256 in ("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "0" * 64)
    ]
    (changed,) = soundness.breaches()
    assert "đã bị thay đổi" in changed.what
    assert f"số {papers[1].pk}" in changed.what
    for paper in papers:
        paper.file.storage.delete(paper.file.name)
    assert ["không còn tệp" in each.what for each in soundness.breaches()] == [True, True]


def test_the_command_prints_each_breach_and_ends_with_1(capsys):
    call_command("check_invariants")
    assert "quy tắc đều đúng" in capsys.readouterr().out
    broken_letter = letter(message_id="")
    with pytest.raises(SystemExit) as ended:
        call_command("check_invariants")
    assert ended.value.code == 1
    assert f"thư số {broken_letter.pk}" in capsys.readouterr().out


def test_what_the_night_found_is_seen_by_staff_and_by_healthz(client, an):
    client.force_login(an)
    page = reverse("soundness")
    assert "Chưa có lần kiểm tra nào" in client.get(page).text
    check_invariants()
    assert client.get(reverse("healthz")).json()["breaches"] == 0
    assert "Không có chỗ sai" in client.get(page).text
    broken_letter = letter(message_id="")
    check_invariants()
    assert client.get(reverse("healthz")).json()["breaches"] == 1
    assert f"thư số {broken_letter.pk}" in client.get(page).text


def test_staff_are_told_when_the_nights_stop(client, an):
    client.force_login(an)
    SoundnessCheck.objects.create(at=timezone.now() - dt.timedelta(days=3), rules=9, count=0)
    assert "Đã lâu chưa kiểm tra" in client.get(reverse("soundness")).text


def test_many_breaches_are_counted_and_some_are_named(monkeypatch):
    monkeypatch.setattr(soundness, "SHOWN", 2)
    monkeypatch.setattr(soundness, "KEPT", 1)
    for number in range(3):
        letter(key=str(number), message_id=f"<{number}@portal.example>", sent_at=None)
    for _ in range(2):
        soundness.check(at=timezone.now())
    kept = SoundnessCheck.objects.get()
    assert (kept.count, len(kept.breaches)) == (3, 2)
