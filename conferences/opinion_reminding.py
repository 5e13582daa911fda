"""Whom reminders about drafts go to: the readers of every organisation that has been asked and has not answered."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from conferences import opinion_letters
from conferences.audiences import Anchor, Audience, Member
from conferences.facts import FACT_ROWS
from conferences.models import Conference, DraftDocument, OpinionSheet
from conferences.reminding import Words, members_of


def silent(conference: Conference, at: dt.datetime) -> list[Member]:
    """The readers of the organisations that were asked about the conference's drafts and have not sent anything."""
    prefetch_related_objects([conference], *FACT_ROWS)
    asking = conference.draft_documents.filter(state=DraftDocument.State.ASKING)
    return [member for draft in asking for member in _silent(draft, conference, at)]


def _silent(draft: DraftDocument, conference: Conference, at: dt.datetime) -> list[Member]:
    sheets = list(
        draft.sheets.asked()
        .exclude(state=OpinionSheet.State.SUBMITTED)
        .select_related("organisation")
        .order_by("organisation__sort_key", "pk")
    )
    draft.conference = conference
    for sheet in sheets:
        sheet.draft = draft
    return members_of(sheets, lambda sheet: draft.deadline, at)


def deadlines(conference: Conference) -> Iterable[dt.datetime]:
    """The deadlines of the drafts that are being asked about."""
    asking = conference.draft_documents.filter(state=DraftDocument.State.ASKING)
    return set(asking.values_list("deadline", flat=True))


_words = Words("reminder_opinions", opinion_letters.reminder_filling)
AUDIENCE = Audience(
    "opinions",
    "Cơ quan chưa góp ý dự thảo",
    Anchor.OPINIONS,
    silent,
    _words.preview,
    _words.letters,
    deadlines,
    goes_on=True,
)
