"""Drafts say what the conference says now; what was issued stays as it was printed."""

import datetime as dt

from django.core.exceptions import ValidationError

from conferences.citing import UnknownPlaceholder
from conferences.documents.drafting import drafts_of
from conferences.documents.framed import WRITERS
from conferences.documents.invitation import KIND as INVITATION
from conferences.documents.invitation import invitation_content
from conferences.followers import CannotFollow
from conferences.models import Conference, ConferenceDocument, DocumentFrame
from correspondence.documents import rewrite_draft
from correspondence.models import OfficialDocument
from directory.models import User

# What was chosen when the draft was written, and does not come from the conference.
CHOSEN = ("addressees", "address_line")
# Kinds whose drafts are written from the conference alone.
FOLLOWING = (INVITATION, *WRITERS)


def follow_with_drafts(*, conference: Conference, actor: User | str, at: dt.datetime | None = None) -> None:
    """Rewrite the conference's drafts with its facts; what staff wrote by hand stays and is flagged.

    Raises:
        CannotFollow: one of them could not be printed any more.
    """
    for document in drafts_of(conference, *FOLLOWING):
        _follow(document, conference, actor)


def adopt_replacement(old: OfficialDocument, new: OfficialDocument, actor: User) -> None:
    """What replaces a document of a conference belongs to it too, and says what it says now (``lifecycle.Heir``).

    Raises:
        ValidationError: it could not be printed.
    """
    tie = ConferenceDocument.objects.select_related("conference").filter(document=old).first()
    if tie is None:
        return
    ConferenceDocument.objects.create(conference=tie.conference, document=new)
    if new.kind in FOLLOWING:
        try:
            _follow(new, tie.conference, actor)
        except CannotFollow as refused:
            raise ValidationError(str(refused)) from refused


def _follow(document: OfficialDocument, conference: Conference, actor: User | str) -> None:
    kind = document.get_kind_display()
    try:
        written = _written(document, conference)
        if written is not None:
            subject, content = written
            rewrite_draft(document=document, subject=subject, content=content, actor=actor)
    except UnknownPlaceholder as unknown:
        raise CannotFollow(f"{kind} dự thảo không soạn lại được. {unknown}") from unknown
    except ValidationError as refused:
        raise CannotFollow(f"{kind} dự thảo không soạn lại được. {' '.join(refused.messages)}") from refused


def _written(document: OfficialDocument, conference: Conference) -> tuple[str, dict] | None:
    """Subject and content that the draft would have today; None when its frame is gone."""
    before = document.content
    if document.kind == INVITATION:
        return conference.title, invitation_content(conference, with_notes="appendix" in before)
    frame = DocumentFrame.objects.filter(pk=before.get("frame", "")).first()
    if frame is None:
        return None
    subject, content = WRITERS[document.kind](conference, frame)
    return subject, content | {key: before[key] for key in CHOSEN if key in before}
