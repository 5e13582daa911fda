"""1,000 invitations as PDF by two workers: time of each, what the second worker adds, memory.

The baseline is a bare WeasyPrint call that sets the very same page with the same stylesheet and fonts, in as many
processes at once; ours adds the row, the template with its QR, the check for gaps, the hash and the file.
Memory is the highest of each worker, against what it was after the first copies.
"""

import time
from pathlib import Path

from django.urls import reverse

from conferences.models import Conference
from correspondence import pdf, printing
from correspondence.copies import ask_for_copies, wanted
from correspondence.models import OfficialDocument
from correspondence.models.documents import verification_code
from correspondence.typesetting import FONTS
from correspondence.waking import PRINT, wake
from hoinghi.bench import Figure, _bare
from hoinghi.bench._portal import (
    conference_with,
    issued_invitation,
    portal,
    seconds,
    staff_client,
    wait_until,
    workers,
)

INVITATIONS = 1000
BY_ONE = 200
WARM_UP = 40


def run() -> dict[str, Figure]:
    with portal():
        conference = conference_with(INVITATIONS)
        document = issued_invitation(conference)
        page = printing.page(document, "Sở Công Thương thứ 1", verification_code())
        css = (
            Path(pdf.STYLESHEET).read_text(encoding="utf-8").replace("font:Tinos", f"{FONTS.as_uri()}/Tinos")
        )
        with workers(1):
            _make(document, "warm one", WARM_UP)
            one = BY_ONE / _make(document, "one", BY_ONE)
        with workers(2) as processes:
            _make(document, "warm two", 2 * WARM_UP)
            before = _bare.milliseconds(page, css)
            memory = _peak_mb(processes)
            two = INVITATIONS / _make(document, "two", INVITATIONS)
            peak = _peak_mb(processes)
            bare = (before + _bare.milliseconds(page, css)) / 2
        request, plain = _order(conference)
    return {
        "pdf_each": Figure(2000 / two, "ms", bare, goal=1.1, of="ratio"),
        "pdf_two_workers": Figure(two, "/s", one, goal=1.8, of="ratio", at_most=False),
        "pdf_memory": Figure(peak, "MB", memory, goal=1.1, of="ratio"),
        "pdf_request": Figure(request, "s", plain, goal=0.3),
    }


def _make(document: OfficialDocument, name: str, count: int) -> float:
    """Ask for so many copies and wait until the workers have made them; the seconds that they took."""
    recipients = {f"Sở Công Thương thứ {number} ({name})": None for number in range(count)}
    ask_for_copies(document=document, recipients=recipients)  # wakes on commit, which is now
    started = time.monotonic()
    wake(PRINT)
    wait_until(lambda: not wanted().exists(), seconds=600, every=0.25)
    return time.monotonic() - started


def _peak_mb(processes) -> float:
    """The most memory that one of the processes ever had."""
    status = [Path(f"/proc/{process.pid}/status").read_text() for process in processes]
    peaks = [line for text in status for line in text.splitlines() if line.startswith("VmHWM")]
    return max(int(line.split()[1]) for line in peaks) / 1024


def _order(conference: Conference) -> tuple[float, float]:
    """Seconds of the request that orders the invitations, and of a page that asks for nothing."""
    client, url = staff_client(), reverse("invite", args=[conference.slug])
    client.get(url)
    request = seconds(lambda: client.post(url, {"letters": INVITATIONS, "read": "on"}))
    return request, seconds(lambda: client.get(reverse("help")))
