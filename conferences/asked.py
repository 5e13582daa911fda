"""Whom staff may ask for an opinion or give a task: the organisations of a conference, and those of the register."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from conferences.models import Conference
from directory.models import Organisation
from hoinghi.text import fold

# (conference) → organisations that take part, in their order; known to apps above this one.
Participants = Callable[[Conference], Iterable[Organisation]]

_sources: list[Participants] = []
MOST_FOUND = 50
MAX_WORDS = 10


def register_participants(source: Participants) -> None:
    """Let an upper app say which organisations take part in a conference, from its AppConfig."""
    if source not in _sources:
        _sources.append(source)


def participants_of(conference: Conference) -> list[Organisation]:
    """The organisations that are invited: by name in a group, or by whoever nominates; each once."""
    found: dict[int, Organisation] = {}
    for group in conference.groups.prefetch_related("organisations"):
        found |= {each.pk: each for each in group.organisations.all()}
    for source in _sources:
        found |= {each.pk: each for each in source(conference)}
    return list(found.values())


def search(words: str, conference: Conference) -> list[Organisation]:
    """Organisations of the register that have every word, with or without diacritics; those of the conference's
    time and of today."""
    parts = fold(words).split()[:MAX_WORDS]
    if not parts:
        return []
    today = timezone.localdate()
    found = Organisation.objects.as_of(conference.reference_date) | Organisation.objects.as_of(today)
    for part in parts:
        found = found.filter(search__contains=part)
    return list(found.distinct().order_by("sort_key", "pk")[:MOST_FOUND])
