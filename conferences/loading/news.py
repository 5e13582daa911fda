"""The keys ``series`` and ``articles``: what a conference belongs to, and what was written about it."""

import datetime as dt
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File

from conferences.loading.parts import ArticleRow, PhotoRow, Row, SeriesPart
from conferences.loading.reading import Section
from conferences.loading.texts import model_field
from conferences.loading.visits import VisitReader
from conferences.models import Article, ArticlePhoto, LegalDocument, Series
from hoinghi.files import examine
from hoinghi.images import check_photo


class NewsReader(VisitReader):
    def series(self) -> SeriesPart | None:
        """``series: SLUG`` of one that is there, or all that there is to say about a series."""
        if not isinstance(self.top.values.get("series"), dict):
            found = self.top.one_of("series", Series.objects, "slug")
            return SeriesPart("series", {"slug": found.slug}) if found else None
        section = self.top.section("series")
        values = {"slug": section.code("slug")}
        for name in ("title", "basis", "purpose"):
            values[name] = self.plain(section, name, Series, name)
        part = SeriesPart(section.path, values)
        part.legal_bases = self.each("legal_bases", self.legal_basis, of=section)
        if section.has("previous"):
            part.previous = self.previous(section.section("previous"))
        section.known.add("previous")
        part.articles = self.each("articles", self.article, once="slug", of=section)
        section.finish()
        return part

    def previous(self, section: Section) -> Row:
        values = {
            "slug": section.code("slug"),
            "title": self.plain(section, "title", Series, "title"),
            "held_in": section.parsed("month", _parse_month),
            "conference_count": section.integer("conferences", minimum=1),
        }
        section.finish()
        return Row(section.path, values)

    def legal_basis(self, section: Section, number: int) -> Row:
        names = ("kind", "number", "issuer", "abstract")
        values = {name: self.plain(section, name, LegalDocument, name) for name in names}
        values["code"] = section.code("code") if section.has("code") else ""
        section.known.add("code")
        values["issued_on"] = section.day("issued_on", required=True)
        values["expired_on"] = section.day("expired_on")
        return Row(section.path, values)

    def article(self, section: Section, number: int) -> ArticleRow:
        row = ArticleRow(section.path, {"slug": section.code("slug")})
        for name in ("title", "lead", "body"):
            row.values[name] = section.text(name, model_field(Article, name))
            row.texts.append((section.at(name), row.values[name]))
        for name in ("author", "author_unit", "source"):
            row.values[name] = self.plain(section, name, Article, name)
        row.values["source_url"] = section.text("source_url", model_field(Article, "source_url"))
        row.values["published_at"] = section.moment("published")
        row.photos = [
            self.photo(photo, index, row) for index, photo in enumerate(section.sections("photos"), start=1)
        ]
        return row

    def photo(self, section: Section, number: int, article: ArticleRow) -> PhotoRow:
        values = {"position": number}
        for name in ("alt", "caption"):
            values[name] = section.text(name, model_field(ArticlePhoto, name))
            article.texts.append((section.at(name), values[name]))
        values["credit"] = self.plain(section, "credit", ArticlePhoto, "credit")
        values["taken_on"] = section.day("taken")
        file = self.beside(section, check=check_photo)
        if file is None and not section.has("file"):
            section.refuse("file", "thiếu tệp ảnh.")
        section.finish()
        return PhotoRow(section.path, values, file=file)

    def beside(self, section: Section, *, check=examine) -> Path | None:
        """The file that ``file`` names in the folder of the YAML file, or below it."""
        typed = section.raw("file")
        if not typed:
            return None
        folder = self.source.path.resolve().parent
        try:
            path = (folder / typed).resolve()
            found = path.is_relative_to(folder) and path.is_file()
        except (OSError, ValueError):  # a name that no disk takes: too long, or with a NUL
            found = False
        if not found:
            section.refuse("file", f"không có tệp “{typed}” trong thư mục của tệp này.")
            return None
        try:
            with path.open("rb") as content:
                check(File(content, name=path.name))
        except ValidationError as error:
            section.refuse("file", " ".join(error.messages))
        return path


def _parse_month(typed: str) -> dt.date:
    """``11/2022``"""
    try:
        return dt.datetime.strptime(typed, "%m/%Y").date()
    except ValueError:
        raise ValueError(f"“{typed}” không phải là tháng; viết như 11/2022.") from None
