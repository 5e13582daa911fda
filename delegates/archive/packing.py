"""Ordering an archive package, making it, taking it away again."""

import datetime as dt
import hashlib
import logging
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils import timezone

from conferences.citing import UnknownPlaceholder
from conferences.facts import Facts, facts_of
from conferences.models import Conference
from conferences.notice import build_notice, notice_text
from correspondence.waking import wake_on_commit
from delegates.archive.contents import CODES, PARTS, Piece, labels_of, pieces_of
from delegates.models import ArchivePackage
from delegates.policies import can_archive
from directory.audit import record
from directory.models import User
from hoinghi.files import clean_name
from hoinghi.text import format_date
from hoinghi.zips import Entry, Names, zip_of

log = logging.getLogger(__name__)

MAKE = "delegates.tasks.make_packages"
KEPT = dt.timedelta(days=14)
LEASE = dt.timedelta(minutes=10)
ATTEMPTS = 3
INDEX, STYLE = "index.html", "kieu.css"
SYSTEM = "hệ thống"
State = ArchivePackage.State


class NotNow(Exception):
    """The package cannot be ordered; the text is for the person who asked."""


# ── ordering ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def order_package(
    *, conference: Conference, parts: Iterable[str], actor: User, at: dt.datetime
) -> ArchivePackage:
    """Ask a worker for a package with these parts.

    Arguments:
        parts: codes of ``contents.PARTS``.
    Raises:
        NotNow: the conference is not over, or a package of it is being made.
        ValidationError: no part was chosen.
    """
    chosen = [code for code in CODES if code in set(parts)]
    if not chosen:
        raise ValidationError("Chọn ít nhất một phần để đưa vào gói.")
    if not can_archive(conference, at):
        raise NotNow("Gói lưu trữ tạo được sau khi hội nghị kết thúc.")
    try:
        with transaction.atomic():
            package = ArchivePackage.objects.create(
                conference=conference, parts=chosen, ordered_by=actor, ordered_at=at
            )
    except IntegrityError:
        raise NotNow("Một gói của hội nghị này đang được tạo. Chờ xong rồi tạo gói khác.") from None
    record(actor=actor, action="archive.order", target=package, changes={"parts": [None, labels_of(chosen)]})
    wake_on_commit(MAKE)
    return package


@transaction.atomic
def remove_package(*, package: ArchivePackage, actor: User | str) -> None:
    """Take the file away; that there was one stays written down.

    Raises:
        NotNow: it is being made.
    """
    package = ArchivePackage.objects.select_for_update().get(pk=package.pk)
    if package.is_under_way:
        raise NotNow("Gói đang được tạo. Chờ xong rồi xóa.")
    if package.state == State.REMOVED:
        return
    name, storage = package.file.name, package.file.storage
    package.state, package.file = State.REMOVED, ""
    package.save(update_fields=["state", "file"])
    record(actor=actor, action="archive.remove", target=package, changes={"size": [package.size, 0]})
    if name:
        transaction.on_commit(lambda: storage.delete(name))


# ── making ──────────────────────────────────────────────────────────────────────────────────────────


def make_waiting(*, at: dt.datetime | None = None) -> int:
    """Make the packages that wait, remove those whose time is over; answers how many were made."""
    at, made = at or timezone.now(), 0
    for package in ArchivePackage.objects.outdated(at):
        remove_package(package=package, actor=SYSTEM)
    while (package := _take(at)) is not None:
        _make(package, at)
        made += 1
    return made


@transaction.atomic
def _take(at: dt.datetime) -> ArchivePackage | None:
    """One package, held until the lease ends: a worker that dies leaves it to the next one."""
    package = ArchivePackage.objects.to_make(at).select_for_update(skip_locked=True).order_by("pk").first()
    if package is None:
        return None
    package.attempts += 1
    package.state, package.leased_until, package.done = State.MAKING, timezone.now() + LEASE, 0
    package.save(update_fields=["attempts", "state", "leased_until", "done"])
    return package


def _make(package: ArchivePackage, at: dt.datetime) -> None:
    try:
        if package.attempts > ATTEMPTS:
            raise ValidationError("Máy tạo gói đã dừng giữa chừng nhiều lần.")
        _fill(package, at)
    except Exception as error:
        log.exception("archive package %s cannot be made", package.pk)
        said = (
            error.messages[0]
            if isinstance(error, ValidationError)
            else f"Lỗi của cổng ({type(error).__name__})."
        )
        package.state, package.error = State.FAILED, said[:300]
    else:
        package.state, package.expires_at = State.READY, timezone.now() + KEPT
    package.finished_at, package.leased_until = timezone.now(), None
    package.save()
    record(
        actor=package.ordered_by or SYSTEM,
        action="archive.make",
        target=package,
        changes={"state": [State.MAKING, package.state], "files": [None, package.done]},
    )


def _fill(package: ArchivePackage, at: dt.datetime) -> None:
    """Write the ZIP to a temporary file piece by piece, then keep it where uploads are kept."""
    conference = Conference.objects.printable().get(pk=package.conference_id)
    actor = package.ordered_by or SYSTEM
    pieces = _named(pieces_of(conference=conference, parts=package.parts, actor=actor, at=at))
    package.total = len(pieces)
    package.save(update_fields=["total"])
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(suffix=".zip") as target:
        for chunk in zip_of(_entries(package, conference, pieces, at), at=at):
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        package.size, package.sha256 = target.tell(), digest.hexdigest()
        package.file_name = clean_name(
            f"Lưu trữ {(conference.short_title or conference.title)[:90]} {format_date(conference.start_at)}".replace(
                "/", "-"
            )
            + ".zip"
        )
        with open(target.name, "rb") as source:
            package.file.save(f"{package.sha256[:32]}.zip", File(source), save=False)


def _named(pieces: list[Piece]) -> list[Piece]:
    """With the names under which they will stand in the package."""
    names = Names()
    for taken in (INDEX, STYLE):
        names.free(taken)
    return [replace(piece, name=names.free(piece.name)) for piece in pieces]


def _entries(
    package: ArchivePackage, conference: Conference, pieces: list[Piece], at: dt.datetime
) -> Iterator[Entry]:
    """The files one after the other; the next one is made when the one before is written."""
    yield Entry(INDEX, index_page(conference, pieces, package.parts, at))
    yield Entry(STYLE, (Path(__file__).parent / "package.css").read_bytes())
    for number, piece in enumerate(pieces, start=1):
        yield Entry(piece.name, piece.bytes_or_file())
        package.done = number
        package.leased_until = timezone.now() + LEASE
        package.save(update_fields=["done", "leased_until"])


# ── the index ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Shelf:
    """A part in the index: (label, name in the package, whether the file is there)."""

    label: str
    is_personal: bool
    files: list[tuple[str, str, bool]]


def index_page(conference: Conference, pieces: list[Piece], parts: list[str], at: dt.datetime) -> bytes:
    """The page to open first; everything it shows lies beside it."""
    shelves = []
    for part in (part for part in PARTS if part.code in parts):
        files = [(piece.label, piece.name, _is_there(piece)) for piece in pieces if piece.part == part.code]
        shelves.append(Shelf(part.label, part.is_personal, files))
    facts = facts_of(conference)
    context = {
        "conference": conference,
        "facts": facts,
        "places": [(place.printed_label, place.printed) for place in conference.places.all()],
        "notice": _notice(conference, facts),
        "shelves": shelves,
        "has_personal": any(shelf.is_personal and shelf.files for shelf in shelves),
        "at": at,
        "root": "",
    }
    return render_to_string("delegates/package/index.html", context).encode()


def _notice(conference: Conference, facts: Facts) -> list[str]:
    try:
        return [text for text in notice_text(build_notice(conference, facts)).split("\n\n") if text.strip()]
    except UnknownPlaceholder:
        return []


def _is_there(piece: Piece) -> bool:
    return not isinstance(piece.content, FieldFile) or piece.content.storage.exists(piece.content.name)
