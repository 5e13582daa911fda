"""The baseline of PDFs: WeasyPrint and nothing else, in a process that has inherited nothing from the portal."""

import multiprocessing
import statistics
import time

PROCESSES = 2
CALLS = 100
WARM_UP = 10


def milliseconds(page: str, css: str) -> float:
    """Of one bare call while two processes make such calls, as two workers do.

    The processes are spawned: one that is forked waits for ever for answers of the broker which its parent has read.
    """
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        return statistics.mean(pool.starmap(_calls, [(page, css)] * PROCESSES, chunksize=1))


def _calls(page: str, css: str) -> float:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    stylesheet = CSS(string=css, font_config=fonts)

    def call() -> None:
        HTML(string=page).write_pdf(stylesheets=[stylesheet], font_config=fonts, pdf_variant="pdf/ua-1")

    for _ in range(WARM_UP):
        call()
    started = time.monotonic()
    for _ in range(CALLS):
        call()
    return 1000 * (time.monotonic() - started) / CALLS
