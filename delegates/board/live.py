"""The part of a page that is asked for again every few seconds, by many screens at once.

A number per conference (``venues.watching``) says whether anything has changed. While it stands, the answer is 304 and
has cost one short query: the ETag holds a keyed hash, so whoever sends it back has been let in before, and needs to be
recognised again only when there is something new to read. What is new is drawn once in each process, whoever asks
first, and kept as compressed bytes for all the others.
"""

import datetime as dt
import gzip
from collections.abc import Callable

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags, quote_etag

from venues.models import BoardVersion

# (conference, part) → (ETag, bytes); a handful of conferences meet on one day.
_drawn: dict[tuple[int, str], tuple[str, bytes]] = {}
MOST_DRAWN = 200


def etag_of(conference_id: int, number: int, part: str, at: dt.datetime) -> str:
    """Names what a part shows at ``at``; a new one every minute, for the parts show the time."""
    value = f"{conference_id}|{number}|{part}|{int(at.timestamp()) // 60}"
    return quote_etag(salted_hmac("delegates.board", value, algorithm="sha256").hexdigest()[:32])


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


def drawn(request, conference_id: int, part: str, etag: str, draw: Callable[[], str]) -> HttpResponse:
    """The part as it is now.

    Arguments:
        part: names what is drawn, and for whom; the same for everybody who may read the same.
        draw: makes the HTML; must not depend on who asks.
    """
    key = (conference_id, part)
    known, content = _drawn.get(key, ("", b""))
    if known != etag:
        content = gzip.compress(draw().encode(), compresslevel=6, mtime=0)
        if len(_drawn) >= MOST_DRAWN:
            _drawn.clear()
        _drawn[key] = (etag, content)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = HttpResponse(content)
        answer["Content-Encoding"] = "gzip"
    else:
        answer = HttpResponse(gzip.decompress(content))
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Accept-Encoding", "Cookie"])
    return answer
