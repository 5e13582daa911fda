"""What goes into an archive package: files that are there, and files that are made when their turn comes."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string

from conferences.aftermath import shown_with
from conferences.agenda import newest_version, shown_items
from conferences.agenda_pdf import agenda_pdf
from conferences.drafts import sheets as opinion_sheets
from conferences.drafts.table import table_of
from conferences.materials import entries_of
from conferences.models import Article, Conference, DraftDocument, Material, MaterialVersion
from conferences.news.about import facts_about
from conferences.news.printing import build_article
from correspondence.copies import kept_copy
from correspondence.models import OfficialDocument
from delegates import attendance_sheets, export, listing_files
from delegates.day_report import print_report
from delegates.listing import Wanted
from delegates.models import Delegate, NominationPaper, Receipt
from directory.models import User
from hoinghi.files import clean_name
from hoinghi.text import format_date, slugify

Kind = OfficialDocument.Kind
# Official papers that name delegates.
_OF_PERSONS = (Kind.DELEGATE_LIST, Kind.RECEIPT)
_OUT = OfficialDocument.State.DRAFT


@dataclass(frozen=True)
class Part:
    """What staff choose together; ``is_personal``: delegates and others are named in it."""

    code: str
    label: str
    folder: str
    is_personal: bool = False


PARTS = (
    Part("documents", "Văn bản đã ban hành, bản đã ký", "Văn bản"),
    Part("agenda", "Chương trình", "Chương trình"),
    Part("materials", "Tài liệu (công khai, cho đơn vị được mời)", "Tài liệu"),
    Part("internal", "Tài liệu nội bộ", "Tài liệu nội bộ"),
    Part("conclusion", "Kết luận đã công bố", "Kết luận"),
    Part("opinions", "Bảng tổng hợp ý kiến, tiếp thu, giải trình", "Ý kiến", is_personal=True),
    Part("news", "Tin, bài và ảnh đã đăng", "Tin và ảnh"),
    Part("lists", "Danh sách đại biểu", "Danh sách", is_personal=True),
    Part("attendance", "Phiếu điểm danh, báo cáo ngày họp", "Điểm danh", is_personal=True),
    Part("papers", "Công văn cử đại biểu các tỉnh đã gửi", "Công văn cử", is_personal=True),
)
CODES = tuple(part.code for part in PARTS)


def labels_of(codes: Iterable[str]) -> list[str]:
    """What those parts are called, in their order; a part that is no more has no name."""
    return [part.label for part in PARTS if part.code in set(codes)]


@dataclass(frozen=True)
class Piece:
    """One file of the package.

    Arguments:
        part: the code of its part.
        name: its file name, the folder of its part before it.
        label: what the index calls it.
        content: the file as it is stored, or what makes its bytes when its turn comes.
    """

    part: str
    name: str
    label: str
    content: FieldFile | Callable[[], bytes]

    def bytes_or_file(self) -> FieldFile | bytes:
        return self.content if isinstance(self.content, FieldFile) else self.content()


def pieces_of(
    *, conference: Conference, parts: Iterable[str], actor: User | str, at: dt.datetime
) -> list[Piece]:
    """Everything that the chosen parts hold, in their order; nothing is made yet.

    Arguments:
        conference: with its printed rows.
        actor: who ordered it: taking lists of persons away is recorded in that name.
    """
    makers: dict[str, Callable[[], Iterator[tuple[str, str, FieldFile | Callable[[], bytes]]]]] = {
        "documents": lambda: _documents(conference, personal=False),
        "agenda": lambda: _agenda(conference),
        "materials": lambda: _materials(conference, internal=False),
        "internal": lambda: _materials(conference, internal=True),
        "conclusion": lambda: _conclusion(conference),
        "opinions": lambda: _opinions(conference, at),
        "news": lambda: _news(conference, at),
        "lists": lambda: _lists(conference, actor),
        "attendance": lambda: _attendance(conference, actor, at),
        "papers": lambda: _papers(conference),
    }
    return [
        Piece(part.code, f"{part.folder}/{name}", label, content)
        for part in PARTS
        if part.code in set(parts)
        for name, label, content in makers[part.code]()
    ]


def _documents(conference: Conference, *, personal: bool) -> Iterator:
    rows = conference.official_documents.exclude(document__state=_OUT).select_related("document")
    rows = rows.order_by("document__issued_on", "document__number", "document_id")
    senders = _senders(conference) if personal else {}
    for document in (row.document for row in rows.prefetch_related("document__signed_copies")):
        if (document.kind in _OF_PERSONS) is not personal:
            continue
        about = senders.get(document.pk, document.subject)
        label = f"{document}, ngày {format_date(document.issued_on)}: {about}"
        stem = f"{document.get_kind_display()} {document.notation.replace('/', '-')}"
        signed = next(iter(document.signed_copies.all()), None)
        if signed is not None:
            yield f"{stem} (bản đã ký).pdf", f"{label} (bản đã ký)", signed.file
        elif (copy := kept_copy(document)) is not None:
            yield f"{stem}.pdf", label, copy.file


def _senders(conference: Conference) -> dict[int, str]:
    """Receipt → whose list came in: the subject is the same on all of them."""
    found = Receipt.objects.filter(version__nomination__conference=conference)
    lists = found.select_related("version__nomination")
    return {each.document_id: each.version.nomination.sender_name for each in lists}


def _agenda(conference: Conference) -> Iterator:
    version = newest_version(conference)
    if version is not None and shown_items(conference):
        yield "Chương trình.pdf", f"Chương trình, bản {version.number}", lambda: agenda_pdf(conference)


def _materials(conference: Conference, *, internal: bool) -> Iterator:
    found = MaterialVersion.objects.with_newest().filter(newest_id=F("pk"), material__conference=conference)
    inside = Q(material__visibility=Material.Visibility.INTERNAL)
    found = found.filter(inside if internal else ~inside).select_related("material")
    versions = list(found.order_by("material__kind", "material__position", "material_id"))
    labels = {version.file.name: f"{version.material.title}, bản {version.number}" for version in versions}
    for entry in entries_of(versions, shown_items(conference)):
        yield entry.name, labels[entry.content.name], entry.content


def _conclusion(conference: Conference) -> Iterator:
    shown = shown_with(AnonymousUser(), conference)
    if shown["conclusion"] is not None:
        context = {"conference": conference, "root": "../", **shown}
        yield "Kết luận.html", "Kết luận", lambda: _page("conclusion", context)


def _opinions(conference: Conference, at: dt.datetime) -> Iterator:
    answered = conference.draft_documents.exclude(state=DraftDocument.State.PREPARING)
    makers = {"docx": opinion_sheets.docx_of, "pdf": opinion_sheets.pdf_of}
    for draft in answered:
        for kind, make in makers.items():
            yield (
                opinion_sheets.file_name(draft, kind),
                f"Bảng tổng hợp: {draft.title} ({kind.upper()})",
                lambda draft=draft, make=make: make(draft, table_of(draft), at),
            )


def _news(conference: Conference, at: dt.datetime) -> Iterator:
    """Each article as a page, its photos in a folder beside it."""
    articles = Article.objects.about(conference).published(at).prefetch_related("photos")
    for article in articles:
        stem = slugify(article.slug)[:60] or str(article.pk)
        photos = {photo.pk: f"{stem}/{photo.large_name}" for photo in article.photos.all()}
        label = article.printed_title or article.title
        yield f"{stem}.html", label, lambda article=article, photos=photos: _article(article, photos)
        for photo in article.photos.all():
            words = photo.caption or photo.alt
            yield photos[photo.pk], f"Ảnh: {words}" if words else "Ảnh", photo.file


def _article(article: Article, photos: dict[int, str]) -> bytes:
    printed = build_article(article, facts_about(article))
    parts = [
        (part.text.split("\n"), part.photo, part.photo and photos.get(part.photo.row.pk))
        for part in printed.parts
    ]
    return _page("article", {"article": article, "printed": printed, "parts": parts, "root": "../"})


def _lists(conference: Conference, actor) -> Iterator:
    if Delegate.objects.filter(seat__nomination__conference=conference, seat__is_live=True).exists():
        yield (
            "Danh sách đại biểu.xlsx",
            "Danh sách đại biểu (bảng tính)",
            lambda: export.export_delegates(conference=conference, actor=actor),
        )
        yield (
            "Danh sách đại biểu.pdf",
            "Danh sách đại biểu (PDF)",
            lambda: listing_files.pdf_of(
                conference=conference, wanted=Wanted(declined=True), what="list", actor=actor
            ),
        )
    yield from _documents(conference, personal=True)


def _attendance(conference: Conference, actor, at: dt.datetime) -> Iterator:
    if conference.bookings.live().exists():
        yield (
            "Phiếu điểm danh.pdf",
            "Phiếu điểm danh từng điểm cầu",
            lambda: attendance_sheets.sheet_of(
                conference=conference,
                bookings=conference.bookings.for_board(),
                with_rest=True,
                actor=actor,
                at=at,
            ),
        )
        yield "Báo cáo ngày họp.pdf", "Báo cáo ngày họp, sự cố", lambda: print_report(conference, at)


def _papers(conference: Conference) -> Iterator:
    found = NominationPaper.objects.filter(nomination__conference=conference).select_related("nomination")
    for paper in found.order_by("nomination_id", "pk"):
        sender = paper.nomination.unit_name or paper.nomination.organisation_name
        yield f"{clean_name(sender)[:80]}/{paper.file_name}", f"{sender}: {paper.file_name}", paper.file


def _page(name: str, context: dict) -> bytes:
    return render_to_string(f"delegates/package/{name}.html", context).encode()
