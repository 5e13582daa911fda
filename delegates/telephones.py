"""Whom to call on the day of a conference: focal points, their backups, technical officers of the rooms."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils import timezone

from conferences.facts import facts_of
from conferences.models import Conference
from correspondence import pdf
from directory.audit import record
from directory.models import Mandate, User
from venues.people import officers_of

# So many lines, headings among them, stand on one sheet of A4 in letters of 10 pt.
LINES_IN_LARGE_PRINT = 150


@dataclass
class Entry:
    """One province or organisation; ``people`` are (what they are, name, telephone)."""

    name: str
    people: list[tuple[str, str, str]] = field(default_factory=list)


def entries_of(conference: Conference, at: dt.datetime) -> list[Entry]:
    """The organisers first, then every list's organisation in Vietnamese order with its room's officers."""
    organisers = Entry(conference.issuing_unit_name)
    organisers.people += [("Liên hệ", str(each), each.phones) for each in conference.contacts.all()]
    entries = [organisers]
    officers = defaultdict(list)
    for officer in officers_of(conference.bookings.live(), at):
        if officer.is_there:
            shift = officer.officer.shift if officer.officer else ""
            role = f"Kỹ thuật {shift}" if shift else "Kỹ thuật"
            officers[officer.booking.province_id].append((role, officer.full_name, officer.phone))
    organisers.people += officers.pop(None, [])
    lists = (
        conference.nominations.select_related("organisation", "unit")
        .prefetch_related("organisation__contacts")
        .order_by("unit__sort_key", "organisation__sort_key")
    )
    acting = _acting([each.organisation_id for each in lists], at)
    for nomination in lists:
        entry = Entry(nomination.sender_name, list(acting[nomination.organisation_id]))
        for contact in nomination.organisation.contacts.all():
            if contact.is_active and contact.phone:
                role = "Dự phòng" if contact.is_backup else "Liên hệ"
                entry.people.append((role, contact.full_name or contact.email, contact.phone))
        entry.people += officers[nomination.unit_id] if nomination.unit_id else []
        entries.append(entry)
    return entries


def _acting(organisations: list[int], at: dt.datetime) -> dict[int, list[tuple[str, str, str]]]:
    """Organisation → its focal points and whoever stands in for them."""
    mandates = (
        Mandate.objects.as_of(timezone.localdate(at))
        .filter(organisation__in=organisations, role=Mandate.Role.FOCAL_POINT, user__is_active=True)
        .select_related("user")
        .order_by("is_backup", "user__sort_key", "user")
    )
    found = defaultdict(list)
    for mandate in mandates:
        role = "Dự phòng" if mandate.is_backup else "Đầu mối"
        found[mandate.organisation_id].append((role, mandate.user.full_name, mandate.user.phone))
    return found


def print_telephones(*, conference: Conference, actor: User, at: dt.datetime) -> bytes:
    """The list as PDF; audited."""
    entries = entries_of(conference, at)
    people = sum(len(entry.people) for entry in entries)
    facts = facts_of(conference)
    context = {
        "conference": conference,
        "facts": facts,
        "issuer": facts["issuing_unit"],
        "entries": entries,
        "is_long": len(entries) + people > LINES_IN_LARGE_PRINT,
    }
    content = pdf.render(render_to_string("pdf/telephones.html", context))
    record(
        actor=actor,
        action="delegates.export",
        target=conference,
        changes={"file": ["", "telephones"], "people": [0, people]},
    )
    return content
