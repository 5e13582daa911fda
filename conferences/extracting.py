"""Reading the words out of uploaded files, so that they can be found: rows that wait, workers that take them."""

import contextlib
import datetime as dt
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conferences.indexing import index_material
from conferences.models import ExtractedText, MaterialVersion
from hoinghi.files import CHUNK, FILE_TYPES
from hoinghi.text import nfc

log = logging.getLogger(__name__)

State = ExtractedText.State
KINDS = {FILE_TYPES[kind].content_type: kind for kind in ("pdf", "docx")}
# A reader that has not answered by then is ended.
TIMEOUT_SECONDS = 90
LEASE = dt.timedelta(minutes=3)
ATTEMPTS = 3


def read_waiting(*, at: dt.datetime | None = None, limit: int = 20) -> int:
    """Read the files that wait and that no other worker holds; answers how many.

    Arguments:
        at: the moment of taking them, default now.
    """
    note_new_files()
    done = 0
    while done < limit and (taken := _take(at or timezone.now())) is not None:
        _read(taken)
        done += 1
    return done


def note_new_files() -> None:
    """A row for every newest version that can be read and has none yet."""
    new = MaterialVersion.objects.with_newest().filter(
        newest_id=F("pk"), content_type__in=KINDS, extracted__isnull=True
    )
    ExtractedText.objects.bulk_create(
        (ExtractedText(version=version) for version in new), ignore_conflicts=True
    )


@transaction.atomic
def _take(at: dt.datetime) -> ExtractedText | None:
    """One file, held until the lease ends: a worker that dies leaves it to the next one."""
    waiting = ExtractedText.objects.waiting(at).select_for_update(skip_locked=True, of=("self",))
    row = waiting.select_related("version__material__conference").order_by("pk").first()
    if row is None:
        return None
    row.attempts, row.leased_until = row.attempts + 1, at + LEASE
    row.save(update_fields=["attempts", "leased_until"])
    return row


def _read(row: ExtractedText) -> None:
    if row.attempts > ATTEMPTS:
        answer = {"problem": "máy đọc đã dừng giữa chừng nhiều lần"}
    else:
        answer = _answer_of_reader(row.version)
    text = nfc(answer.get("text", ""), lines=True)
    row.problem = answer.get("problem", "")[:200]
    row.state = State.UNREADABLE if row.problem else State.READ if text else State.EMPTY
    row.text, row.read_at, row.leased_until = text, timezone.now(), None
    row.save(update_fields=["state", "problem", "text", "read_at", "leased_until"])
    if row.problem:
        log.info("material version %s cannot be read: %s", row.version_id, row.problem)
    index_material(row.version.material)


def _answer_of_reader(version: MaterialVersion) -> dict[str, str]:
    """What the reader's own process says of a file (``hoinghi.extract``)."""
    try:
        with _on_disk(version.file) as path:
            done = subprocess.run(
                [sys.executable, "-m", "hoinghi.extract", KINDS[version.content_type], path],
                cwd=settings.BASE_DIR,
                env={"PATH": "", "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=TIMEOUT_SECONDS,
            )
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return {"problem": "đọc quá lâu"}
    except ValueError:  # it was ended before it could answer
        return {"problem": "tệp cần quá nhiều bộ nhớ hoặc thời gian để đọc"}
    except OSError:
        return {"problem": "tệp không còn trên máy chủ"}


@contextlib.contextmanager
def _on_disk(file: File) -> Iterator[str]:
    """Where the file lies; one that is kept elsewhere is fetched for the moment."""
    try:
        yield file.path
    except NotImplementedError:
        with tempfile.NamedTemporaryFile() as copy, file.open("rb") as source:
            for piece in source.chunks(CHUNK):
                copy.write(piece)
            copy.flush()
            yield copy.name
