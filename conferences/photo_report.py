"""Photo report of an event: the photos of its published articles with their captions, as a page and as PDF.

Dozens of photos take seconds to set, so a worker makes the PDF. It is kept under what it says, as long as anybody
asks for it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.core.cache import cache
from django.template.loader import render_to_string
from kombu.exceptions import OperationalError as BrokerError

from conferences.citing import UnknownPlaceholder
from conferences.facts import facts_of
from conferences.models import Article, Conference
from conferences.news.about import facts_about
from conferences.news.printing import Photo, photos_of
from correspondence import pdf
from correspondence.printing import ISSUER, SUBJECT
from correspondence.typesetting import balanced, unprintable
from hoinghi.text import slugify, upper

TASK = "conferences.tasks.print_photos"
KEPT_SECONDS = 3600
# So long a worker may take; after it somebody else is asked.
PATIENCE_SECONDS = 180
# A day of a conference has some dozens; more would make the worker's files and the mails that carry them too large.
MOST = 100


@dataclass(frozen=True)
class Chapter:
    """The photos of one article."""

    article: Article
    photos: tuple[Photo, ...]


def chapters_of(conference: Conference, at: datetime) -> list[Chapter]:
    """What is published at ``at`` with photos, the oldest article first, ``MOST`` photos at most."""
    found = Article.objects.published(at).about(conference).filter(photos__isnull=False).distinct()
    chapters, known, left = [], {}, MOST
    for article in reversed(found.prefetch_related("photos").select_related("series__previous")):
        if article.conference_id:
            article.conference = conference
        about = (article.conference_id, article.series_id)
        try:
            # Once for all articles about the same event.
            facts = known.get(about) or known.setdefault(about, facts_about(article))
            photos = photos_of(article, facts)[:left]
        except UnknownPlaceholder:
            continue  # its page shows it without photos as well, until staff mend it
        left -= len(photos)
        chapters += [Chapter(article, tuple(photos))] if photos else []
    return chapters


def file_name(conference: Conference) -> str:
    return f"bao-cao-anh-{slugify(conference.title)[:60]}.pdf"


# ── the PDF ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Printed:
    """What has become of the PDF; without ``content`` a worker is making it, or has ``failed``."""

    content: bytes | None = None
    failed: bool = False


def printed(conference: Conference, chapters: list[Chapter]) -> Printed:
    """The PDF of these chapters; where there is none yet, a worker is asked for it once."""
    key = _key(_html(conference, chapters))
    if content := cache.get(key):
        return Printed(content)
    if cache.add(f"{key}:asked", "making", PATIENCE_SECONDS):
        try:
            current_app.send_task(TASK, [conference.pk], retry=False, expires=PATIENCE_SECONDS)
        except BrokerError:
            cache.delete(f"{key}:asked")
            return Printed(failed=True)
    return Printed(failed=cache.get(f"{key}:asked") == "failed")


def make(conference: Conference, at: datetime) -> None:
    """Set the PDF as it is to be at ``at``, and keep it."""
    chapters = chapters_of(conference, at)
    html = _html(conference, chapters)
    key = _key(html)
    try:
        content = pdf.render(html, _pictures(chapters))
    except Exception:
        cache.set(f"{key}:asked", "failed", PATIENCE_SECONDS)
        raise
    cache.set(key, content, KEPT_SECONDS)


def _key(html: str) -> str:
    return f"conferences:photos:{hashlib.sha256(html.encode()).hexdigest()}"


def _html(conference: Conference, chapters: list[Chapter]) -> str:
    facts = facts_of(conference)
    context = {
        "title": f"Báo cáo ảnh – {facts['name']}",
        "issuer": facts["issuing_unit"],
        "subject": facts["name"],
        "parent_lines": balanced(upper(facts["organiser"]), bold=False, **ISSUER),
        "issuer_lines": balanced(upper(facts["issuing_unit"]), **ISSUER),
        "subject_lines": balanced(facts["name"], **SUBJECT),
        "facts": facts,
        "chapters": chapters,
    }
    page = render_to_string("pdf/bao_cao_anh.html", context)
    return page.translate({ord(char): None for char in unprintable(page)})


def _pictures(chapters: Iterable[Chapter]) -> dict[str, bytes]:
    found = {}
    for photo in (photo for chapter in chapters for photo in chapter.photos):
        with photo.row.file.open("rb") as stored:
            found[photo.row.large_name] = stored.read()
    return found
