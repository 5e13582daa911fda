"""Files in and out: what an upload really is, and the one way in which a file leaves the house."""

import datetime as dt
import hashlib
import logging
import os
import re
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File, uploadhandler
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from whitenoise.storage import CompressedManifestStaticFilesStorage

from hoinghi.scanning import refuse_infected
from hoinghi.secrecy import refuse_stamped
from hoinghi.text import capfirst, fold, nfc

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
SEEN = "seen_by_scanner"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
# Of a ZIP's table of contents, before it is read: each of its some 50 bytes becomes an object ten times as large.
MAX_CONTENTS = 2 * 1024 * 1024
MAX_PARTS_LIST = 1024 * 1024
# Folder of what is being written.
UNFINISHED = ".new"
UNFINISHED_FOR = dt.timedelta(days=1)


# What browsers show by themselves, and nothing in it can act as a page of ours.
INLINE_TYPES = {"application/pdf", "image/jpeg", "image/png"}


@dataclass(frozen=True)
class FileType:
    """What a file of one extension must be: its content type, its container and members of which one proves it."""

    content_type: str
    container: str = ""
    members: tuple[str, ...] = ()


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
# The document formats of TT 39/2017/TT-BTTTT that we take.
FILE_TYPES = {
    "pdf": FileType("application/pdf"),
    "docx": FileType(_OOXML + "wordprocessingml.document", ZIP, ("word/document.xml",)),
    "xlsx": FileType(_OOXML + "spreadsheetml.sheet", ZIP, ("xl/workbook.xml",)),
    "pptx": FileType(_OOXML + "presentationml.presentation", ZIP, ("ppt/presentation.xml",)),
    "odt": FileType(_ODF + "text", ZIP, ("content.xml",)),
    "ods": FileType(_ODF + "spreadsheet", ZIP, ("content.xml",)),
    "odp": FileType(_ODF + "presentation", ZIP, ("content.xml",)),
    "doc": FileType("application/msword", OLE, ("WordDocument",)),
    "xls": FileType("application/vnd.ms-excel", OLE, ("Workbook", "Book")),
    "ppt": FileType("application/vnd.ms-powerpoint", OLE, ("PowerPoint Document",)),
    "jpg": FileType("image/jpeg"),
    "jpeg": FileType("image/jpeg"),
    "png": FileType("image/png"),
    "zip": FileType(ZIP, ZIP),
}


@dataclass(frozen=True)
class Examined:
    """An upload that passed: its cleaned name, true content type, size in bytes and SHA-256."""

    name: str
    content_type: str
    size: int
    sha256: str

    @property
    def described(self) -> dict:
        """The same as the fields that a row keeps beside its file."""
        return {
            "file_name": self.name,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
        }

    @property
    def disk_name(self) -> str:
        """A new name for the disk; the Vietnamese one is given back at each download."""
        return random_name(self.name)


def random_name(name: str) -> str:
    """What a file of this name is called on the disk: nobody guesses it, and nothing of the name stands there."""
    return uuid.uuid4().hex + Path(name).suffix.lower()


class NotStored(ValidationError):
    """The disk is full, or the bucket away: for the person whose file it is, at the field where it was chosen."""


@contextmanager
def dropped_on_failure(*files: FieldFile) -> Iterator[None]:
    """Take stored files from the disk again when the row that they belong to does not come about.

    Raises:
        NotStored: a file could not be stored.
    """
    try:
        yield
    except BaseException as error:
        for file in files:
            file.delete(save=False)  # nothing happens where none was stored
        if isinstance(error, OSError):
            log.exception("A file could not be stored")
            raise NotStored(
                "Chưa lưu được tệp: kho tệp của Cổng hết chỗ hoặc đang không trả lời. Chưa có gì bị thay đổi; "
                "thử lại sau ít phút, còn lỗi thì báo cho đơn vị quản trị Cổng."
            ) from error
        raise


class TemporaryUploadHandler(uploadhandler.TemporaryFileUploadHandler):
    """Large uploads on their way, in the folder for passing things; one that finds no room leaves it at once."""

    def receive_data_chunk(self, raw_data, start):
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            with suppress(OSError):  # it cannot be written to the end either
                self.file.close()
            raise


class _Written(File):
    """A file of the disk that may be moved to where it belongs."""

    def temporary_file_path(self) -> str:
        return self.name


class DiskStorage(FileSystemStorage):
    """The folder MEDIA_ROOT. A file has its name only when it is there whole: neither a full disk nor a process
    that is killed leaves half of one.
    """

    def _save(self, name, content):
        unfinished = os.path.join(self.location, UNFINISHED)
        os.makedirs(unfinished, exist_ok=True)
        there = getattr(content, "temporary_file_path", None)
        if there and os.stat(there()).st_dev == os.stat(unfinished).st_dev:
            return super()._save(name, content)  # is there already, and only moves
        with tempfile.NamedTemporaryFile(dir=unfinished, delete=False) as file:
            try:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())  # the row that names it will survive a power cut
                return super()._save(name, _Written(file, file.name))
            except BaseException:
                os.unlink(file.name)
                raise


def remove_unfinished(at: dt.datetime) -> int:
    """Take away what a process that was killed had begun to write to MEDIA_ROOT; answers how many files.

    Nobody writes one file for a day. A bucket has no such folder: what is broken off there never shows.
    """
    folder, removed = Path(settings.MEDIA_ROOT, UNFINISHED), 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # it was finished or taken away this very moment
            if path.stat().st_mtime < (at - UNFINISHED_FOR).timestamp():
                path.unlink()
                removed += 1
    if removed:
        log.warning("%s unfinished files of killed processes were removed", removed)
    return removed


def examine(upload, *, max_mb: int | None = None) -> Examined:
    """Check an uploaded file by its content; reads it in chunks, so its size costs no memory.

    Raises:
        ValidationError: unknown extension, too large, empty, content that is not what the name says, macros, something
            that the virus scanner finds, or the stamp of a state secret.
    """
    name = clean_name(upload.name)
    limit = max_mb or settings.UPLOAD_MAX_MB
    extension = Path(name).suffix.lower().lstrip(".")
    expected = FILE_TYPES.get(extension)
    if expected is None:
        known = ", ".join(sorted(FILE_TYPES))
        raise ValidationError(f"“{name}”: loại tệp này không được nhận. Các loại được nhận: {known}.")
    if upload.size > limit * 1024 * 1024:
        raise ValidationError(f"“{name}” lớn hơn {limit} MB. Giảm dung lượng hoặc chia thành nhiều tệp.")
    if not upload.size:
        raise ValidationError(f"“{name}” rỗng. Chọn lại tệp.")
    upload.seek(0)
    if not _is_what_it_says(upload, expected):
        raise ValidationError(
            f"Nội dung của “{name}” không đúng với phần mở rộng. Mở tệp, lưu lại đúng loại rồi tải lên."
        )
    if expected.container == ZIP and _has_macros(upload):
        raise ValidationError(
            f"“{name}” có macro nên không được nhận. Lưu lại dạng không có macro, hoặc dạng PDF, rồi tải lên."
        )
    if not getattr(upload, SEEN, False):
        refuse_infected(upload, name)
        refuse_stamped(upload, name, extension)
        with suppress(
            AttributeError
        ):  # a form looks and then the service does: the same bytes are shown once
            setattr(upload, SEEN, True)
    upload.seek(0)
    digest = hashlib.sha256()
    while chunk := upload.read(CHUNK):
        digest.update(chunk)
    upload.seek(0)
    return Examined(name, expected.content_type, upload.size, digest.hexdigest())


def _is_what_it_says(upload, expected: FileType) -> bool:
    head = upload.read(8192)
    if expected.container == OLE:
        # Installers and letters are such containers, too.
        is_one = head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        return is_one and any(_holds(upload, each.encode("utf-16-le")) for each in expected.members)
    if expected.container != ZIP:
        return filetype.guess_mime(head) == expected.content_type
    try:
        end = zipfile._EndRecData(upload)  # the very record that ZipFile goes by
        if end is None or end[zipfile._ECD_SIZE] > MAX_CONTENTS:
            return False
        with zipfile.ZipFile(upload) as archive:
            members = archive.namelist()
    except zipfile.BadZipFile:
        return False
    return not expected.members or any(each in members for each in expected.members)


def _holds(upload, wanted: bytes) -> bool:
    upload.seek(0)
    before = b""
    while chunk := upload.read(CHUNK):
        if wanted in before + chunk:
            return True
        before = chunk[-len(wanted) :]
    return False


def _has_macros(upload) -> bool:
    """By the usual name, or by what the file itself calls one of its parts, whatever its name."""
    upload.seek(0)
    with zipfile.ZipFile(upload) as archive:
        if any(member.lower().endswith("vbaproject.bin") for member in archive.namelist()):
            return True
        try:
            with archive.open("[Content_Types].xml") as types:
                return b"vbaproject" in types.read(MAX_PARTS_LIST).lower()
        except Exception:
            # Whatever a library meets in a broken file; no program opens it as a document with macros.
            return False


def clean_name(name: str) -> str:
    """A file name without path, control characters and decomposed letters; Vietnamese letters stay."""
    base = nfc(re.split(r"[/\\]", name)[-1])
    return re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "", base).strip(" .")[:200] or "tep"


def content_disposition(name: str, *, inline: bool = False) -> str:
    """RFC 6266 header value with the name without diacritics, and the Vietnamese name of RFC 5987."""
    plain = capfirst(fold(name)).encode("ascii", "ignore").decode()
    ascii_name = " ".join(re.sub(r'["\\\x00-\x1f]', "", plain).split()) or "download"
    return f"{'inline' if inline else 'attachment'}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def deliver(
    request, file, *, name: str, content_type: str, etag: str = "", inline: bool = False
) -> HttpResponse:
    """Answer a download; the caller has checked the right, each time.

    The file is an attachment, unless it is to be shown inside a page, and never sniffed. With
    ``X_ACCEL_LOCATION`` the reverse proxy sends the bytes; without it, or from a bucket, a single range is
    honoured, so that a broken download of a large file can go on.

    Arguments:
        file: a ``FieldFile``.
        name: what the person's disk shall call it.
        inline: show it in the browser; only for types that cannot run anything here (``INLINE_TYPES``).
        etag: a strong entity tag in quotes, without which no program goes on with a broken download.
    """
    if settings.X_ACCEL_LOCATION and not settings.STORAGE_URL:
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.X_ACCEL_LOCATION.rstrip('/')}/{quote(file.name)}"
    else:
        response = _ranged(request, file, etag)
    response["Content-Type"] = content_type
    response["Content-Disposition"] = content_disposition(
        name, inline=inline and content_type in INLINE_TYPES
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    if etag:
        response["ETag"] = etag
    return response


def _ranged(request, file, etag: str) -> HttpResponse:
    size = file.size
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", ""))
    # If-Range names the version that the first part came from: another one is sent whole.
    changed = request.headers.get("If-Range", etag) != etag
    if match is None or match.group() == "bytes=-" or changed:
        response = FileResponse(file.open("rb"))
        response["Accept-Ranges"] = "bytes"
        return response
    first, last = match.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    response = StreamingHttpResponse(_slice(file, start, end), status=206)
    response["Content-Length"] = str(end - start + 1)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Accept-Ranges"] = "bytes"
    return response


def _slice(file, start: int, end: int):
    with file.open("rb") as source:
        source.seek(start)
        left = end - start + 1
        while left and (chunk := source.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; a template that names a missing file still renders in development and tests."""

    manifest_strict = False
