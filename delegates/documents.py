"""Official documents about delegates: the list that is signed, and the numbered receipt of a list that came in."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

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
from conferences.models import Conference, ConferenceDocument, DocumentFrame, InvitedGroup
from conferences.topics import topic_of
from correspondence import documents
from correspondence.copies import ask_for_copy
from correspondence.models import DocumentCopy, Letterhead, OfficialDocument
from delegates.models import Delegate, Nomination, NominationVersion, Receipt
from delegates.rows import Row, in_printed_order
from directory.models import User
from hoinghi.text import capfirst, format_moment, name_key

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
    people = [_of_delegate(delegate) for delegate in _sent(conference, nomination)]
    facts = fresh_facts(conference, **_counted(people))
    facts["province"] = nomination.sender_in_text if nomination else ""
    *paragraphs, closing = body_of(frame, conference, facts) or [""]
    sections = _sections(people, by_sender=nomination is None)
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
        "seat__nomination__organisation__sort_key",
        "seat__is_reserve",
        "seat__group__position",
        "seat__position",
        "position",
        "id",
    )


@dataclass(frozen=True)
class _Person:
    """Somebody on a printed list.

    Attributes:
        place: whoever shares it counts as one organisation.
        printed: the line of the document's table.
    """

    sender: str
    group: InvitedGroup
    place: Hashable
    is_reserve: bool
    printed: dict[str, str]


def _of_delegate(delegate: Delegate) -> _Person:
    seat, notes = delegate.seat, ["Dự phòng"] if delegate.seat.is_reserve else []
    if delegate.answer == Delegate.Answer.DECLINED:
        notes.append("Báo vắng")
    line = _line(delegate, seat.name, "; ".join(notes))
    return _Person(seat.nomination.sender_name, seat.group, seat.pk, seat.is_reserve, line)


def _of_row(nomination: Nomination, group: InvitedGroup, row: Row) -> _Person:
    """A person as a kept version has it."""
    line = _line(row, row.organisation, "Dự phòng" if row.reserve else "")
    place = group.pk, name_key(row.organisation)
    return _Person(nomination.sender_name, group, place, row.reserve, line)


def _line(person: Delegate | Row, organisation: str, note: str) -> dict[str, str]:
    return {
        "name": person.full_name,
        "job_title": person.job_title,
        "organisation": organisation,
        "phone": person.phone,
        "note": note,
    }


def _sections(people: Iterable[_Person], *, by_sender: bool = False) -> list[dict]:
    """The lines under their senders or their groups, in the order in which they come."""
    sections: dict[str, list[dict]] = {}
    for person in people:
        title = person.sender if by_sender else capfirst(person.group.printed)
        sections.setdefault(title, []).append(person.printed)
    return [{"title": title, "people": lines} for title, lines in sections.items()]


def _counted(people: list[_Person]) -> dict[str, str]:
    """How many are sent, in the words of official documents: two digits, reserves apart."""
    counted = [person for person in people if not person.is_reserve]
    reserves = len(people) - len(counted)
    by_group = Counter(person.group.label for person in counted)
    return {
        "people": f"{len(counted):02d}",
        "organisations": f"{len({person.place for person in counted}):02d}",
        "reserves": f"{reserves:02d}" if reserves else "",
        "totals": ", ".join(f"{number:02d} {label}" for label, number in by_group.items()),
    }


# ── the receipt ─────────────────────────────────────────────────────────────────────────────────────


def draft_receipt(*, version: NominationVersion) -> Receipt | None:
    """Write the receipt of a list that came in, without a number yet.

    It prints the version, whatever becomes of the list. When it cannot be printed there is none, and the log says why.
    """
    nomination, day = version.nomination, timezone.localdate(version.submitted_at)
    conference = nomination.conference
    letterhead = _receipt_letterhead(conference, day)
    try:
        if letterhead is None:
            raise ValidationError(f"no letterhead of {conference.issuing_unit_name} on {day}")
        with transaction.atomic():
            return _draft_receipt(version, letterhead)
    except ValidationError as refused:
        log.warning("no receipt for list %s: %s", nomination.pk, " ".join(refused.messages))
        return None


def _draft_receipt(version: NominationVersion, letterhead: Letterhead) -> Receipt:
    nomination, frame = version.nomination, frame_for(Kind.RECEIPT, None)
    subject, content = explained(frame, _receipt_content, version, frame)
    before = Receipt.objects.in_force().filter(version__nomination=nomination).first()
    document = documents.draft(
        kind=Kind.RECEIPT,
        letterhead=letterhead,
        subject=subject,
        content=content,
        replaces=before and before.document,
        actor=SYSTEM,
    )
    ConferenceDocument.objects.create(conference=nomination.conference, document=document)
    return Receipt.objects.create(version=version, document=document)


def _receipt_content(version: NominationVersion, frame: DocumentFrame) -> tuple[str, dict]:
    nomination, conference = version.nomination, version.nomination.conference
    rows = in_printed_order(version.rows, conference.groups.all())
    people = [_of_row(nomination, group, row) for group, row in rows]
    facts: Facts = fresh_facts(
        conference,
        sender_organisation=nomination.organisation_name,
        sender=version.submitted_by_name,
        received_at=format_moment(version.submitted_at),
        version=str(version.number),
        province=nomination.sender_in_text,
        **_counted(people),
    )
    *paragraphs, closing = body_of(frame, conference, facts) or [""]
    return subject_of(frame, facts), {
        "frame": frame.pk,
        "paragraphs": paragraphs,
        "sections": _sections(people),
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

    Whoever does so at the same time waits here until this transaction ends.
    """
    day = timezone.localdate(receipt.version.submitted_at)
    issued = documents.issue_next(document=receipt.document, issued_on=day, actor=SYSTEM, at=at)
    return ask_for_copy(document=issued, recipient="")


def latest_receipt(nomination: Nomination) -> Receipt | None:
    """The receipt of the last list that was receipted."""
    return Receipt.objects.in_force().filter(version__nomination=nomination).first()


def topic_of_receipt(document: int) -> str:
    """What the Phiếu tiếp nhận with this document's id is about; "" when it is none."""
    conference = Conference.objects.filter(nominations__versions__receipt__document=document).first()
    return topic_of(conference) if conference else ""
