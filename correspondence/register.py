"""Sổ đăng ký văn bản đi: the outgoing register (NĐ 30/2020/NĐ-CP, Phụ lục IV), built once for page and file."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from correspondence.models import Attachment, DocumentCopy, Message, OfficialDocument, SignedCopy
from directory.models import User
from hoinghi import sheets
from hoinghi.text import fold, format_date, format_moment

State = OfficialDocument.State

HEADERS = [
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung văn bản",
    "Người ký",
    "Nơi nhận văn bản",
    "Đơn vị, người nhận bản lưu",
    "Số lượng bản",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
]
# More places than this are counted instead of named.
NAMED_PLACES = 5
# Letters go in the order in which they were written: the first of them tell on which day, and nobody looks through
# the thousands after them.
FIRST_LETTERS = 100


@dataclass(frozen=True)
class Row:
    """One line of the register: the columns of Phụ lục IV in their order, as printed."""

    notation: str
    issued_on: str
    subject: str
    signer: str
    recipients: str
    kept_by: str
    copies: int
    handed_over: str
    received: str
    note: str


@dataclass(frozen=True)
class Choice:
    """Which part of the registers is asked for; what is empty is not asked.

    Arguments:
        issuer: primary key of an organisation.
        words: of number and symbol, title or recipients, with or without diacritics.
    """

    issuer: int | None = None
    register: str = ""
    year: int | None = None
    words: str = ""


def registered(user: User, choice: Choice) -> QuerySet[OfficialDocument]:
    """Every document that was issued, also those in force no longer; without what ``row_of`` needs."""
    documents = OfficialDocument.objects.visible_to(user).exclude(state=State.DRAFT)
    if choice.issuer:
        documents = documents.filter(issuer=choice.issuer)
    if choice.register:
        documents = documents.filter(register=choice.register)
    if choice.year:
        documents = documents.filter(issued_on__year=choice.year)
    return documents


def lines(user: User, choice: Choice) -> QuerySet[OfficialDocument]:
    """The documents of the choice, the last one first, with all that ``row_of`` reads."""
    documents = registered(user, choice)
    if words := fold(choice.words).split():
        documents = documents.filter(pk__in=_with(words, documents))
    sent = Attachment.objects.filter(message__state=Message.State.SENT)
    letters = sent.filter(copy__document=OuterRef("pk")).values("copy__document")
    letters = letters.annotate(addresses=Count("message__address", distinct=True))
    moments = sent.filter(copy__document=OuterRef("pk")).order_by().values("message__sent_at")[:FIRST_LETTERS]
    # A document may have thousands of places: they are counted, and no more are read than can be named.
    copies = DocumentCopy.objects.filter(document=OuterRef("pk")).exclude(recipient="")
    places = copies.order_by("recipient").values("recipient").distinct()[: NAMED_PLACES + 1]
    number = copies.order_by().values("document").annotate(number=Count("recipient", distinct=True))
    replaced_by = OfficialDocument.objects.exclude(state=State.DRAFT)
    return (
        documents.select_related("replaces")
        .prefetch_related(
            Prefetch("replaced_by", replaced_by, to_attr="successors"),
        )
        .annotate(
            places=ArraySubquery(places),
            number_of_places=Coalesce(Subquery(number.values("number")), 0),
            # How many letters counts only where the copies do not say where they go.
            letters=Case(When(~Exists(copies), then=Subquery(letters.values("addresses")))),
            sent_at=ArraySubquery(moments),
            # Not counted: grouping would have what stands above asked for all documents, not for those of a page.
            signed=Exists(SignedCopy.objects.filter(document=OuterRef("pk"))),
        )
        .order_by("-issued_on", "-number", "-pk")
    )


def _with(words: list[str], documents: QuerySet[OfficialDocument]) -> list[int]:
    """Those that have every word. A year has some thousand documents: not worth a column for searching."""
    found = documents.only("kind", "symbol", "drafting_unit", "number", "subject", "recipients")
    folded = ((each.pk, fold(f"{each} {each.subject} {each.recipients}")) for each in found)
    return [pk for pk, text in folded if all(word in text for word in words)]


def row_of(document: OfficialDocument) -> Row:
    """A document of ``lines`` as the register has it."""
    recipients, kept_by = _places(document)
    handed_over = format_date(timezone.localdate(min(document.sent_at))) if document.sent_at else ""
    return Row(
        notation=document.notation,
        issued_on=format_date(document.issued_on),
        subject=f"{document.get_kind_display()}: {document.subject}",
        signer=document.signer_name or " ".join(document.signer_title.split()),
        recipients="; ".join(recipients),
        kept_by="; ".join(kept_by),
        copies=document.number_of_places or document.letters or 0,
        handed_over=handed_over,
        received="Qua thư điện tử" if handed_over else "",
        note="; ".join(_notes(document)),
    )


def _places(document: OfficialDocument) -> tuple[list[str], list[str]]:
    """Nơi nhận, and of them who keeps a copy ("Lưu: VT, ĐCK"); "Như trên" is told in full."""
    recipients, kept_by = [], []
    for line in document.recipients.splitlines():
        place = line.strip(" -–+;.")
        start = fold(place)
        if start.startswith("luu"):
            kept_by.append(place.partition(":")[2].strip() or place)
        elif start == "nhu tren":
            recipients += _as_above(document) or [place]
        elif place:
            recipients.append(place)
    return recipients, kept_by


def _as_above(document: OfficialDocument) -> list[str]:
    """Whom "Như trên" means: the addressees of a công văn, the invited of a Giấy mời."""
    named = document.content.get("addressees")
    named, number = (named, len(named)) if named else (document.places, document.number_of_places)
    return named if number <= NAMED_PLACES else [f"{number} nơi nhận ghi trong văn bản"]


def _notes(document: OfficialDocument) -> Iterable[str]:
    if document.state == State.RECALLED:
        moment = f" lúc {format_moment(document.recalled_at)}" if document.recalled_at else ""
        yield f"Đã thu hồi{moment}" + (f": {document.recall_reason}" if document.recall_reason else "")
    for successor in document.successors:
        yield f"Được thay thế bằng {successor.notation} ngày {format_date(successor.issued_on)}"
    if old := document.replaces:
        yield f"Thay thế {old.notation} ngày {format_date(old.issued_on)}"
    if document.signed:
        yield "Có bản đã ký"


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Gap:
    """Numbers below the highest one that no document of a register and year bears, as printed."""

    issuer: str
    register: str
    year: int
    numbers: str


def gaps(user: User, choice: Choice) -> list[Gap]:
    """Of each register and year of the choice which numbers were passed over; the words play no part."""
    given = defaultdict(list)
    numbers = registered(user, choice).annotate(year=ExtractYear("issued_on"), issued_by=F("issuer__name"))
    for issuer, register, year, number in numbers.order_by("-year", "issued_by", "register").values_list(
        "issued_by", "register", "year", "number"
    ):
        given[issuer, register, year].append(number)
    return [
        Gap(issuer, register_label(register), year, unused)
        for (issuer, register, year), taken in given.items()
        if (unused := _ranges(sorted(set(range(1, max(taken))) - set(taken))))
    ]


def _ranges(numbers: list[int]) -> str:
    """``03, 07–11``"""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join("–".join(f"{number:02d}" for number in run) for run in runs)


def register_label(register: str) -> str:
    """A register is named by the kind of documents that it numbers."""
    return dict(OfficialDocument.Kind.choices).get(register, register)


def workbook(user: User, choice: Choice) -> bytes:
    """The lines of the choice as XLSX."""
    rows = (astuple(row_of(document)) for document in lines(user, choice).iterator(chunk_size=500))
    return sheets.write_sheet("Sổ văn bản đi", HEADERS, rows)
