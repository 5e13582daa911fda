"""1,000 invitations as PDF by two workers: time of each, what the second worker adds, memory.

The baseline is a bare WeasyPrint call that sets the very same page with the same stylesheet and fonts, in as many
processes at once; ours adds the row, the template with its QR, the check for gaps, the hash and the file.
Memory is the highest of each worker, against what it was after the first copies.
"""

import multiprocessing
import statistics
import time
from pathlib import Path

from django.urls import reverse

from conferences.models import Conference
from correspondence import pdf, printing
from correspondence.copies import ask_for_copies
from correspondence.models import DocumentCopy, OfficialDocument
from correspondence.models.documents import verification_code
from correspondence.typesetting import FONTS
from correspondence.waking import PRINT, wake
from hoinghi.bench import Figure
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
BARE_CALLS = 100


def run() -> dict[str, Figure]:
    with portal():
        conference = conference_with(INVITATIONS)
        document = issued_invitation(conference)
        page = printing.page(document, "Sở Công Thương thứ 1", verification_code())
        with workers(1):
            _make(document, "warm one", WARM_UP)
            one = BY_ONE / _make(document, "one", BY_ONE)
        with workers(2) as processes:
            _make(document, "warm two", 2 * WARM_UP)
            before = _bare_ms(page)
            memory = _peak_mb(processes)
            two = INVITATIONS / _make(document, "two", INVITATIONS)
            peak = _peak_mb(processes)
            bare = (before + _bare_ms(page)) / 2
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
    wait_until(lambda: not DocumentCopy.objects.pending().exists(), seconds=600)
    return time.monotonic() - started


def _bare_ms(page: str) -> float:
    """Milliseconds of a bare call while two processes make such calls, as two workers do."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return statistics.mean(pool.map(_bare_calls, [page, page], chunksize=1))


def _bare_calls(page: str) -> float:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    css = Path(pdf.STYLESHEET).read_text(encoding="utf-8").replace("font:Tinos", f"{FONTS.as_uri()}/Tinos")
    stylesheet = CSS(string=css, font_config=fonts)

    def call() -> None:
        HTML(string=page).write_pdf(stylesheets=[stylesheet], font_config=fonts, pdf_variant="pdf/ua-1")

    for _ in range(WARM_UP // 4):
        call()
    return 1000 * seconds(lambda: [call() for _ in range(BARE_CALLS)]) / BARE_CALLS


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
