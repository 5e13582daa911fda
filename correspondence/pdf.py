"""HTML of an official document to PDF: one stylesheet, one typeface, and no way out of the house."""

import atexit
import functools
import gc
import threading
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from correspondence.typesetting import FONTS

STYLESHEET = Path(settings.BASE_DIR) / "templates" / "pdf" / "nd30.css"

# Of pictures: sharp on paper, a few hundred kB each.
DPI = 150

# Pango's font map, which the configuration holds, must not be used by two threads at once.
_lock = threading.Lock()


class OutsideReference(Exception):
    """The document refers to something outside itself; nothing of the kind is ever fetched."""


def render(html: str, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Set a document and return it as tagged PDF (PDF/UA-1) with its fonts embedded.

    Arguments:
        html: a whole page; title, language, author and description become the file's metadata.
        pictures: JPEG files that it shows as ``<img src="picture:NAME">``; set down to what paper needs.

    Raises:
        OutsideReference: the page refers to a file or address (picture, stylesheet, attachment …).
    """
    # Half a second and 70 MB: only processes that print pay for it.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with _lock:
        fonts, stylesheet, fetcher = _workshop()
        fetcher.pictures = pictures or {}
        try:
            # No `cache`: it keeps every picture for good.
            return HTML(string=html, url_fetcher=fetcher).write_pdf(
                stylesheets=[stylesheet],
                font_config=fonts,
                pdf_variant="pdf/ua-1",
                dpi=DPI if pictures else None,
            )
        except FatalURLFetchingError as error:
            # A BaseException, which would end the worker.
            raise OutsideReference(str(error)) from error
        finally:
            fetcher.pictures = {}


@functools.cache
def _workshop():
    """Fonts, parsed stylesheet and fetcher, once per process: a new configuration leaks 0.2 MB a document."""
    from PIL import ImageFile
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    # WeasyPrint lets the whole process take half a picture for a whole one; an upload that was cut off must be
    # refused, and the pictures of our documents are whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class OwnFiles(URLFetcher):
        """Hands out the four font files and the document's own pictures by name, and refuses everything else."""

        pictures: Mapping[str, bytes] = {}

        def fetch(self, url, headers=None):
            if (picture := self.pictures.get(url.removeprefix("picture:"))) and url.startswith("picture:"):
                return URLFetcherResponse(url, picture, {"Content-Type": "image/jpeg"})
            name = url.removeprefix("font:")
            if name == url or name not in {path.name for path in FONTS.glob("Tinos-*.ttf")}:
                raise ValueError(f"refused: {url}")
            return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})

    fetcher = OwnFiles(fail_on_errors=True)
    fonts = FontConfiguration()
    # It removes its folder of fonts when it goes, which is too late once the interpreter is shutting down.
    atexit.register(_workshop.cache_clear)
    stylesheet = CSS(string=STYLESHEET.read_text(encoding="utf-8"), font_config=fonts, url_fetcher=fetcher)
    # Setting a page makes so many objects that the collector walks through all that is loaded several times a
    # page: a fifth of the time. What is loaded by now stays for good, it need not be looked at again.
    gc.collect()
    gc.freeze()
    return fonts, stylesheet, fetcher
