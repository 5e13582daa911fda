"""The texts of a conference: whether each may stand in it, as the clerk is told."""

from collections.abc import Iterator

from conferences.citing import UnknownPlaceholder, fill
from conferences.facts import TEXT_FIELDS, Facts, facts_of, names_of, problems_in
from conferences.models import Conference, ConferenceFact
from conferences.notice import build_notice


def problems_of_text(text: str, facts: Facts, *, complete: bool) -> list[str]:
    """Why a free text may not stand: facts spelled out, placeholders that do not exist.

    Arguments:
        complete: whether a cited fact must have been typed already; in a draft it may still be empty.
    """
    if not complete:
        standing_in = Facts()
        standing_in.update({name: printed or "…" for name, printed in facts.items()})
        standing_in.guards, standing_in.texts = facts.guards, facts.texts
        facts = standing_in
    return problems_in(text, facts)


def problems_of_name(text: str, conference: Conference) -> list[str]:
    """Why a short field (chair, group, place, agenda) may not stand: it cites what only free texts may cite."""
    try:
        fill(text, names_of(conference))
    except UnknownPlaceholder as unknown:
        return [
            f"{unknown} Ở ô này chỉ dẫn được tên: {{organiser}}, {{issuing_unit}}, {{name}}, {{abbr:mã}}."
        ]
    return []


def problems_of_conference(conference: Conference) -> list[str]:
    """Everything that is wrong with the texts of a conference that is about to be published."""
    facts = facts_of(conference)
    problems = [problem for text in _texts_of(conference) for problem in problems_in(text, facts)]
    if not problems:
        try:
            build_notice(conference, facts)
        except UnknownPlaceholder as unknown:
            problems.append(f"Khung thông báo “{conference.frame}”: {unknown}")
    return problems


def _texts_of(conference: Conference) -> Iterator[str]:
    for field in TEXT_FIELDS:
        yield getattr(conference, field)
    for note in conference.notes.all():
        yield note.text
        yield note.items
    for fact in conference.facts.filter(type=ConferenceFact.Type.TEXT):
        yield fact.value
