"""Công văn, thông báo and biên bản of a conference: their words are a ``DocumentFrame``, their facts its own."""

from django.core.exceptions import ValidationError

from conferences.concluding import lines_of, prints_conclusion, texts_of
from conferences.documents.drafting import body_of, explained, frame_for, fresh_facts, keep_draft, subject_of
from conferences.frames import write
from conferences.models import Conference, DocumentFrame
from correspondence.models import Letterhead, OfficialDocument
from directory.models import Organisation, User
from hoinghi.text import format_moment

Kind = OfficialDocument.Kind


def official_letter(conference: Conference, frame: DocumentFrame) -> tuple[str, dict]:
    """Subject and content of a công văn to all focal organisations, named by their kind.

    Raises:
        UnknownPlaceholder: the frame cites a fact that there is not.
    """
    focal = conference.focal_kind.name if conference.focal_kind else ""
    facts = fresh_facts(conference, focal=focal)
    addressees = [write(line, facts) for line in frame.addressees.splitlines()]
    return subject_of(frame, facts), {
        "frame": frame.pk,
        "addressees": [addressee for addressee in addressees if addressee],
        "paragraphs": body_of(frame, conference, facts),
    }


def focal_organisations(conference: Conference) -> list[str]:
    """The focal organisations of the conference's provinces by name, in the order of the provinces."""
    date = conference.reference_date
    found = Organisation.objects.as_of(date).filter(kind=conference.focal_kind_id, unit__isnull=False)
    return list(found.order_by("unit__sort_key").values_list("name", flat=True))


def notice(conference: Conference, frame: DocumentFrame) -> tuple[str, dict]:
    """Subject and content of a thông báo.

    Raises:
        UnknownPlaceholder: the frame cites a fact that there is not.
        ValidationError: the frame prints a conclusion that there is not.
    """
    facts = fresh_facts(conference)
    facts.update(texts_of(conference, facts))
    if prints_conclusion(frame.blocks) and not lines_of(conference, facts):
        raise ValidationError(
            "Hội nghị chưa có kết luận. Ghi kết luận ở trang “Kết luận”, rồi soạn thông báo."
        )
    return subject_of(frame, facts), {"frame": frame.pk, "paragraphs": body_of(frame, conference, facts)}


def minutes(conference: Conference, frame: DocumentFrame) -> tuple[str, dict]:
    """Subject and content of a biên bản (Mẫu 1.9), as planned; the secretary fills in how it went.

    Raises:
        UnknownPlaceholder: the frame cites a fact that there is not.
    """
    facts = fresh_facts(conference)
    *paragraphs, closing = body_of(frame, conference, facts) or [""]
    places = [f"{place.printed_label}: {place.printed}" for place in conference.places.all()]
    return subject_of(frame, facts), {
        "frame": frame.pk,
        "start": format_moment(conference.start_at),
        "place": "; ".join(places),
        "present": [line.rstrip(".") for line in facts["composition"].splitlines() if line],
        "chair": facts["chair"],
        "secretary": "",
        "paragraphs": paragraphs,
        "closing": closing,
        "chair_name": conference.chair_name,
        "secretary_name": "",
    }


WRITERS = {Kind.OFFICIAL_LETTER: official_letter, Kind.NOTICE: notice, Kind.MINUTES: minutes}


def draft_official_letter(
    *,
    conference: Conference,
    actor: User | str,
    letterhead: Letterhead | None = None,
    frame: DocumentFrame | None = None,
    by_name: bool = False,
) -> OfficialDocument:
    """Write a draft of a công văn with the facts of this moment.

    Arguments:
        frame: its words; the usual ones by default.
        by_name: whether "Kính gửi" lists every focal organisation instead of naming them together.

    Raises:
        ValidationError: no letterhead or frame, or a value that the form or the frame needs is missing.
    """
    changes = {"addressees": focal_organisations(conference)} if by_name else {}
    return _draft(Kind.OFFICIAL_LETTER, conference, actor, letterhead, frame, changes)


def draft_notice(
    *,
    conference: Conference,
    actor: User | str,
    letterhead: Letterhead | None = None,
    frame: DocumentFrame | None = None,
) -> OfficialDocument:
    """Write a draft of a thông báo.

    Raises:
        ValidationError: as ``draft_official_letter``.
    """
    return _draft(Kind.NOTICE, conference, actor, letterhead, frame, {})


def draft_minutes(
    *,
    conference: Conference,
    actor: User | str,
    letterhead: Letterhead | None = None,
    frame: DocumentFrame | None = None,
) -> OfficialDocument:
    """Write a draft of the biên bản; secretary and signers are filled in before it is issued.

    Raises:
        ValidationError: as ``draft_official_letter``.
    """
    return _draft(Kind.MINUTES, conference, actor, letterhead, frame, {})


def _draft(
    kind: str,
    conference: Conference,
    actor: User | str,
    letterhead: Letterhead | None,
    frame: DocumentFrame | None,
    changes: dict,
) -> OfficialDocument:
    frame = frame_for(kind, frame)
    subject, content = explained(frame, WRITERS[kind], conference, frame)
    return keep_draft(
        conference=conference,
        kind=kind,
        subject=subject,
        content=content | changes,
        letterhead=letterhead,
        actor=actor,
    )
