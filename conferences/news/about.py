"""The facts that an article may cite: those of its conference, or those of all conferences of its series."""

from collections import Counter

from conferences import guards
from conferences.citing import fill_known
from conferences.event_facts import previous_of
from conferences.facts import Facts, add_legal_document, facts_of
from conferences.models import Article, Conference, Series

_IN_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


def facts_about(article: Article) -> Facts:
    """What the article may cite, and what it may not spell out; nothing when it is about no event."""
    if article.conference_id:
        return _facts_of_conference(article.conference)
    if article.series_id:
        return _facts_of_series(article.series)
    return Facts()


def _facts_of_conference(conference: Conference) -> Facts:
    """All that the conference's own texts may cite, those texts, and what it came to."""
    printed, facts = facts_of(conference), Facts()
    facts.update(printed)
    facts.guards = list(printed.guards)
    for place in conference.places.all():
        if place.locality:
            name = f"{place.role}_locality"
            facts.guards.append(guards.words(name, "địa phương của nơi họp", place.locality))
    _add_conclusion(facts, conference)
    return facts


def _add_conclusion(facts: Facts, conference: Conference) -> None:
    conclusion = getattr(conference, "conclusion", None)
    if conclusion is None:
        return
    known, numbers = dict(facts), Counter()
    for item in conclusion.items.all():
        numbers[item.kind] += 1
        facts.add(f"{item.kind}:{numbers[item.kind]}", fill_known(item.text, known))


def _facts_of_series(series: Series) -> Facts:
    """``{2:date}`` for the second conference; ``{organiser}`` where all of them say the same."""
    facts = Facts()
    facts.update(series=series.title, basis=series.basis, purpose=series.purpose)
    for document in series.legal_bases.all():
        add_legal_document(facts, document)
    conferences = list(series.conferences.printable().order_by("start_at", "pk"))
    printed = [_facts_of_conference(conference) for conference in conferences]
    shared = {
        name: value
        for name, value in (printed[0] if printed else {}).items()
        if all(other.get(name) == value for other in printed)
    }
    facts.update(shared)
    for number, each in enumerate(printed, start=1):
        facts.update({f"{number}:{name}": value for name, value in each.items()})
        for guard in each.guards:
            name = guard.placeholder if guard.placeholder in shared else f"{number}:{guard.placeholder}"
            facts.guards.append(guards.Guard(name, guard.label, guard.find))
    months = dict.fromkeys(each["month"] for each in printed)
    _add_count(facts, "", len(conferences), ", ".join(months))
    _add_previous(facts, series)
    return facts


def _add_previous(facts: Facts, series: Series) -> None:
    if before := previous_of(series):
        facts.add("previous", before.title)
        _add_count(facts, "previous:", before.count, before.month)


def _add_count(facts: Facts, prefix: str, count: int, months: str) -> None:
    facts.add(f"{prefix}count", str(count or ""))
    facts.add(f"{prefix}count_words", _IN_WORDS[count] if 0 < count < len(_IN_WORDS) else str(count or ""))
    facts.add(f"{prefix}month", months)
