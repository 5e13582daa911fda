"""Uploads are shown to ClamAV where ``CLAMAV_URL`` names one: clamd's own protocol, INSTREAM.

Nothing is taken unseen: a scanner that is away, or answers anything else than OK, means that the upload is refused.
"""

import contextlib
import logging
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5
# A 200 MB archive takes a scanner a while.
ANSWER_SECONDS = 120
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
PORT = 3310
_FOUND = re.compile(r"^stream: (?P<name>.+) FOUND$")
_CLEAN = "stream: OK"


class ScannerAway(Exception):
    """No answer, or one that says neither that the file is clean nor what is in it."""


def read_url(url: str) -> tuple[str, int] | str:
    """``tcp://host[:port]`` → host and port; ``unix:///path`` → the path.

    Raises:
        ImproperlyConfigured: it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return parts.path
    if parts.scheme == "tcp" and parts.hostname:
        return parts.hostname, parts.port or PORT
    raise ImproperlyConfigured("CLAMAV_URL must look like tcp://host:3310 or unix:///run/clamav/clamd.ctl.")


def refuse_infected(upload, name: str) -> None:
    """Show an upload to the scanner, from its beginning; leaves it at its beginning.

    Raises:
        ValidationError: something was found in it, or nobody could look.
    """
    if not settings.CLAMAV_URL:
        return
    try:
        found = found_in(upload)
    except ScannerAway as trouble:
        log.error("an upload was refused: the virus scanner is away (%s)", trouble)
        raise ValidationError(
            f"Chưa kiểm tra được mã độc trong “{name}” nên chưa nhận tệp. Thử lại sau ít phút; vẫn không được thì báo "
            "đơn vị tổ chức.",
            code="unscanned",
        ) from trouble
    finally:
        upload.seek(0)
    if found:
        log.warning("an upload was refused: %s", found)
        raise ValidationError(
            f"“{name}” có mã độc ({found}) nên không được nhận. Quét máy đang dùng trước khi gửi tệp khác.",
            code="infected",
        )


def found_in(upload) -> str:
    """The name of what is in the file, "" when it is clean.

    Raises:
        ScannerAway: nobody can say.
    """
    upload.seek(0)
    with _conversation() as line:
        # It hangs up on what is too large for it, and has said so before.
        with contextlib.suppress(ConnectionError):
            line.sendall(b"zINSTREAM\0")
            while chunk := upload.read(CHUNK):
                line.sendall(len(chunk).to_bytes(4, "big") + chunk)
            line.sendall(bytes(4))
        answer = _answer(line)
    if answer == _CLEAN:
        return ""
    if match := _FOUND.match(answer):
        return match["name"][:100]
    raise ScannerAway(answer or "no answer")


def answers() -> bool:
    """Whether the scanner is there: for ``manage.py doctor``."""
    try:
        with _conversation() as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except (ScannerAway, OSError):
        return False


@contextlib.contextmanager
def _conversation() -> Iterator[socket.socket]:
    where = read_url(settings.CLAMAV_URL)
    family = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET
    try:
        if family == socket.AF_UNIX:
            line = socket.socket(family, socket.SOCK_STREAM)
            line.settimeout(CONNECT_SECONDS)
            line.connect(where)
        else:
            line = socket.create_connection(where, timeout=CONNECT_SECONDS)
        with line:
            line.settimeout(ANSWER_SECONDS)
            yield line
    except OSError as error:
        raise ScannerAway(str(error)) from error


def _answer(line: socket.socket) -> str:
    told = b""
    while len(told) < LONGEST_ANSWER and not told.endswith(b"\0"):
        try:
            part = line.recv(LONGEST_ANSWER)
        except ConnectionError:
            break
        if not part:
            break
        told += part
    return told.rstrip(b"\0").decode("utf-8", "replace").strip()
