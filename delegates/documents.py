"""Official documents about delegates: the list that is signed, and the numbered receipt of a list that came in."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conferences.documents.drafting import (
    body_of,
    drafts_of,
    explained,
    frame_for,
    fresh_facts,
    keep_draft,
    letterhead_of,
    subject_of,
)
from conferences.facts import Facts
from conferences.models import Conference, ConferenceDocument, DocumentFrame
from correspondence import documents
from correspondence.copies import ask_for_copy
from correspondence.models import DocumentCopy, Letterhead, OfficialDocument
from delegates.models import Delegate, Nomination, NominationVersion, Receipt
from directory.models import User
from hoinghi.text import capfirst, format_moment

log = logging.getLogger(__name__)

Kind = OfficialDocument.Kind
SYSTEM = "hệ thống"
# Lists whose people an official list names; one that was given back is being mended.
TAKEN_IN = (Nomination.State.SUBMITTED, Nomination.State.ACCEPTED)


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


def draft_delegate_list(
    *,
    conference: Conference,
    actor: User | str,
    nomination: Nomination | None = None,
    letterhead: Letterhead | None = None,
    frame: DocumentFrame | None = None,
) -> OfficialDocument:
    """Write a draft of the list of delegates, by province; one that waits is brought up to date instead.

    Arguments:
        nomination: whose own list it is, by group and with telephones; None for the whole conference.

    Raises:
        ValidationError: nobody has been sent yet; no letterhead or frame; a value cannot be printed.
    """
    frame = frame_for(Kind.DELEGATE_LIST, frame)
    subject, content = explained(frame, _list_content, conference, nomination, frame)
    letterhead = letterhead or letterhead_of(conference, timezone.localdate())
    for waiting in drafts_of(conference, Kind.DELEGATE_LIST).filter(letterhead=letterhead):
        if waiting.content.get("nomination") == content["nomination"]:
            documents.rewrite_draft(document=waiting, subject=subject, content=content, actor=actor)
            return waiting
    return keep_draft(
        conference=conference,
        kind=Kind.DELEGATE_LIST,
        subject=subject,
        content=content,
        letterhead=letterhead,
        actor=actor,
    )


def _list_content(
    conference: Conference, nomination: Nomination | None, frame: DocumentFrame
) -> tuple[str, dict]:
    delegates = list(_sent(conference, nomination))
    facts = fresh_facts(conference, **_counted(delegates))
    facts["province"] = nomination.sender_in_text if nomination else ""
    *paragraphs, closing = body_of(frame, conference, facts) or [""]
    sections = _by_group(delegates) if nomination else _by_sender(delegates)
    return subject_of(frame, facts), {
        "frame": frame.pk,
        "nomination": nomination.pk if nomination else None,
        "paragraphs": paragraphs,
        "sections": sections,
        "closing": closing,
        "phones": nomination is not None,
    }


def _sent(conference: Conference, nomination: Nomination | None = None):
    """Everybody who is sent, in the order of print: by sender, then in protocol order, reserves last."""
    found = Delegate.objects.filter(state=Delegate.State.PROPOSED, seat__is_live=True)
    if nomination is not None:
        found = found.filter(seat__nomination=nomination)
    else:
        found = found.filter(seat__nomination__conference=conference, seat__nomination__state__in=TAKEN_IN)
    return found.select_related("seat__nomination__conference", "seat__group__conference").order_by(
        "seat__nomination__unit__sort_key",
        "seat__nomination__organisation_name",
        "seat__is_reserve",
        "seat__group__position",
        "seat__position",
        "position",
        "id",
    )


def _by_sender(delegates: Iterable[Delegate]) -> list[dict]:
    return _sections(delegates, lambda delegate: delegate.seat.nomination.sender_name)


def _by_group(delegates: Iterable[Delegate]) -> list[dict]:
    return _sections(delegates, lambda delegate: capfirst(delegate.seat.group.printed))


def _sections(delegates: Iterable[Delegate], title_of) -> list[dict]:
    sections: dict[str, list[dict]] = {}
    for delegate in delegates:
        sections.setdefault(title_of(delegate), []).append(_person(delegate))
    return [{"title": title, "people": people} for title, people in sections.items()]


def _person(delegate: Delegate) -> dict[str, str]:
    notes = ["Dự phòng"] if delegate.seat.is_reserve else []
    if delegate.answer == Delegate.Answer.DECLINED:
        notes.append("Báo vắng")
    return {
        "name": delegate.full_name,
        "job_title": delegate.job_title,
        "organisation": delegate.seat.name,
        "phone": delegate.phone,
        "note": "; ".join(notes),
    }


def _counted(delegates: list[Delegate]) -> dict[str, str]:
    """How many are sent, in the words of official documents: two digits, reserves apart."""
    counted = [delegate for delegate in delegates if not delegate.seat.is_reserve]
    reserves = len(delegates) - len(counted)
    by_group = Counter(delegate.seat.group.label for delegate in counted)
    return {
        "people": f"{len(counted):02d}",
        "organisations": f"{len({delegate.seat_id for delegate in counted}):02d}",
        "reserves": f"{reserves:02d}" if reserves else "",
        "totals": ", ".join(f"{number:02d} {label}" for label, number in by_group.items()),
    }


# ── the receipt ─────────────────────────────────────────────────────────────────────────────────────


def draft_receipt(*, nomination: Nomination, version: NominationVersion) -> Receipt | None:
    """Write the receipt of a list that came in, without a number yet; inside the submission's transaction.

    A list is never refused because its receipt cannot be printed: then there is none, and the log says why.
    """
    conference, day = nomination.conference, timezone.localdate(version.submitted_at)
    letterhead = _receipt_letterhead(conference, day)
    try:
        if letterhead is None:
            raise ValidationError(f"no letterhead of {conference.issuing_unit_name} on {day}")
        with transaction.atomic():
            return _draft_receipt(nomination, version, letterhead)
    except ValidationError as refused:
        log.warning("no receipt for list %s: %s", nomination.pk, " ".join(refused.messages))
        return None


def _draft_receipt(nomination: Nomination, version: NominationVersion, letterhead: Letterhead) -> Receipt:
    conference = nomination.conference
    frame = frame_for(Kind.RECEIPT, None)
    subject, content = explained(frame, _receipt_content, nomination, version, frame)
    before = Receipt.objects.in_force().filter(version__nomination=nomination).first()
    document = documents.draft(
        kind=Kind.RECEIPT,
        letterhead=letterhead,
        subject=subject,
        content=content,
        replaces=before and before.document,
        actor=SYSTEM,
    )
    ConferenceDocument.objects.create(conference=conference, document=document)
    return Receipt.objects.create(version=version, document=document)


def _receipt_content(
    nomination: Nomination, version: NominationVersion, frame: DocumentFrame
) -> tuple[str, dict]:
    conference = nomination.conference
    delegates = list(_sent(conference, nomination))
    facts: Facts = fresh_facts(
        conference,
        sender_organisation=nomination.organisation_name,
        sender=version.submitted_by_name,
        received_at=format_moment(version.submitted_at),
        version=str(version.number),
        province=nomination.sender_in_text,
        **_counted(delegates),
    )
    *paragraphs, closing = body_of(frame, conference, facts) or [""]
    return subject_of(frame, facts), {
        "frame": frame.pk,
        "paragraphs": paragraphs,
        "sections": _by_group(delegates),
        "closing": closing,
        "phones": True,
        "unit": conference.issuing_unit_name,
    }


def _receipt_letterhead(conference: Conference, day: dt.date) -> Letterhead | None:
    """The issuing unit's own letterhead of that day: whoever takes the list in, not the ministry, receipts it."""
    own = Letterhead.objects.as_of(day).filter(organisation=conference.issuing_unit).order_by("id").first()
    chosen = conference.letterhead
    return own or (chosen if chosen and chosen.is_valid_on(day) else None)


def issue_receipt(*, receipt: Receipt, at: dt.datetime) -> DocumentCopy:
    """Give the receipt the next number of its register; answers its copy, whose PDF a worker makes.

    Parallel submissions wait here for each other, so it comes last in their transaction.
    """
    day = timezone.localdate(receipt.version.submitted_at)
    issued = documents.issue_next(document=receipt.document, issued_on=day, actor=SYSTEM, at=at)
    return ask_for_copy(document=issued, recipient="")


def latest_receipt(nomination: Nomination) -> Receipt | None:
    """The receipt of the last list that was receipted."""
    return Receipt.objects.in_force().filter(version__nomination=nomination).first()
