"""Articles: printed anew whenever they or what they cite changes, and their photos."""

import datetime as dt

from django.core.files.base import ContentFile
from django.db import transaction

from conferences.citing import UnknownPlaceholder
from conferences.facts import Facts
from conferences.followers import CannotFollow
from conferences.models import Article, ArticlePhoto, Conference
from conferences.news.photos import Prepared
from conferences.news.printing import build_article
from directory.models import User
from hoinghi.files import dropped_on_failure


class CitedByArticle(CannotFollow):
    """An article cites a fact that the change takes away."""


def print_article(article: Article, facts: Facts | None = None) -> None:
    """Keep what readers see of a saved article; the pages of its events are printed anew as well.

    Raises:
        UnknownPlaceholder: it cites a fact that there is not.
    """
    printed = build_article(article, facts)
    article.printed_title, article.printed_lead = printed.title, printed.lead
    article.printed_text = printed.text
    article.save(update_fields=["printed_title", "printed_lead", "printed_text", "search", "updated_at"])
    for conference in _events_of(article):
        # Whoever holds a copy of a page on which the article is listed must see that it has changed.
        conference.save(update_fields=["updated_at"])


def _events_of(article: Article) -> list[Conference]:
    if article.conference_id:
        return [article.conference]
    return list(article.series.conferences.all()) if article.series_id else []


def follow_with_articles(
    *, conference: Conference, actor: User | str, at: dt.datetime | None = None
) -> list[Article]:
    """Print every article anew that may cite the changed conference.

    Raises:
        CitedByArticle: one of them cites what is no longer there.
    """
    articles = list(conference.articles.all())
    if conference.series_id:
        articles += conference.series.articles.all()
    for article in articles:
        try:
            reprint_article(article)
        except UnknownPlaceholder as unknown:
            raise CitedByArticle(f"Bài “{article}” đang dẫn dữ kiện này. {unknown}") from unknown
    return articles


def reprint_article(article: Article, facts: Facts | None = None) -> None:
    """``print_article`` where readers would see something else than what is kept."""
    printed = build_article(article, facts)
    if (printed.title, printed.lead, printed.text) != (
        article.printed_title,
        article.printed_lead,
        article.printed_text,
    ):
        print_article(article, facts)


@transaction.atomic
def keep_photo(*, photo: ArticlePhoto, prepared: Prepared) -> None:
    """Save a photo with its two files; those that it had before go when the transaction is through."""
    old = [file.name for file in (photo.file, photo.small) if file]
    photo.width, photo.height = prepared.width, prepared.height
    photo.small_width, photo.sha256 = prepared.small_width, prepared.sha256
    name = f"{prepared.sha256[:32]}.jpg"
    # Each is dropped only once it is a new one: until then the field names the file that is still shown.
    with dropped_on_failure():
        photo.file.save(name, ContentFile(prepared.large), save=False)
        with dropped_on_failure(photo.file):
            photo.small.save(name, ContentFile(prepared.small), save=False)
            with dropped_on_failure(photo.small):
                photo.save()
    _forget_files(photo, old)


@transaction.atomic
def remove_photo(*, photo: ArticlePhoto) -> None:
    """Take a photo down; its files go with it, whoever asked for that wants them gone."""
    names = [photo.file.name, photo.small.name]
    photo.delete()
    _forget_files(photo, names)


def _forget_files(photo: ArticlePhoto, names: list[str]) -> None:
    storage = photo.file.storage

    def forget():
        for name in names:
            storage.delete(name)

    if names:
        transaction.on_commit(forget)


def is_shown(article: Article, at: dt.datetime) -> bool:
    """Whether everybody may read the article at ``at``."""
    is_about_draft = article.conference_id and article.conference.state == Conference.State.DRAFT
    return article.is_published_at(at) and not is_about_draft
