"""Many files as one ZIP that is written while it is sent: its size costs neither memory nor disk."""

import datetime as dt
import logging
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models.fields.files import FieldFile
from django.http import StreamingHttpResponse
from django.utils import timezone

from hoinghi.files import CHUNK, clean_name, content_disposition

log = logging.getLogger(__name__)

# Packed already; trying again costs time and gains nothing.
_PACKED = (".zip", ".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".jpg", ".jpeg", ".png")
MISSING = "TEP-THIEU.txt"


@dataclass(frozen=True)
class Entry:
    """One file of the package.

    Arguments:
        name: its place in the package, folders set apart by "/".
        content: the file as it is stored, or its bytes.
    """

    name: str
    content: FieldFile | bytes


class _Sink:
    """Takes what ``zipfile`` writes and gives it away piece by piece; nobody can go back in it."""

    def __init__(self):
        self._pieces: list[bytes] = []

    def write(self, piece) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def zip_of(entries: Iterable[Entry], *, at: dt.datetime) -> Iterator[bytes]:
    """The package in pieces. Two files of one name get numbers; a file that is gone from the disk is named in
    ``MISSING`` instead of breaking off the download.

    Arguments:
        at: the date of the files in it.
    """
    sink, missing, names = _Sink(), [], Names()
    moment = timezone.localtime(at).timetuple()[:6]
    with zipfile.ZipFile(sink, "w") as archive:
        for entry in entries:
            info = zipfile.ZipInfo(names.free(entry.name), moment)
            packed = info.filename.lower().endswith(_PACKED)
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            try:
                pieces = _pieces_of(entry.content)
                first = next(pieces, b"")
            except OSError:
                log.exception("a file of a package is gone: %s", entry.content)
                missing.append(entry.name)
                continue
            # Its length stands behind the file, so it need not be known; past 2 GB only with this.
            with archive.open(info, "w", force_zip64=True) as target:
                target.write(first)
                yield sink.take()
                for piece in pieces:
                    target.write(piece)
                    yield sink.take()
        if missing:
            words = "Các tệp sau không đọc được trên máy chủ:\n" + "\n".join(missing) + "\n"
            archive.writestr(zipfile.ZipInfo(names.free(MISSING), moment), words)
    yield sink.take()


def zip_response(entries: Iterable[Entry], *, name: str, at: dt.datetime) -> StreamingHttpResponse:
    """The package as a download.

    Arguments:
        name: what the person's disk shall call it, with ".zip".
    """
    response = StreamingHttpResponse(zip_of(entries, at=at), content_type="application/zip")
    response["Content-Disposition"] = content_disposition(clean_name(name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _pieces_of(content: FieldFile | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.storage.open(content.name, "rb") as source:
        while piece := source.read(CHUNK):
            yield piece


class Names:
    """Names that no file system mixes up: parts without forbidden signs, none twice.

    Whoever writes an index of a package asks here first: a name that it has given is taken over as it is.
    """

    def __init__(self):
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        wanted = "/".join(clean_name(part) for part in name.split("/"))
        stem, dot, extension = wanted.rpartition(".")
        free, number = wanted, 1
        while free.lower() in self._taken:
            number += 1
            free = f"{stem} ({number}).{extension}" if dot else f"{wanted} ({number})"
        self._taken.add(free.lower())
        return free
