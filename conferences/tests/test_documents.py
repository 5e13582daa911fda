"""The Giấy mời and the calendar entry of a conference."""

import datetime as dt

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from conferences.calendar import conference_event
from conferences.documents import (
    draft_invitation,
    invitation_content,
    issued_invitation,
)
from conferences.followers import CannotFollow, follow
from conferences.loading import load
from conferences.tests.conference_files import SEED_000, load_standard
from correspondence import lifecycle
from correspondence.documents import issue
from directory.models import AuditEntry
from hoinghi.text import VIETNAM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

AT = dt.datetime(2021, 6, 25, 8, tzinfo=VIETNAM)


@pytest.fixture
def conference(db):
    load_standard()
    return load(SEED_000)


def test_what_the_invitation_says(conference):
    assert invitation_content(conference) == {
        "organiser": "Bộ Công Thương",
        "event": "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp (CCN).",
        "lines": [
            {"label": "Chủ trì", "text": "Bộ trưởng Bộ Công Thương."},
            {"label": "Thời gian", "text": "½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6)."},
            {
                "label": "Địa điểm",
                "items": [
                    "Tại Bộ Công Thương: Phòng họp trực tuyến của Tổng cục Quản lý thị trường, "
                    "số 91 Đinh Tiên Hoàng, Hoàn Kiếm, Hà Nội.",
                    "Tại địa phương: Phòng họp trực tuyến của Cục Quản lý thị trường các tỉnh, thành phố "
                    "trực thuộc trung ương.",
                ],
            },
        ],
        "paragraphs": [
            "Đề nghị Quý Ủy ban, cơ quan, đơn vị lựa chọn, mời 1÷2 Ủy ban nhân dân cấp huyện và 1÷2 chủ đầu tư "
            "hạ tầng CCN; gửi danh sách đại biểu về Cục Công Thương địa phương trước ngày 01/7/2021.",
            "Chi tiết xin liên hệ với đồng chí Nguyễn Anh Tuấn, điện thoại: 024.22218288/0988310581, "
            "email: tuannanh@moit.gov.vn.",
        ],
        "closing": "Bộ Công Thương trân trọng kính mời Quý Ủy ban, cơ quan, đơn vị tới dự, tham gia ý kiến "
        "tại Hội nghị./.",
    }


def test_the_invitation_in_force_is_the_last_one_issued(conference, an):
    assert issued_invitation(conference) is None
    first, second = (
        draft_invitation(conference=conference, actor=an, with_notes=with_notes)
        for with_notes in (True, False)
    )
    assert first.subject == conference.title
    assert first.letterhead.code == "bct-ctdp"
    assert issued_invitation(conference) is None
    for number, document in ((5, first), (6, second)):
        issue(document=document, number=number, issued_on=AT.date(), actor=an, at=timezone.now())
        assert issued_invitation(conference) == document


def test_without_a_letterhead_there_is_no_draft(conference, an):
    conference.letterhead = None
    with pytest.raises(ValidationError, match="Chưa có mẫu đầu văn bản của Cục Công Thương địa phương"):
        draft_invitation(conference=conference, actor=an)


def event_of(content: bytes):
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return event


def test_the_calendar_entry(conference):
    event = event_of(conference_event(conference, at=AT).content)
    assert event["SUMMARY"] == conference.title
    assert event.decoded("DTSTART") == dt.datetime(2021, 7, 2, 8, tzinfo=VIETNAM)
    assert event.decoded("DTEND") == dt.datetime(2021, 7, 2, 11, 30, tzinfo=VIETNAM)
    assert event["LOCATION"].startswith("Phòng họp trực tuyến của Tổng cục Quản lý thị trường, số 91")
    assert event["URL"].endswith("/hoi-nghi/cum-cong-nghiep-2021/")


def test_a_draft_follows_its_conference_until_it_is_issued(conference, an):
    document = draft_invitation(conference=conference, actor=an)
    follow(conference=conference, actor=an, at=timezone.now())
    assert not AuditEntry.objects.filter(action="document.rewrite").exists()
    conference.start_at = dt.datetime(2021, 7, 2, 13, 30, tzinfo=VIETNAM)
    conference.end_at = dt.datetime(2021, 7, 2, 17, tzinfo=VIETNAM)
    conference.save()
    follow(conference=conference, actor=an, at=timezone.now())
    document.refresh_from_db()
    assert document.content["lines"][1]["text"] == "½ ngày, từ 13h30 ngày 02/7/2021 (Thứ 6)."
    issue(document=document, number=5, issued_on=AT.date(), actor=an, at=AT)
    conference.start_at = dt.datetime(2021, 7, 2, 14, tzinfo=VIETNAM)
    conference.save()
    follow(conference=conference, actor=an, at=timezone.now())
    document.refresh_from_db()
    assert "13h30" in document.content["lines"][1]["text"]


def test_a_change_that_no_draft_can_follow_is_refused(conference, an):
    draft_invitation(conference=conference, actor=an)
    conference.frame.invitation = ["Theo {fact:khong-co}./."]
    conference.frame.save()
    with pytest.raises(CannotFollow, match="fact:khong-co"):
        follow(conference=conference, actor=an, at=timezone.now())


def test_a_frame_that_cites_nothing_is_named(conference, an):
    conference.frame.invitation = ["Theo {fact:khong-co}./."]
    conference.frame.save()
    with pytest.raises(ValidationError, match="fact:khong-co"):
        draft_invitation(conference=conference, actor=an)
    assert not conference.official_documents.exists()


def test_what_replaces_the_invitation_belongs_to_the_conference(conference, an):
    old = draft_invitation(conference=conference, actor=an)
    issue(document=old, number=5, issued_on=AT.date(), actor=an, at=AT)
    new = lifecycle.replace(document=old, actor=an)
    assert issued_invitation(conference) == old
    now = timezone.now()  # the letterhead is the present one
    issue(document=new, number=6, issued_on=timezone.localdate(now), actor=an, at=now)
    assert issued_invitation(conference) == new


def test_what_replaces_the_invitation_says_what_the_conference_says_now(conference, an):
    old = draft_invitation(conference=conference, actor=an)
    issue(document=old, number=5, issued_on=AT.date(), actor=an, at=AT)
    conference.chair_title = "Thứ trưởng Bộ Công Thương"
    conference.save()
    new = lifecycle.replace(document=old, actor=an)
    assert new.content["lines"][0] == {"label": "Chủ trì", "text": "Thứ trưởng Bộ Công Thương."}
    assert old.content["lines"][0] == {"label": "Chủ trì", "text": "Bộ trưởng Bộ Công Thương."}
