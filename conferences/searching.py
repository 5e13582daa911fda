"""Searching events, papers, articles and conclusions: by words without diacritics, the best first.

Words that stand nearly everywhere ("hội nghị") would make the database rank thousands of rows. So the newest
``CANDIDATES`` with all words, and the newest with the words side by side, are found by index, and only those
are ranked. Which index finds them soonest the database cannot know beforehand: for words that stand nearly
everywhere a look at the ``FIRST_LOOK`` newest rows is enough, for all others it is the index of the words.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Case, F, FloatField, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Greatest, Substr
from django.db.models.functions.text import StrIndex

from conferences import listing
from conferences.audiences import invited_to
from conferences.models import Findable
from conferences.policies import is_organiser
from hoinghi.text import Piece, mark_words, words_to_find

CANDIDATES = 200
FIRST_LOOK = 500
# Letters before and after the place that a snippet shows.
BEFORE, SHOWN = 60, 260
# Of what is a line of its own in the text, and would run on in the snippet: no stop before it, no dash after it.
LINE_END = re.compile(r"(?<=[^\s.,;:!?…])\s*\n\s*(?![-–•+])")
MAX_QUERY = 200


@dataclass(frozen=True)
class Answer:
    """One thing that was found, its title and the place of its text in pieces."""

    row: Findable
    title: list[Piece]
    snippet: list[Piece]


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes:
        words: what was looked for, folded.
        ids: the answers, the best first.
        is_capped: there may be more than these.
        nearly: titles that are written nearly so, where nothing was found.
    """

    words: list[str]
    ids: list[int] = field(default_factory=list)
    is_capped: bool = False
    nearly: list[Findable] = field(default_factory=list)


def search(query: str, *, viewer: object, at: dt.datetime, kind: str = "") -> Found:
    """Everything with all words of ``query`` that the viewer may read at ``at``.

    Arguments:
        viewer: an account, anonymous or not.
        kind: only answers of this kind (``Findable.Kind``).
    """
    words = words_to_find(query[:MAX_QUERY])
    if not words:
        return Found([])
    readable = Findable.objects.readable(is_staff=is_organiser(viewer), invited_to=invited_to(viewer), at=at)
    if kind:
        readable = readable.filter(kind=kind)
    together, near = _query(words, "&"), _query(words, "<->")
    candidates = {*_newest(readable, together)}
    is_capped = len(candidates) == CANDIDATES
    if is_capped and len(words) > 1:
        candidates |= {*_newest(readable, near)}
    if not candidates:
        return Found(words, nearly=_nearly(readable, words))
    return Found(words, _ranked(candidates, words, together), is_capped)


def _query(words: list[str], joint: str) -> SearchQuery:
    """All words; the last one may be the beginning of a longer one. ``words_to_find`` leaves letters and digits."""
    return SearchQuery(f" {joint} ".join(words) + ":*", search_type="raw", config="simple")


def _newest(readable: QuerySet[Findable], query: SearchQuery) -> list[int]:
    in_order = readable.order_by("-date")
    seen = list(in_order.annotate(fits=Q(vector=query)).values_list("pk", "fits")[:FIRST_LOOK])
    found = [pk for pk, fits in seen if fits]
    if len(found) < CANDIDATES and len(seen) == FIRST_LOOK:
        found = list(in_order.filter(vector=query).values_list("pk", flat=True)[:CANDIDATES])
    return found[:CANDIDATES]


def _ranked(candidates: set[int], words: list[str], query: SearchQuery) -> list[int]:
    """The best first: words in the title before words in the text, side by side before scattered; then the newest."""
    in_title = Case(
        When(folded_title__contains=" ".join(words), then=Value(1.0)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    rank = SearchRank(F("vector"), query, weights=[0.1, 0.2, 0.4, 1.0], cover_density=True) + in_title
    rows = Findable.objects.filter(pk__in=candidates).annotate(rank=rank)
    return list(rows.order_by("-rank", "-date", "-pk").values_list("pk", flat=True))


def _nearly(readable: QuerySet[Findable], words: list[str]) -> list[Findable]:
    """Titles that are close to what was typed: a letter is missing or wrong."""
    phrase = " ".join(words)
    close = readable.filter(folded_title__trigram_word_similar=phrase)
    rows = close.annotate(likeness=TrigramWordSimilarity(phrase, "folded_title"))
    return list(rows.defer("body", "folded_body", "vector").order_by("-likeness", "-date")[:3])


# ── what is shown ───────────────────────────────────────────────────────────────────────────────────


def answers_of(ids: list[int], words: list[str]) -> list[Answer]:
    """The answers to be shown on one page, each with the place of its text where the words stand.

    The database cuts the place out: a text may have 200,000 letters, and ten of them are shown.
    """
    if not ids:
        return []
    start = Greatest(_place_of(words) - BEFORE, 1)
    rows = (
        Findable.objects.filter(pk__in=ids)
        .select_related("conference", "material")
        .prefetch_related(listing.central_places("conference__places"))
        .annotate(cut=Substr("body", start, SHOWN), cut_from=start)
        .defer("body", "folded_body", "vector")
        .in_bulk()
    )
    return [
        Answer(rows[pk], mark_words(rows[pk].title, words), _snippet(rows[pk], words))
        for pk in ids
        if pk in rows
    ]


def _place_of(words: list[str]) -> Case:
    """Where the words stand side by side, else the longest of them; 0 when they are not in the text."""
    padded = Concat(Value(" "), F("folded_body"))
    phrase, longest = " ".join(words), max(words, key=len)

    def place(of: str) -> Func:
        return StrIndex(padded, Value(f" {of}"))

    return Case(
        When(folded_body__contains=phrase, then=place(phrase)),
        default=place(longest),
        output_field=IntegerField(),
    )


def _snippet(row: Findable, words: list[str]) -> list[Piece]:
    """The cut text without torn words at its ends."""
    cut = LINE_END.sub(" · ", row.cut)
    if row.cut_from > 1:
        cut = f"… {cut.partition(' ')[2]}"
    if len(row.cut) == SHOWN:
        cut = f"{cut.rpartition(' ')[0]} …"
    return mark_words(cut, words)
