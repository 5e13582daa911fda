"""An article put together: what is written, the facts that it cites, its photos."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import linebreaks

from conferences.citing import ANCHORS, LINK, PLACEHOLDER, Mentions, UnknownPlaceholder, fill, value_of
from conferences.facts import Facts, printed_facts_in
from conferences.models import Article, ArticlePhoto
from conferences.news.about import facts_about
from conferences.news.writing import fill_for_markdown, render

# A line of its own: where the photo of that number stands.
PHOTO = re.compile(r"(?m)^[ \t]*\{photo:(\d+)\}[ \t]*$")
FORMS = ("body", "article", "page")
_HTTP = ("http://", "https://", "mailto:")


@dataclass(frozen=True)
class Photo:
    """A photo with its printed words."""

    row: ArticlePhoto
    alt: str
    caption: str


@dataclass(frozen=True)
class Part:
    """A piece of the body: text as HTML and plain, or a photo."""

    html: str = ""
    text: str = ""
    photo: Photo | None = None


@dataclass(frozen=True)
class PrintedArticle:
    title: str
    lead: str
    parts: tuple[Part, ...]
    signature: str
    source: str

    @property
    def text(self) -> str:
        """Body and captions in plain text, a blank line between paragraphs."""
        return "\n\n".join(_text_of(part) for part in self.parts)


def _text_of(part: Part) -> str:
    if part.photo is None:
        return part.text
    return "\n".join(filter(None, [part.photo.alt, part.photo.caption]))


def build_article(article: Article, facts: Facts | None = None, *, base: str = "") -> PrintedArticle:
    """The article as its readers see it.

    Arguments:
        facts: those that it may cite, where the caller has them already.
        base: the address of the conference's page, for links to its parts.

    Raises:
        UnknownPlaceholder: it cites what is not there (any more).
    """
    facts = facts_about(article) if facts is None else facts
    mentions = Mentions(_abbreviations(article))
    title = fill(article.title, facts)
    lead = mentions.introduce(fill(article.lead, facts))
    photos = dict(enumerate(photos_of(article, facts), start=1))
    parts = tuple(_parts(article.body, facts, mentions, photos, base))
    return PrintedArticle(title, lead, parts, article.signature, article.source)


def photos_of(article: Article, facts: Facts) -> list[Photo]:
    """Its photos in their order, with what their words cite.

    Raises:
        UnknownPlaceholder: as ``build_article``.
    """
    rows = article.photos.all() if article.pk else ()
    return [Photo(row, fill(row.alt, facts), fill(row.caption, facts)) for row in rows]


def kept_article(article: Article) -> PrintedArticle:
    """The article in the words that were printed last, without its photos."""
    paragraphs = [
        Part(html=str(linebreaks(article.printed_text, autoescape=True)), text=article.printed_text)
    ]
    return PrintedArticle(
        article.printed_title, article.printed_lead, tuple(paragraphs), article.signature, article.source
    )


def _parts(
    body: str, facts: Facts, mentions: Mentions, photos: dict[int, Photo], base: str
) -> Iterator[Part]:
    pieces = PHOTO.split(body)  # text, number, text, number … text
    placed = {int(number) for number in pieces[1::2]}
    others = [photo for number, photo in photos.items() if number not in placed]
    if others:
        yield Part(photo=others.pop(0))
    for index, piece in enumerate(pieces):
        if index % 2:
            if photo := photos.get(int(piece)):
                yield Part(photo=photo)
        elif piece.strip():
            html, text = render(fill_for_markdown(piece.strip("\n"), facts), mentions, base=base)
            yield Part(html=html, text=text)
    for photo in others:
        yield Part(photo=photo)


def _abbreviations(article: Article) -> list:
    if article.conference_id:
        return list(article.conference.abbreviations.all())
    return []


def article_text(printed: PrintedArticle, form: str = "article") -> str:
    """The article as plain text, a blank line between its paragraphs.

    Arguments:
        form: ``body``: text and signature; ``article``: with title and lead; ``page``: as a news page reads, with
            its path, its buttons, and who wrote it.
    """
    if form == "page":
        head = [f"Trang chủ / Tin tức / {printed.title}", printed.title, "In bài viết Chia sẻ:", printed.lead]
        tail = [
            printed.signature and f"Tác giả: {printed.signature}",
            printed.source and f"Nguồn tin: {printed.source}",
        ]
    else:
        head = [printed.title, printed.lead] if form == "article" else [printed.lead]
        tail = [printed.signature]
    return "\n\n".join(filter(None, [*head, printed.text, *tail])) + "\n"


def problems_of_text(
    text: str,
    facts: Facts,
    *,
    photos: int | None = None,
    has_page: bool = False,
    complete: bool = True,
) -> list[str]:
    """Why a text of an article may not stand: it cites what is not there, spells a fact out, links nowhere.

    Arguments:
        photos: how many photos the article has; None where photos cannot be placed.
        has_page: whether it is about one conference, to parts of whose page it may lead.
        complete: whether a cited fact must have been typed already; in a draft it may still be empty.
    """
    problems = []
    for placeholder in PLACEHOLDER.findall(PHOTO.sub("", text) if photos is not None else text):
        try:
            if not value_of(placeholder, facts) and complete:
                problems.append(f"Dữ kiện {{{placeholder}}} chưa được nhập.")
        except UnknownPlaceholder as unknown:
            problems.append(str(unknown))
    if photos is not None:
        problems += [
            f"Bài có {photos} ảnh, không có ảnh thứ {number}."
            for number in PHOTO.findall(text)
            if not 0 < int(number) <= photos
        ]
    parts = ANCHORS if has_page else {}
    for _, target in LINK.findall(text):
        if target not in parts and not target.startswith(_HTTP) and not facts.get(target):
            known = ", ".join(["địa chỉ https://…", *parts, "fact:mã của một dữ kiện loại link"])
            problems.append(f"Không có nơi “{target}” để dẫn tới. Dùng một trong: {known}.")
    return problems + [found.message for found in printed_facts_in(text, facts)]
