"""The rehearsal walks through a whole day, tells what each role sees, and leaves nothing behind."""

import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from conferences.models import Conference
from delegates.models import AttendanceMark, Delegate
from delegates.rehearsal.checks import inconsistencies
from hoinghi.tests.cast import make_delegate
from venues.models import Booking

pytestmark = pytest.mark.django_db


def everything() -> dict:
    """How many rows each table holds, and the states that the day changes."""
    counts = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    counts["states"] = list(Booking.objects.order_by("pk").values_list("pk", "state"))
    counts["marks"] = list(Delegate.objects.order_by("pk").values_list("pk", "attendance"))
    return counts


def rehearse(slug: str) -> str:
    out = io.StringIO()
    call_command("rehearse", slug, stdout=out)
    return out.getvalue()


def test_a_whole_day_and_nothing_stays(conference, rooms, nomination, other_nomination, em, an):
    before = everything()
    told = rehearse(conference.slug)
    assert everything() == before
    for words in (
        "cử 3 cán bộ kỹ thuật",
        "thử đường truyền lần 1: 2/3 điểm cầu đạt",
        "thử đường truyền lần 2: 1/1 điểm cầu đạt",
        "điểm cầu báo sẵn sàng",
        "1 nơi chưa gửi danh sách được điền tạm",
        "thấy đường dẫn họp tại 3/3 điểm cầu",
        "2/3 điểm cầu đã kết nối",
        "thay đường dẫn bị lộ",
        "đang phát biểu",
        "không ghi lý do: Hội nghị đã kết thúc",
        "Mọi số liệu khớp nhau",
    ):
        assert words in told, told


def test_a_conference_that_is_not_announced_yet_is_for_the_time_being(conference, an, world):
    Conference.objects.update(state=Conference.State.PLANNED, announced_at=None)
    told = rehearse(conference.slug)
    assert "Mọi số liệu khớp nhau" in told
    conference.refresh_from_db()
    assert conference.state == Conference.State.PLANNED
    assert not conference.nominations.exists()


def test_why_not(conference, an):
    with pytest.raises(CommandError, match="Không có hội nghị"):
        rehearse("khong-co")
    Conference.objects.update(state=Conference.State.CANCELLED)
    with pytest.raises(CommandError, match="Hủy"):
        rehearse(conference.slug)


def test_without_staff_nobody_rehearses(conference):
    with pytest.raises(CommandError, match="cán bộ tổ chức"):
        rehearse(conference.slug)


def test_the_checks_see_what_does_not_agree(conference, rooms, nomination, an):
    """The control: each is spoilt once, and told."""
    at = conference.start_at
    assert inconsistencies(conference, at) == []
    delegate = make_delegate(nomination)
    AttendanceMark.objects.create(
        delegate=delegate, attendance="online", noted_at=at, marked_at=at, marked_by_name="X"
    )
    Booking.objects.filter(pk=rooms["Cà Mau"].pk).update(state="lost")
    for position in (2, 2):
        conference.speeches.create(
            nomination=nomination,
            delegate=delegate,
            topic="X",
            asked_at=at,
            asked_by="X",
            state="allowed",
            position=position,
        )
    problems = " ".join(inconsistencies(conference, at))
    for words in ("Điểm cầu tỉnh Cà Mau", "không khớp lần điểm danh cuối", "Thứ tự phát biểu"):
        assert words in problems
