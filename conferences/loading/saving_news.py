"""Saving the series, the conclusion and the articles of a conference file."""

from django.core.exceptions import ValidationError
from django.core.files import File

from conferences.citing import citing_problems
from conferences.facts import facts_of
from conferences.loading.parts import ArticleRow, ConclusionPart, PhotoRow, Row, SeriesPart
from conferences.loading.rows import RowSaver
from conferences.models import Article, ArticlePhoto, Conclusion, Conference, LegalDocument, Sector, Series
from conferences.news.about import facts_about
from conferences.news.photos import prepare_photo
from conferences.news.printing import problems_of_text
from conferences.services.news import keep_photo, print_article, remove_photo, reprint_article
from directory.audit import record
from hoinghi.files import examine
from hoinghi.text import slugify


class NewsSaver(RowSaver):
    # --- what a conference belongs to ---

    def series(self, part: SeriesPart) -> Series:
        found = Series.objects.select_for_update().filter(slug=part.values["slug"]).first()
        values = dict(part.values)
        if part.previous:
            values["previous"] = self.update(
                Series.objects.filter(slug=part.previous.values["slug"]).first() or Series(),
                part.previous.values,
                part.previous.path,
            )
        series = self.update(found or Series(), values, part.path)
        if series.pk is None:
            self.source.raise_problems()  # nothing can belong to a series that could not be kept
        if part.legal_bases:
            self.links(series, Row(part.path, {}, {"legal_bases": self.legal_documents(part.legal_bases)}))
        return series

    def legal_documents(self, rows: list[Row]) -> list[LegalDocument]:
        """Those that are known by their code or number; a file that names no code leaves the code as it is."""
        documents = []
        for row in rows:
            key = {name: row.values[name] for name in ("kind", "number", "issued_on")}
            values = {name: value for name, value in row.values.items() if name != "code" or value}
            coded = LegalDocument.objects.filter(code=values["code"]).first() if "code" in values else None
            found = coded or LegalDocument.objects.filter(**key).first()
            documents.append(self.update(found or LegalDocument(), values, row.path))
        return documents

    def places_in_the_archive(self, conference: Conference) -> None:
        """The provinces and fields of work by which the conference is found."""
        provinces = list(self.file.provinces)
        provinces += [leg.province for leg in conference.legs.all() if leg.province]
        sectors = [
            Sector.objects.get_or_create(slug=slugify(name)[:60], defaults={"name": name})[0]
            for name in self.file.sectors
        ]
        self.links(conference, Row("", {}, {"provinces": list(dict.fromkeys(provinces))}))
        self.links(conference, Row("", {}, {"sectors": sectors}))

    # --- what it came to ---

    def conclusion(self, conference: Conference, part: ConclusionPart | None) -> None:
        if part is None:
            return
        facts = facts_of(conference).citable
        for text in self.file.records:
            for reason in citing_problems(text.text, facts):
                self.source.refuse(text.path, reason)
        found = Conclusion.objects.filter(conference=conference).first()
        conclusion = self.update(found or Conclusion(conference=conference), part.values, part.path)
        if conclusion.pk is None:
            return
        self.rows(conclusion.items, part.items, "")
        if part.published_at and not conclusion.is_published:
            published = {"state": Conclusion.State.PUBLISHED, "published_at": part.published_at}
            self.update(conclusion, published, part.path)

    # --- what was written about it ---

    def articles(self, rows: list[ArticleRow], *, about: dict) -> None:
        """Create or change the articles; ``about`` is their conference or series.

        Their texts are checked against the facts as they are now, so everything else is saved before.
        """
        for row in rows:
            found = Article.objects.filter(slug=row.values["slug"]).first()
            if found and {name: getattr(found, name) for name in about} != about:
                self.source.refuse(f"{row.path}.slug", f"“{found.slug}” là đường dẫn của một bài khác.")
                continue
            before = len(self.changes)
            article = self.update(found or Article(), row.values | about, row.path)
            if article.pk is None:
                continue  # its problem is told already
            self.photos(article, row)
            facts = facts_about(article)
            problems = [
                (path, reason)
                for path, text in row.texts
                for reason in problems_of_text(
                    text,
                    facts,
                    photos=len(row.photos) if path.endswith(".body") else None,
                    has_page="conference" in about,
                )
            ]
            for path, reason in problems:
                self.source.refuse(path, reason)
            if problems:
                continue
            if len(self.changes) > before:
                print_article(article, facts)
                record(actor=self.actor, action="article.load", target=article)
            else:
                reprint_article(article, facts)

    def articles_of_series(self, conferences: list[Conference]) -> None:
        """What was written about the series of the file, once all its conferences are there."""
        part, series = self.file.series, conferences[0].series
        if part and series:
            self.articles(part.articles, about={"series": series})

    def photos(self, article: Article, row: ArticleRow) -> None:
        existing = list(article.photos.all())
        for number, wanted in enumerate(row.photos):
            photo = existing[number] if number < len(existing) else article.photos.model(article=article)
            if wanted.file is None:
                continue  # its problem is told already
            with wanted.file.open("rb") as content:
                upload = File(content, name=wanted.file.name)
                if photo.sha256 != examine(upload).sha256 and not self.keep(photo, wanted, upload):
                    continue
            self.update(photo, wanted.values, wanted.path)
        for number, photo in enumerate(existing[len(row.photos) :], start=len(row.photos)):
            self.changes[f"{row.path}.photos[{number}]"] = [str(photo), None]
            remove_photo(photo=photo)

    def keep(self, photo: ArticlePhoto, wanted: PhotoRow, upload: File) -> bool:
        """Save a new photo, or refuse it where it stands in the file."""
        try:
            prepared = prepare_photo(upload)
        except ValidationError as refused:
            self.source.refuse(f"{wanted.path}.file", " ".join(refused.messages))
            return False
        for name, value in wanted.values.items():
            setattr(photo, name, value)
        keep_photo(photo=photo, prepared=prepared)
        self.changes[f"{wanted.path}.file"] = ["", wanted.file.name]
        return True
