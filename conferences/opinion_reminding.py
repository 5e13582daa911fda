"""Whom reminders about drafts go to: the readers of every organisation that has been asked and has not answered."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import prefetch_related_objects

from conferences import opinion_letters
from conferences.audiences import Anchor, Audience, Member
from conferences.facts import FACT_ROWS
from conferences.letters import addressees_of
from conferences.models import Conference, DraftDocument, OpinionSheet
from correspondence.letters import Letter
from correspondence.outbox import OutgoingLetter


def silent(conference: Conference, at: dt.datetime) -> list[Member]:
    """The readers of the organisations that were asked about the conference's drafts and have not sent anything;
    one whom nobody reads for stands there without an address."""
    prefetch_related_objects([conference], *FACT_ROWS)
    asking = conference.draft_documents.filter(state=DraftDocument.State.ASKING)
    return [member for draft in asking for member in _silent(draft, conference, at)]


def _silent(draft: DraftDocument, conference: Conference, at: dt.datetime) -> Iterator[Member]:
    sheets = list(
        draft.sheets.asked()
        .exclude(state=OpinionSheet.State.SUBMITTED)
        .select_related("organisation")
        .order_by("organisation__sort_key", "pk")
    )
    draft.conference = conference
    version = draft.current_version()
    readers = addressees_of([sheet.organisation for sheet in sheets], at)
    for sheet in sheets:
        sheet.draft = draft
        for reader in readers[sheet.organisation_id] or [None]:
            yield Member(
                key=f"{sheet.pk}:{reader.address.lower() if reader else ''}",
                name=sheet.organisation_name,
                address=reader.address if reader else "",
                date=draft.deadline,
                about=(sheet, version, reader),
            )


def deadlines(conference: Conference) -> Iterable[dt.datetime]:
    """The deadlines of the drafts that are being asked about."""
    asking = conference.draft_documents.filter(state=DraftDocument.State.ASKING)
    return set(asking.values_list("deadline", flat=True))


def _preview(member: Member) -> Letter:
    sheet, version, _ = member.about
    return opinion_letters.reminder(sheet, version)


def _letters(members: list[Member], at: dt.datetime) -> Iterator[OutgoingLetter]:
    return opinion_letters.reminders((member.key, *member.about) for member in members)


AUDIENCE = Audience(
    "opinions",
    "Cơ quan chưa góp ý dự thảo",
    Anchor.OPINIONS,
    silent,
    _preview,
    _letters,
    deadlines,
    goes_on=True,
)
