"""Delegates say what they think of a draft: by personal link, where the draft allows it."""

import datetime as dt
from collections.abc import Iterator

from conferences.models import Conference, DraftDocument, OpinionSheet
from conferences.opinion_policies import can_read_draft, holder_obstacle
from delegates.models import Delegate
from directory.models import Organisation


def participants(conference: Conference) -> Iterator[Organisation]:
    """The organisations that nominate delegates of a conference; registered with ``conferences.asked``."""
    nominations = conference.nominations.select_related("organisation")
    for nomination in nominations.order_by("unit__sort_key", "organisation__sort_key"):
        yield nomination.organisation


def drafts_for(delegate: Delegate) -> list[DraftDocument]:
    """The drafts that the delegate may read: of the conference, and those shared in its series."""
    conference = delegate.seat.nomination.conference
    found = DraftDocument.objects.filter(conference=conference)
    if conference.series_id:
        found |= DraftDocument.objects.filter(for_series=True, conference__series=conference.series_id)
    found = found.exclude(state=DraftDocument.State.PREPARING).select_related("conference__kind")
    return [draft for draft in found if can_read_draft(delegate, draft)]


def holder_of(delegate: Delegate) -> str:
    """How personal links name the delegate."""
    return f"delegate:{delegate.pk}"


def sheet_for(delegate: Delegate, draft: DraftDocument) -> OpinionSheet:
    """The delegate's sheet; not saved as long as nothing has been written into it."""
    found = draft.sheets.filter(holder=holder_of(delegate)).first()
    sheet = found or OpinionSheet(holder=holder_of(delegate), organisation_name=delegate.seat.name)
    sheet.draft = draft
    return sheet


def open_drafts(delegate: Delegate, at: dt.datetime) -> list[tuple[DraftDocument, bool]]:
    """(draft, whether the delegate can give an opinion on it now), for the delegate's own page."""
    return [(draft, not holder_obstacle(delegate, draft, at)) for draft in drafts_for(delegate)]
