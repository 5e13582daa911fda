"""The checklist on paper: to be filled in by hand in the room."""

from django.template.loader import render_to_string

from conferences.facts import facts_of
from conferences.models import Conference
from correspondence import pdf
from venues.models import Booking, ChecklistItem


def checklist_pdf(conference: Conference, booking: Booking | None = None) -> bytes:
    """All points with the time by which they must be done, a box and room for a signature.

    Arguments:
        booking: for this room, with its own points only; None: a blank form for any room.
    """
    items = list(conference.checklist.in_force())
    for item in items:
        item.conference = conference
    if booking:
        items = [item for item in items if item.concerns(booking)]
    facts = facts_of(conference)
    context = {
        "conference": conference,
        "facts": facts,
        "issuer": facts["issuing_unit"],
        "items": items,
        "booking": booking,
        "scopes": ChecklistItem.Scope,
    }
    return pdf.render(render_to_string("pdf/checklist.html", context))
