"""The letters about papers that staff ask for: asked, another time, sent, returned, approved, not wanted any more."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import prefetch_related_objects
from django.utils import timezone

from conferences.facts import remember_facts
from conferences.letters import Addressee, Filling, addressees_of, around, outgoing
from conferences.models import Conference, PaperRequest, PaperSubmission
from correspondence.letters import Letter, write_letter, write_letters
from correspondence.outbox import OutgoingLetter, enqueue_many
from hoinghi.text import format_moment


def tell_asked(*, requests: list[PaperRequest], at: dt.datetime) -> None:
    """Tell each organisation what it is asked for and until when."""
    _tell_each("paper_asked", requests, at)


def tell_due(*, request: PaperRequest, at: dt.datetime) -> None:
    _tell_each("paper_due", [request], at, suffix=f":{request.due_at:%Y%m%d%H%M}")


def tell_withdrawn(*, request: PaperRequest, at: dt.datetime) -> None:
    _tell_each("paper_withdrawn", [request], at)


def tell_returned(*, request: PaperRequest, number: int, at: dt.datetime) -> None:
    _tell_each("paper_returned", [request], at, suffix=f":{number}")


def tell_approved(*, request: PaperRequest, number: int, at: dt.datetime) -> None:
    _tell_each("paper_approved", [request], at, suffix=f":{number}")


def tell_submitted(*, submission: PaperSubmission, at: dt.datetime) -> None:
    """Tell the conference's contact that a paper waits; staff see it on their page all the same."""
    request = submission.request
    contact = request.conference.contacts.first()
    if contact is None or not contact.email:
        return
    values, frame = filling(request)
    letter = write_letter(
        "paper_submitted",
        values | {"contact": str(contact), "file": submission.file_name, "note": submission.note},
        frame,
    )
    enqueue_many(
        [
            outgoing(
                request.conference,
                letter,
                key=f"paper_submitted:{request.pk}:{submission.number}",
                kind="paper_submitted",
                address=contact.email,
                recipient_name=contact.full_name,
                link_path=request.get_absolute_url(),
            )
        ],
        at=at,
    )


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


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────


def reminder(request: PaperRequest) -> Letter:
    return write_letter("reminder_papers", *filling(request))


def reminders(wanted: Iterable[tuple[str, PaperRequest, Addressee]]) -> Iterator[OutgoingLetter]:
    """Letters of (key, request, reader)."""
    for key, request, reader in wanted:
        yield _letter(request, "reminder_papers", reminder(request), reader, key=key)


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _tell_each(kind: str, requests: list[PaperRequest], at: dt.datetime, *, suffix: str = "") -> None:
    """One letter to each reader of each organisation that is asked."""
    prefetch_related_objects(requests, "organisation")
    for conference in {id(each.conference): each.conference for each in requests}.values():
        remember_facts(conference)
    readers = addressees_of([each.organisation for each in requests], at)
    written = write_letters(kind, [filling(each) for each in requests])
    enqueue_many(
        [
            _letter(
                request, kind, letter, reader, key=f"{kind}:{request.pk}{suffix}:{reader.address.lower()}"
            )
            for request, letter in zip(requests, written, strict=True)
            for reader in readers[request.organisation_id]
        ],
        at=at,
    )


def _letter(
    request: PaperRequest, kind: str, letter: Letter, reader: Addressee, *, key: str
) -> OutgoingLetter:
    return outgoing(
        request.conference,
        letter,
        key=key,
        kind=kind,
        address=reader.address,
        recipient_name=request.organisation_name,
        contact=reader.contact,
        user=reader.user,
        link_path=request.get_absolute_url(),
    )


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
