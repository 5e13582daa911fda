"""The agenda on paper, in the form of official documents (NĐ 30/2020/NĐ-CP, Phụ lục I)."""

import datetime as dt
from itertools import groupby

from django.core.cache import cache
from django.template.loader import render_to_string

from conferences.agenda import draft_items, newest_version, shown_items
from conferences.documents import issued_invitation
from conferences.facts import facts_of
from conferences.models import AgendaItem, Conference
from correspondence import pdf
from correspondence.printing import ISSUER, SUBJECT
from correspondence.typesetting import balanced, unprintable
from hoinghi.text import VIETNAM, capfirst, format_date, format_time, slugify, upper, weekday_words

# Since then whoever comes is told that there may be a recording (Luật 91/2025/QH15, Điều 32.2).
RECORDING_IS_TOLD = dt.datetime(2026, 1, 1, tzinfo=VIETNAM)
# A page takes a tenth of a second to set, and anybody may ask for it.
_KEPT_SECONDS = 600


def agenda_pdf(conference: Conference, *, draft: bool = False) -> bytes:
    """The agenda as PDF: what is published, or the draft, which says so in its head."""
    if draft:
        return _render(conference, draft_items(conference), "DỰ THẢO")
    version = newest_version(conference)
    invitation = issued_invitation(conference)
    key = (
        f"conferences:agenda:{conference.pk}:{version.number if version else 0}"
        f":{conference.updated_at:%Y%m%d%H%M%S%f}:{invitation.pk if invitation else ''}"
    )
    if (kept := cache.get(key)) is None:
        kept = _render(conference, shown_items(conference), "", invitation)
        cache.set(key, kept, _KEPT_SECONDS)
    return kept


def file_name(conference: Conference) -> str:
    return f"chuong-trinh-{slugify(conference.title)[:60]}.pdf"


def _render(conference: Conference, items: list[AgendaItem], mark: str, invitation=None) -> bytes:
    facts = facts_of(conference)
    version = newest_version(conference)
    context = {
        "title": f"Chương trình – {facts['name']}",
        "issuer": facts["issuing_unit"],
        "subject": facts["name"],
        "mark": mark,
        "parent_lines": balanced(upper(facts["organiser"]), bold=False, **ISSUER),
        "issuer_lines": balanced(upper(facts["issuing_unit"]), **ISSUER),
        "subject_lines": balanced(facts["name"], **SUBJECT),
        "invitation": str(invitation) if invitation else "",
        "version": version if not mark else None,
        "facts": facts,
        "days": list(_days(items)),
        "has_places": any(item.place for item in items),
        "tells_of_recording": conference.start_at >= RECORDING_IS_TOLD,
    }
    return pdf.render(_printable(render_to_string("pdf/chuong_trinh.html", context)))


def _printable(page: str) -> str:
    """Without the characters that the typeface lacks: an empty box helps nobody."""
    return page.translate({ord(char): None for char in unprintable(page)})


def _days(items: list[AgendaItem]):
    """The items day by day, each with the parts of that day."""
    for day, of_day in groupby(items, key=lambda item: item.day):
        of_day = list(of_day)
        start = of_day[0].starts_at
        yield {
            "number": day,
            "label": f"{capfirst(weekday_words(start))}, ngày {format_date(start)}",
            "parts": [
                {"name": part, "items": [_line(item) for item in of_part]}
                for part, of_part in groupby(of_day, key=lambda item: item.printed_part)
            ],
        }


def _line(item: AgendaItem) -> dict[str, str]:
    ends = f" – {format_time(item.ends_at)}" if item.ends_at else ""
    return {
        "time": f"{format_time(item.starts_at)}{ends}",
        "title": item.printed_title,
        "presenter": item.printed_presenter,
        "chair": item.printed_chair,
        "place": item.place,
    }
