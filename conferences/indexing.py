"""Keeping what can be found up to date: a sweep looks for whatever has changed since it was taken up.

The sweep compares times, so nobody who changes a conference has to think of the search. Whether somebody may
see an answer is asked when it is given (``Findable.objects.readable``), never here.
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from conferences.agenda import line_of, shown_items
from conferences.changes import known_time
from conferences.citing import UnknownPlaceholder
from conferences.facts import expand, facts_of
from conferences.models import Article, Conclusion, Conference, Findable, Material
from conferences.notice import build_notice, notice_text
from correspondence.waking import wake_on_commit
from directory.models import User
from hoinghi.text import find_letters, nfc

log = logging.getLogger(__name__)

Kind = Findable.Kind
SWEEP = "conferences.tasks.index_changes"
# A tsvector holds a megabyte; what stands further back in a document is not found.
MAX_LETTERS = 200_000


@dataclass(frozen=True)
class Entry:
    """What is written into one row."""

    title: str
    parts: Iterable[str]
    url: str
    date: dt.datetime
    changed_at: dt.datetime

    def as_values(self) -> dict:
        title = nfc(self.title)[:300]
        body = nfc("\n".join(filter(None, self.parts)), lines=True)[:MAX_LETTERS]
        return {
            "title": title,
            "body": body,
            "folded_title": find_letters(title),
            "folded_body": find_letters(body),
            "url": self.url,
            "date": self.date,
            "indexed_at": self.changed_at,
        }


# ── the sweep ───────────────────────────────────────────────────────────────────────────────────────


def index_changes(*, limit: int = 500) -> int:
    """Take up what has changed; answers how many conferences and articles that were."""
    conferences = list(_changed_conferences().values_list("pk", flat=True)[:limit])
    for pk in conferences:
        _go_on_after(index_conference, pk)
    articles = list(_changed_articles().values_list("pk", flat=True)[:limit])
    for pk in articles:
        _go_on_after(index_article, pk)
    return len(conferences) + len(articles)


def _go_on_after(index: Callable[[int], None], pk: int) -> None:
    """Index one thing; one that cannot be printed must not keep all others from being found."""
    try:
        index(pk)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next sweep tries again
    except Exception:
        log.exception("%s cannot do %s", index.__name__, pk)


def _changed_conferences() -> QuerySet[Conference]:
    rows = Findable.objects.filter(conference=OuterRef("pk"))
    known = rows.filter(kind=Kind.EVENT, indexed_at__gte=OuterRef("updated_at"))
    concluded = rows.filter(kind=Kind.CONCLUSION, indexed_at__gte=OuterRef("conclusion__updated_at"))
    news_of_conclusion = Q(conclusion__isnull=False) & ~Exists(concluded)
    return Conference.objects.filter(~Exists(known) | news_of_conclusion).order_by("pk")


def _changed_articles() -> QuerySet[Article]:
    known = Findable.objects.filter(article=OuterRef("pk"), indexed_at__gte=OuterRef("updated_at"))
    return Article.objects.filter(~Exists(known)).order_by("pk")


def follow_with_index(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Have the sweep look at once; without it a change is found some seconds later."""
    wake_on_commit(SWEEP)


# ── one thing each ──────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def index_conference(pk: int) -> None:
    """Take up a conference with its materials and its conclusion."""
    # Two sweeps at once take turns.
    locked = Conference.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk)
    conference = locked.printable().select_related("series").prefetch_related("sectors", "provinces").first()
    if conference is None:
        return
    _keep({"kind": Kind.EVENT, "conference": conference}, _event(conference))
    for material in conference.materials.all():
        material.conference = conference
        index_material(material)
    if conclusion := Conclusion.objects.filter(conference=conference).first():
        conclusion.conference = conference
        _keep(
            {"kind": Kind.CONCLUSION, "conference": conference, "conclusion": conclusion},
            _conclusion(conclusion),
        )


def index_material(material: Material) -> None:
    """Take up a material with the words of its newest file; one without a file cannot be found."""
    newest = material.versions.select_related("extracted").first()
    if newest is None:
        Findable.objects.filter(material=material).delete()
        return
    extracted = getattr(newest, "extracted", None)
    name = "material-preview" if newest.is_shown_inline else "material"
    entry = Entry(
        title=material.title,
        parts=[newest.file_name, extracted.text if extracted else ""],
        url=reverse(name, args=[newest.pk]),
        date=newest.uploaded_at,
        changed_at=timezone.now(),
    )
    _keep({"kind": Kind.MATERIAL, "conference": material.conference, "material": material}, entry)


def index_article(pk: int) -> None:
    """Take up an article with the captions of its photos."""
    article = Article.objects.prefetch_related("photos").get(pk=pk)
    try:
        url = article.get_absolute_url()
    except NoReverseMatch:
        return
    entry = Entry(
        title=str(article),
        parts=[
            article.printed_lead,
            article.printed_text,
            *(photo.caption for photo in article.photos.all()),
        ],
        url=url,
        date=article.published_at or article.updated_at,
        changed_at=article.updated_at,
    )
    _keep({"kind": Kind.ARTICLE, "conference": article.conference, "article": article}, entry)


def _event(conference: Conference) -> Entry:
    """What the public page says. While a conference is postponed its fields may hold what nobody shall know yet."""
    parts = [conference.short_title, expand(conference.purpose, conference)]
    if conference.state != Conference.State.POSTPONED:
        with contextlib.suppress(UnknownPlaceholder):  # a draft that is not finished
            parts.append(notice_text(build_notice(conference)))
        parts += [line_of(item) for item in shown_items(conference)]
        parts += [place.printed for place in conference.places.all()]
    parts += [conference.series.title if conference.series else "", facts_of(conference)["issuing_unit"]]
    parts += [each.name for each in (*conference.sectors.all(), *conference.provinces.all())]
    return Entry(
        title=conference.title,
        parts=parts,
        url=conference.get_absolute_url(),
        date=known_time(conference)[0],
        changed_at=conference.updated_at,
    )


def _conclusion(conclusion: Conclusion) -> Entry:
    facts = facts_of(conclusion.conference)
    items = [item.printed(facts) for item in conclusion.items.all()]
    return Entry(
        title=f"Kết luận: {conclusion.conference.title}",
        parts=[conclusion.opening, *items, conclusion.closing],
        url=f"{conclusion.conference.get_absolute_url()}#ket-luan",
        date=conclusion.published_at or conclusion.updated_at,
        changed_at=conclusion.updated_at,
    )


def _keep(of: dict, entry: Entry) -> None:
    """Write the row of one thing, unless it says that already: rewriting an index entry is dear."""
    thing = {name: value for name, value in of.items() if name not in ("kind", "conference")} or of
    values = entry.as_values() | of
    row = Findable.objects.filter(**thing).first() or Findable()
    if row.pk and all(getattr(row, name) == value for name, value in values.items() if name != "indexed_at"):
        Findable.objects.filter(pk=row.pk).update(indexed_at=values["indexed_at"])
        return
    try:
        with transaction.atomic():
            _write(row, values)
    except IntegrityError:  # another worker was quicker
        _write(Findable.objects.get(**thing), values)


def _write(row: Findable, values: dict) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def rebuild() -> int:
    """Take up everything anew; answers how many conferences and articles."""
    Findable.objects.update(indexed_at=F("indexed_at") - dt.timedelta(days=36500))
    return index_changes(limit=10**9)
