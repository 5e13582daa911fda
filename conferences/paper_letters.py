"""The letters about papers that staff ask for: asked, another time, sent, returned, approved, not wanted any more."""

import datetime as dt

from django.utils import timezone

from conferences.letters import Filling, around, tell_contact, tell_readers
from conferences.models import Conference, PaperRequest, PaperSubmission
from hoinghi.text import format_moment


def tell_asked(*, requests: list[PaperRequest], at: dt.datetime) -> None:
    """Tell each organisation what it is asked for and until when."""
    tell_readers("paper_asked", requests, filling, at=at)


def tell_due(*, request: PaperRequest, at: dt.datetime) -> None:
    tell_readers("paper_due", [request], filling, suffix=f":{request.due_at:%Y%m%d%H%M}", at=at)


def tell_withdrawn(*, request: PaperRequest, at: dt.datetime) -> None:
    tell_readers("paper_withdrawn", [request], filling, at=at)


def tell_returned(*, request: PaperRequest, number: int, at: dt.datetime) -> None:
    tell_readers("paper_returned", [request], filling, suffix=f":{number}", at=at)


def tell_approved(*, request: PaperRequest, number: int, at: dt.datetime) -> None:
    tell_readers("paper_approved", [request], filling, suffix=f":{number}", at=at)


def tell_submitted(*, submission: PaperSubmission, at: dt.datetime) -> None:
    """Tell the conference's contact that a paper waits."""
    request = submission.request
    values, frame = filling(request)
    values |= {"file": submission.file_name, "note": submission.note}
    tell_contact("paper_submitted", request, (values, frame), number=submission.number, at=at)


def filling(request: PaperRequest) -> Filling:
    """What every letter about a request is filled with; facts of the conference around it."""
    item = request.agenda_item.printed_title if request.agenda_item else ""
    due = format_moment(request.due_at)
    about, frame = around(
        request.conference,
        extra_facts=[
            ("Tài liệu", request.title),
            *([("Cho nội dung", item)] if item else []),
            ("Hạn gửi", f"trước {due}"),
        ],
        footer="Tài liệu gửi trên Cổng hội nghị, đơn vị tổ chức duyệt rồi mới đăng.",
    )
    return about | {
        "organisation": request.organisation_name,
        "paper": request.title,
        "guidance": request.guidance,
        "due": due,
        "reason": request.reason,
    }, frame


# ── previews ────────────────────────────────────────────────────────────────────────────────────────


def sample(code: str) -> Filling | None:
    """What the preview of a text is filled with: the latest request, or a made-up one on the latest conference."""
    request = PaperRequest.objects.with_story().order_by("-asked_at", "-pk").first() or _made_up()
    if request is None:
        return None
    values, frame = filling(request)
    return values | {
        "reason": values["reason"] or "bản gửi thiếu phụ lục số liệu",
        "contact": "đồng chí liên hệ",
        "file": "Tham luận.pdf",
        "note": "Bản đã được lãnh đạo duyệt.",
    }, frame


def _made_up() -> PaperRequest | None:
    conference = Conference.objects.order_by("-start_at").first()
    if conference is None:
        return None
    return PaperRequest(
        conference=conference,
        organisation_name=conference.organiser_name,
        title="Tham luận về phát triển cụm công nghiệp",
        due_at=timezone.now() + dt.timedelta(days=7),
    )
