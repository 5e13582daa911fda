"""The Giấy mời of a conference: what it says (Mẫu 1.7), its draft, and the one that is in force."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conferences.citing import Mentions, UnknownPlaceholder
from conferences.facts import facts_of
from conferences.followers import CannotFollow
from conferences.frames import write
from conferences.models import Conference, ConferenceDocument
from correspondence.documents import draft, rewrite_draft
from correspondence.models import Letterhead, OfficialDocument
from directory.models import User
from hoinghi.text import capfirst


def invitation_content(conference: Conference) -> dict:
    """What the Giấy mời prints besides head, number, recipient and signer.

    Labels are those of the form (NĐ 30/2020/NĐ-CP, Phụ lục III, Mẫu 1.7); what follows the places comes from
    the conference's frame.

    Raises:
        UnknownPlaceholder: the frame cites a fact that the conference does not have.
    """
    facts = facts_of(conference)
    lines = [
        {"label": "Chủ trì", "text": f"{capfirst(facts['chair'])}."},
        {"label": "Thời gian", "text": f"{capfirst(facts['time'])}."},
    ]
    if places := [f"{place.printed_label}: {place.printed}." for place in conference.places.all()]:
        lines.append({"label": "Địa điểm", "items": places})
    written = [write(paragraph, facts) for paragraph in conference.frame.invitation]
    *paragraphs, closing = [paragraph for paragraph in written if paragraph] or [""]
    return {
        "organiser": facts["organiser"],
        "event": f"{Mentions(conference.abbreviations.all()).introduce(facts['name'])}.",
        "lines": lines,
        "paragraphs": paragraphs,
        "closing": closing,
    }


def letterhead_of(conference: Conference, on: dt.date) -> Letterhead | None:
    """The letterhead chosen for the conference, else the issuing unit's own that is valid ``on``."""
    own = Letterhead.objects.as_of(on).filter(organisation=conference.issuing_unit)
    return conference.letterhead or own.order_by("id").first()


@transaction.atomic
def draft_invitation(*, conference: Conference, actor: User | str) -> OfficialDocument:
    """Write a draft of the Giấy mời with the facts of this moment.

    Raises:
        ValidationError: no letterhead, or a value that the form or the frame needs is missing.
    """
    letterhead = letterhead_of(conference, timezone.localdate())
    if letterhead is None:
        raise ValidationError(
            f"Chưa có mẫu đầu văn bản của {conference.issuing_unit_name}. "
            "Thêm một mẫu, hoặc chọn mẫu ở trang của hội nghị."
        )
    try:
        content = invitation_content(conference)
    except UnknownPlaceholder as unknown:
        raise ValidationError(f"Khung “{conference.frame}”: {unknown}") from unknown
    document = draft(
        kind=OfficialDocument.Kind.INVITATION,
        letterhead=letterhead,
        subject=conference.title,
        content=content,
        actor=actor,
    )
    ConferenceDocument.objects.create(conference=conference, document=document)
    return document


def follow_with_drafts(*, conference: Conference, actor: User | str) -> None:
    """Let drafts of the Giấy mời say what the conference says now; what was issued stays as it was printed.

    Raises:
        CannotFollow: the Giấy mời could not be printed any more.
    """
    drafts = OfficialDocument.objects.filter(
        pk__in=conference.official_documents.values("document"),
        kind=OfficialDocument.Kind.INVITATION,
        state=OfficialDocument.State.DRAFT,
    )
    try:
        for document in drafts:
            rewrite_draft(document=document, content=invitation_content(conference), actor=actor)
    except UnknownPlaceholder as unknown:
        raise CannotFollow(f"Giấy mời dự thảo không soạn lại được. {unknown}") from unknown
    except ValidationError as refused:
        raise CannotFollow(f"Giấy mời dự thảo không soạn lại được. {' '.join(refused.messages)}") from refused


def issued_invitation(conference: Conference) -> OfficialDocument | None:
    """The Giấy mời in force: the last one issued and neither replaced nor recalled."""
    return (
        OfficialDocument.objects.filter(
            pk__in=conference.official_documents.values("document"),
            kind=OfficialDocument.Kind.INVITATION,
            state=OfficialDocument.State.ISSUED,
        )
        .order_by("-issued_on", "-id")
        .first()
    )
