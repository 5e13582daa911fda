"""The letters about drafts: asking for opinions, receipts, new wordings and deadlines, what became of opinions."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from conferences.letters import Addressee, Filling, addressees_of, around, letter_to, tell_readers
from conferences.models import (
    Conference,
    DraftDocument,
    DraftResult,
    DraftVersion,
    OpinionSheet,
    SheetVersion,
)
from correspondence.letters import write_letter
from correspondence.outbox import enqueue_many
from hoinghi.text import format_moment

# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


def ask(*, draft: DraftDocument, sheets: list[OpinionSheet], at: dt.datetime) -> int:
    """Ask organisations for their opinion; answers how many letters are new."""
    return _tell_each("opinion_request", draft, sheets, at)


def tell_new_version(*, version: DraftVersion, at: dt.datetime) -> int:
    """Tell everybody who is asked that the draft has a new wording."""
    draft = version.draft
    sheets = list(draft.sheets.asked())
    return _tell_each("draft_new_version", draft, sheets, at, suffix=f":{version.number}")


def tell_deadline(*, draft: DraftDocument, at: dt.datetime) -> int:
    """Tell those who have not answered that there is more time."""
    waiting = list(draft.sheets.asked().exclude(state=OpinionSheet.State.SUBMITTED))
    return _tell_each("opinion_deadline", draft, waiting, at, suffix=f":{draft.deadline:%Y%m%d%H%M}")


def tell_result(*, result: DraftResult, at: dt.datetime) -> int:
    """Tell everybody who sent an opinion what became of it."""
    draft = result.draft
    sheets = list(draft.sheets.asked().answered())
    return _tell_each(
        "opinion_result",
        draft,
        sheets,
        at,
        suffix=f":{result.number}",
        path=lambda sheet: reverse("draft-result", args=[draft.pk]),
    )


def filling(sheet: OpinionSheet, version: DraftVersion | None) -> Filling:
    """What the letters to an organisation about its sheet are filled with; facts of the conference around it.

    Arguments:
        version: the newest one that was issued.
    """
    draft = sheet.draft
    deadline = format_moment(draft.deadline) if draft.deadline else ""
    about, frame = around(
        draft.conference,
        extra_facts=[("Dự thảo", draft.title), *([("Hạn góp ý", f"trước {deadline}")] if deadline else [])],
        footer="Ý kiến gửi trên Cổng hội nghị được tổng hợp cùng công văn của Quý cơ quan.",
    )
    return about | {
        "organisation": sheet.organisation_name,
        "draft": draft.title,
        "deadline": deadline,
        "focus": draft.focus,
        "version": str(version.number) if version else "",
        "note": version.note if version else "",
        "text": settings.PUBLIC_URL + draft.get_absolute_url(),
    }, frame


# ── the receipt ─────────────────────────────────────────────────────────────────────────────────────


def send_receipt(*, version: SheetVersion, at: dt.datetime) -> None:
    """Confirm to the organisation what came in, and to whoever sent it from there; a delegate sees it on the page."""
    sheet = version.sheet
    if sheet.organisation is None:
        return
    letter = write_letter("opinion_receipt", *receipt_filling(version))
    readers = addressees_of([sheet.organisation], at)[sheet.organisation_id]
    sender = version.submitted_by
    if (
        sender
        and not sender.is_staff
        and sender.email.lower() not in {each.address.lower() for each in readers}
    ):
        readers = [*readers, Addressee(sender.email, sender.full_name, user=sender)]
    enqueue_many(
        [
            letter_to(
                reader,
                sheet,
                "opinion_receipt",
                letter,
                key=f"opinion_receipt:{sheet.pk}:{version.number}:{reader.address.lower()}",
            )
            for reader in readers
        ],
        at=at,
    )


def receipt_filling(version: SheetVersion) -> Filling:
    sheet = version.sheet
    values, frame = filling(sheet, sheet.draft.current_version() if sheet.pk else None)
    lines = [f"- {row['label'] or 'Ý kiến chung'}: {row['text']}" for row in version.rows]
    return values | {
        "number": str(version.number),
        "moment": f"{format_moment(version.submitted_at)} (giờ Hà Nội)",
        "sender": version.submitted_by_name,
        "opinions": "Thống nhất với dự thảo, không có ý kiến khác." if version.agrees else "\n".join(lines),
    }, frame


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────


def reminder_filling(sheet: OpinionSheet) -> Filling:
    return filling(sheet, sheet.draft.known_version)


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _tell_each(
    kind: str, draft: DraftDocument, sheets: list[OpinionSheet], at: dt.datetime, **options
) -> int:
    """One letter to each reader of each sheet, in the words of ``kind``; answers how many are new.

    Arguments:
        options: of ``tell_readers``.
    """
    for sheet in sheets:
        sheet.draft = draft
    version = draft.current_version()
    return tell_readers(kind, sheets, lambda sheet: filling(sheet, version), at=at, **options)


# ── previews ────────────────────────────────────────────────────────────────────────────────────────


def sample(code: str) -> Filling | None:
    """What the preview of a text is filled with: the latest sheet, or a made-up one on the latest conference."""
    sheet = (
        OpinionSheet.objects.asked()
        .select_related("draft__conference__kind", "organisation")
        .order_by("-draft__conference__start_at", "-submitted_at", "pk")
        .first()
    ) or _made_up_sheet()
    if sheet is None:
        return None
    if code != "opinion_receipt":
        return filling(sheet, sheet.draft.current_version() if sheet.pk else None)
    return receipt_filling(_version_of(sheet))


def _made_up_sheet() -> OpinionSheet | None:
    conference = Conference.objects.order_by("-start_at").first()
    if conference is None:
        return None
    draft = DraftDocument(
        pk=0, conference=conference, title="Dự thảo Nghị định", deadline=conference.start_at
    )
    return OpinionSheet(draft=draft, organisation_name=conference.organiser_name)


def _version_of(sheet: OpinionSheet) -> SheetVersion:
    latest = sheet.versions.first() if sheet.pk else None
    return latest or SheetVersion(
        sheet=sheet,
        number=1,
        rows=[{"label": "Điều 5", "text": "Làm rõ thẩm quyền"}],
        submitted_at=timezone.now(),
        submitted_by_name="Nguyễn Văn A",
    )
