"""A file of 200 MB goes in and out over HTTP, and the process that serves it stays as small as it was."""

import http.client
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from conferences.models import PaperSubmission
from conferences.services import papers
from conferences.tests.test_paper_requests import ask

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MEGABYTE = 1024 * 1024
SIZE = 200 * MEGABYTE
CHUNK = 64 * 1024
# Threads, their connections and the parser of the form; an eighth of the file.
MOST = 25 * MEGABYTE


class Memory:
    """The most that this process has held at once since it was made; Linux counts it for us."""

    def __init__(self):
        Path("/proc/self/clear_refs").write_text("5")
        self.before = self._read("VmRSS")

    @property
    def growth(self) -> int:
        return self._read("VmHWM") - self.before

    def _read(self, name: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


@pytest.fixture
def memory():
    try:
        return Memory()
    except OSError:
        pytest.skip("This system does not say how much memory a process has held.")


class Browser:
    """Speaks HTTP with the live server and keeps nothing of what it sends and reads."""

    def __init__(self, live_server, cookies: dict[str, str]):
        self.host = urlsplit(live_server.url).netloc
        self.token = secrets.token_hex(16)
        cookies = cookies | {settings.CSRF_COOKIE_NAME: self.token}
        self.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, int]:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request("GET", path, headers={"Cookie": self.cookie} | headers)
        response, size = connection.getresponse(), 0
        while chunk := response.read(CHUNK):
            size += len(chunk)
        connection.close()
        return response, size

    def upload(self, path: str, fields: dict[str, str], name: str, file_name: str, size: int) -> int:
        """Send a form with a PDF of ``size`` bytes; answers the status."""
        mark = secrets.token_hex(8)
        fields = fields | {"csrfmiddlewaretoken": self.token}
        head = "".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        )
        head += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        head, tail = (head + "Content-Type: application/pdf\r\n\r\n").encode(), f"\r\n--{mark}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            yield b"%PDF-1.7\n".ljust(CHUNK, b"x")
            for _ in range(size // CHUNK - 1):
                yield secrets.token_bytes(1024) * (CHUNK // 1024)
            yield tail

        connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {
            "Cookie": self.cookie,
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Content-Length": str(len(head) + size + len(tail)),
        }
        connection.request("POST", path, body=body(), headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status


def test_sent_approved_shown_and_downloaded(conference, world, an, binh, live_server, client, memory):
    (paper,) = ask(conference, an, world.dak_lak.so, visibility="public")
    client.force_login(binh)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    browser = Browser(live_server, cookies)
    page = paper.get_absolute_url()
    assert browser.upload(page, {"do": "send"}, "send-upload", "Bản quét.pdf", SIZE) == 302
    assert PaperSubmission.objects.get().size == SIZE
    # Browsers that have no right send a whole file before they hear so.
    assert browser.upload(page, {"do": "approve"}, "send-upload", "Bản quét.pdf", SIZE) == 404
    version = papers.approve(request=paper, number=1, actor=an, at=timezone.now())

    anybody = Browser(live_server, {})
    whole = reverse("material", args=[version.pk])
    for path, wanted, status, size in (
        (whole, {}, 200, SIZE),
        (whole, {"Range": f"bytes={SIZE - 5 * MEGABYTE}-"}, 206, 5 * MEGABYTE),
        (whole, {"Range": "bytes=0-99"}, 206, 100),
        (whole, {"Range": f"bytes={SIZE}-"}, 416, 0),
        (reverse("material-inline", args=[version.pk]), {}, 200, SIZE),
        (reverse("materials-zip", args=[conference.slug]), {}, 200, None),
    ):
        response, got = anybody.get(path, **wanted)
        assert (response.status, got) == (status, got if size is None else size), (path, wanted)
    assert got > SIZE  # the ZIP
    assert memory.growth < MOST


def test_control_reading_it_whole_would_be_seen(memory):
    content = b"x" * SIZE
    assert memory.growth > SIZE / 2
    del content
