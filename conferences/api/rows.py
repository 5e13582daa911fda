"""Rows of the API, field by field. Names of persons, telephones and addresses of mail stay out of all of them."""

import re

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from conferences.citing import PLACEHOLDER, fill_known
from conferences.facts import facts_of
from conferences.models import (
    AgendaItem,
    Article,
    Conclusion,
    ConclusionItem,
    Conference,
    DraftDocument,
    MaterialVersion,
)
from conferences.policies import can_see_day

# What texts may cite here. Contacts, names of persons and facts of a conference's own stay out.
CITED = re.compile(
    r"(organiser|issuing_unit|kind|name|short_name|formats?|chair_title|time|duration|date|long_date|dates"
    r"|weekday|weekday_number|session|start_time|end_time|end_date|month|year"
    r"|(abbr|legal|leg|visit):[\w-]+)"
)
LEFT_OUT = "[…]"


def absolute(name: str, *args) -> str:
    """The whole address of a page of the portal."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"


def open_facts(conference: Conference) -> dict[str, str]:
    """Of the conference's facts those that say nothing of a person; the chair is there as a post only."""
    facts = facts_of(conference)
    return {name: value for name, value in facts.citable.items() if CITED.fullmatch(name)} | {
        "chair": facts["chair_title"]
    }


def text_of(text: str, facts: dict[str, str]) -> str:
    """A text with the open facts that it cites; where it cites anything else, a mark."""
    return PLACEHOLDER.sub(LEFT_OUT, fill_known(text, facts)) if "{" in text else text


def event(conference: Conference, *, at) -> dict:
    """A conference in a list (``listing.listed``, with sectors, provinces and series)."""
    has_day = can_see_day(None, conference)
    state = conference.state_at(at)
    return {
        "slug": conference.slug,
        "title": conference.title,
        "short_title": conference.short_title,
        "kind": {"code": conference.kind_id, "name": conference.kind.name},
        "state": state,
        "format": conference.format,
        "start": moment(conference.start_at) if has_day else None,
        "end": moment(conference.end_at) if has_day else None,
        "organiser": conference.organiser_name,
        "issuing_unit": conference.issuing_unit_name,
        "places": [place.printed for place in conference.central_places] if has_day else [],
        "sectors": [{"slug": each.slug, "name": each.name} for each in conference.sectors.all()],
        "provinces": [{"uid": each.uid, "name": each.name} for each in conference.provinces.all()],
        "series": {"slug": conference.series.slug, "title": conference.series.title}
        if conference.series
        else None,
        "announced_at": moment(conference.announced_at),
        "updated_at": moment(conference.updated_at),
        "url": absolute("conference", conference.slug),
        "links": {
            "self": absolute("api-event", conference.slug),
            "agenda": absolute("api-agenda", conference.slug),
            "materials": absolute("api-materials", conference.slug),
            "results": absolute("api-results", conference.slug),
        },
    }


def event_in_full(conference: Conference, *, at) -> dict:
    """A conference by itself (``printable`` besides)."""
    facts, has_day = open_facts(conference), can_see_day(None, conference)
    return event(conference, at=at) | {
        "basis": text_of(conference.basis, facts),
        "purpose": text_of(conference.purpose, facts),
        "chair_title": facts["chair"],
        "composition": [
            {"side": group.get_side_display(), "name": text_of(group.name, facts)}
            for group in conference.groups.all()
        ],
        "itinerary": [
            {
                "place": leg.name,
                "first_day": leg.days[0].isoformat() if has_day and leg.days else None,
                "last_day": leg.days[1].isoformat() if has_day and leg.days else None,
            }
            for leg in conference.legs.all()
        ],
        "legal_bases": [
            {
                "kind": each.kind,
                "number": each.number,
                "issuer": each.issuer,
                "issued_on": each.issued_on.isoformat(),
                "abstract": each.abstract,
            }
            for each in conference.legal_bases.all()
        ],
    }


def agenda_item(item: AgendaItem, facts: dict[str, str]) -> dict:
    return {
        "id": item.pk,
        "day": item.day,
        "start": moment(item.starts_at),
        "end": moment(item.ends_at),
        "part": text_of(item.part, facts),
        "title": text_of(item.title, facts),
        "place": item.place,
        "is_break": item.is_break,
    }


def material(version: MaterialVersion) -> dict:
    paper = version.material
    return {
        "id": paper.pk,
        "kind": paper.kind,
        "title": paper.title,
        "agenda_item": paper.agenda_item_id,
        "version": version.number,
        "file_name": version.file_name,
        "content_type": version.content_type,
        "size": version.size,
        "sha256": version.sha256,
        "uploaded_at": moment(version.uploaded_at),
        "open_until": moment(paper.closes_at),
        "url": absolute("material", version.pk),
    }


def conclusion(found: Conclusion, facts: dict[str, str]) -> dict:
    numbers = dict.fromkeys(ConclusionItem.Kind, 0)
    items = []
    for item in found.items.all():
        numbers[item.kind] += 1
        items.append(
            {
                "kind": item.kind,
                "number": numbers[item.kind],
                "text": text_of(item.text, facts),
                "addressee": item.addressee_name,
                "due_on": item.due_on.isoformat() if item.due_on else None,
            }
        )
    return {
        "published_at": moment(found.published_at),
        "opening": text_of(found.opening, facts),
        "items": items,
        "closing": text_of(found.closing, facts),
    }


def draft(document: DraftDocument, *, has_result: bool) -> dict:
    """A draft on which opinions are asked."""
    return {
        "title": document.title,
        "state": document.state,
        "deadline": moment(document.deadline),
        "has_result": has_result,
        "url": f"{settings.PUBLIC_URL}{document.get_absolute_url()}",
    }


def article(found: Article) -> dict:
    return {
        "slug": found.slug,
        "title": found.printed_title or found.title,
        "lead": found.printed_lead,
        "published_at": moment(found.published_at),
        "updated_at": moment(found.updated_at),
        "event": found.conference.slug if found.conference else None,
        "series": found.series.slug if found.series else None,
        "url": absolute("article", found.slug),
    }


def moment(value) -> str | None:
    return timezone.localtime(value).isoformat() if value else None
