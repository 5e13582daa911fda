"""The part of a page that is asked for again every few seconds, by many screens at once.

A number per conference (``venues.watching``) says whether anything has changed. While it stands, the answer is 304 and
has cost one short query beside the session's: the ETag holds a keyed hash, so whoever sends it back has been let in
before, and needs to be recognised again only when there is something new to read. What is new is drawn once in each
process, whoever asks first, and kept as compressed bytes for all the others, however fast things change, for as long
as ``NEW_ENOUGH`` says.
"""

import datetime as dt
import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags, quote_etag

from venues.models import BoardVersion

# Seconds for which a part is new enough for whoever has an older one. A screen asks every three seconds: what
# happens stands on it within five, half a second of which is left for the way there.
NEW_ENOUGH = 1.5
MOST_DRAWN = 200


@dataclass(frozen=True)
class _Drawn:
    """A part as it was drawn last; ``number`` and ``etag`` are those of the moment before it was drawn."""

    number: int = -1
    etag: str = ""
    content: bytes = b""
    at: float = 0.0

    def will_do(self, etag: str, known: int) -> bool:
        """The part is the present one, or newer than what is known and hardly old."""
        return self.etag == etag or (self.number > known and time.monotonic() - self.at < NEW_ENOUGH)


# (conference, part) → what was drawn, and who draws now; a handful of conferences meet on one day.
_drawn: dict[tuple[int, str], _Drawn] = {}
_drawing: dict[tuple[int, str], threading.Lock] = {}


def etag_of(conference_id: int, number: int, part: str, at: dt.datetime) -> str:
    """Names what a part shows at ``at``; a new one every minute, for the parts show the time.

    The number stands in front: a screen is never given anything older than what it shows.
    """
    value = f"{conference_id}|{number}|{part}|{int(at.timestamp()) // 60}"
    return quote_etag(
        f"{number}.{salted_hmac('delegates.board', value, algorithm='sha256').hexdigest()[:32]}"
    )


def number_of(conference_id: int) -> int:
    """How often the conference's rooms, delegates and speakers have changed."""
    return BoardVersion.objects.filter(pk=conference_id).values_list("number", flat=True).first() or 0


def not_modified(request, etags: set[str]) -> HttpResponse | None:
    """The empty answer to somebody who has one of ``etags`` already."""
    known = set(parse_etags(request.headers.get("If-None-Match", ""))) & etags
    if not known:
        return None
    answer = HttpResponseNotModified()
    answer["ETag"] = known.pop()
    return answer


def drawn(
    request, conference_id: int, part: str, number: int, etag: str, draw: Callable[[], str]
) -> HttpResponse:
    """The part as it is now, or was a moment ago when the screen has an older one.

    Arguments:
        part: names what is drawn, and for whom; the same for everybody who may read the same.
        number, etag: read before anything else, so that what is drawn is never older than they say.
        draw: makes the HTML; must not depend on who asks.
    """
    key, known = (conference_id, part), _number_in(request.headers.get("If-None-Match", ""))
    last = _drawn.get(key, _Drawn())
    if not last.will_do(etag, known):
        with _drawing.setdefault(key, threading.Lock()):  # the others wait for the first
            last = _drawn.get(key, _Drawn())
            if not last.will_do(etag, known):
                content = gzip.compress(draw().encode(), compresslevel=6, mtime=0)
                if len(_drawn) >= MOST_DRAWN:
                    _drawn.clear()
                last = _drawn[key] = _Drawn(number, etag, content, time.monotonic())
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = HttpResponse(last.content)
        answer["Content-Encoding"] = "gzip"
    else:
        answer = HttpResponse(gzip.decompress(last.content))
    answer["ETag"] = last.etag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Accept-Encoding", "Cookie"])
    return answer


def _number_in(known: str) -> int:
    """The number of the part that a screen has; -1 when it has none: anything hardly old will do."""
    number, _, _ = known.removeprefix("W/").strip('"').partition(".")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else -1
