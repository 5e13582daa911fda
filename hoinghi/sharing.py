"""Finished public pages, kept by each web process for the visitors who ask next.

A view says ``@shared_by_visitors`` when every visitor is answered the same. What such a view has answered is given
to whoever comes within ``TRUSTED`` seconds without asking anything. After that one request looks whether anything
at all has been committed to the database since the page was made: if not, the page is still what it was; if so it
is made anew, while others get the old one until it is ``LATEST`` seconds behind. So nobody has to say which page
shows which row, no change is seen later than ``LATEST``, and nothing has to be told to other processes.

Only visitors without any cookie leave a page here, and nobody who is logged in, or has a message waiting, is given
one. What a page is kept under is the whole address: scheme, host as it was sent (and accepted), path and query.
"""

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Generic, TypeVar

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Func, TextField
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

# Seconds. The clock stands on pages too ("Đang diễn ra"), so a page grows old even when nothing changes.
TRUSTED, LATEST, OLDEST = 0.5, 1.0, 10.0
MAX_ADDRESS = 500  # letters
# About what a page takes besides its bytes.
OVERHEAD = 3000
# Headers by which a request may be answered otherwise than its address says.
PERSONAL_HEADERS = ("HTTP_AUTHORIZATION", "HTTP_HX_REQUEST")
# "gzip" without the "q=0" that refuses it.
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
# Headers that belong to one answer only.
OWN_HEADERS = {"date", "content-length"}
Part = TypeVar("Part")


def shared_by_visitors(view=None, *, query: tuple[str, ...] = ()):
    """Let visitors share what the view answers. Its answers get an ETag, and are sent compressed.

    Arguments:
        query: the names that the view reads from the query. What is asked for with any other is made for one alone.
    """

    def mark(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            response.is_shared = request.GET.keys() <= {*query}
            return response

        return answer

    return mark if view is None else mark(view)


@dataclass(frozen=True, slots=True)
class Page:
    """A finished answer with its bytes as they are, and compressed."""

    headers: dict[str, str]
    content: bytes
    packed: bytes

    @property
    def size(self) -> int:
        return len(self.content) + len(self.packed) + OVERHEAD


@dataclass(slots=True)
class _Kept:
    """A page on the shelf. Times are of the monotonic clock.

    Attributes:
        stamp: how far the database was before the page was made.
        right_at: when the page was certainly right.
        looked_at: when somebody last set out to see whether it still is.
    """

    page: Page
    stamp: str
    made_at: float
    right_at: float
    looked_at: float


class Shelf:
    """Pages by address, together no larger than ``room`` bytes: what was not asked for longest goes first."""

    def __init__(self, room: int):
        self.size = 0
        self._room = room
        self._kept: OrderedDict[tuple, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, key: tuple, now: float) -> Page | None:
        """The page under ``key`` if it may be given away at ``now``, seconds of the monotonic clock."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            behind = now - kept.right_at
            somebody_looks = now - kept.looked_at < TRUSTED
            if behind < TRUSTED or behind < LATEST and somebody_looks:
                return kept.page
            kept.looked_at = now
            is_young = now - kept.made_at < OLDEST
        if is_young and _stamp() == kept.stamp:
            kept.right_at = now
            return kept.page
        return None

    def keep(self, key: tuple, page: Page, stamp: str, now: float) -> None:
        """Put a page there that was made after ``now`` and ``stamp``, unless somebody was quicker with a newer one."""
        with self._lock:
            there = self._kept.get(key)
            if there is not None and there.made_at > now or page.size > self._room:
                return
            self._forget(key)
            self._kept[key] = _Kept(page, stamp, made_at=now, right_at=now, looked_at=now)
            self.size += page.size
            while self.size > self._room:
                self._forget(next(iter(self._kept)))

    def drop(self, key: tuple) -> None:
        with self._lock:
            self._forget(key)

    def _forget(self, key: tuple) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self.size -= kept.page.size


_SNAPSHOT = "pg_current_snapshot()::text"
# Which transactions can be seen now: the same text means the same rows in all tables (asked of the primary).
STAMP = Func(template=_SNAPSHOT, output_field=TextField())


def _stamp() -> str | None:
    """None while the database cannot be asked: a view that needs it will say so, others need not know."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {_SNAPSHOT}")
            return cursor.fetchone()[0]
    except DatabaseError:
        return None


class Parts(Generic[Part]):
    """Parts of pages that look alike to everybody who may see them: made once, and kept by each process as long as
    nothing at all is committed, ``OLDEST`` seconds at most.

    The caller has found out who asks, and whether he may.

    Arguments:
        most: how many are kept; what was not asked for longest goes first.
    """

    def __init__(self, most: int):
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[str, float, Part]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, stamp: str, make: Callable[[], Part]) -> Part:
        """
        Arguments:
            key: what is shown; everything that ``make`` depends on besides the database and the clock.
            stamp: ``STAMP``, read by this request before anything that is shown.
        """
        if not settings.SHARED_PAGES_MB:
            return make()
        now = time.monotonic()
        with self._lock:
            kept_stamp, made_at, part = self._kept.get(key, ("", 0.0, None))
        if kept_stamp != stamp or now - made_at > OLDEST:
            part = make()
            with self._lock:
                self._kept[key] = stamp, now, part
                self._kept.move_to_end(key)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return part


class SharingMiddleware:
    """Gives visitors the shared pages. Stands before all others: the headers that they add are kept with a page."""

    clock = staticmethod(time.monotonic)

    def __init__(self, get_response):
        self.get_response = get_response
        self.shelf = Shelf(settings.SHARED_PAGES_MB * 1_000_000)

    def __call__(self, request):
        key = _address_of(request) if settings.SHARED_PAGES_MB else None
        if key is None:
            return self._made(request)[0]
        now = self.clock()
        if (page := self.shelf.take(key, now)) is not None:
            return _answer(request, page)
        if request.method != "GET" or request.COOKIES:
            return self._made(request)[0]
        stamp = _stamp()
        response, page = self._made(request)
        if page is None or stamp is None:
            self.shelf.drop(key)
        else:
            self.shelf.keep(key, page, stamp, now)
        return response

    def _made(self, request) -> tuple[HttpResponse, Page | None]:
        """What the view answers, and the page when others may be given it, too."""
        response = self.get_response(request)
        if not getattr(response, "is_shared", False) or response.status_code != 200:
            return response, None
        patch_vary_headers(response, ["Accept-Encoding"])
        # A browser may keep the page, and asks each time whether it is still the newest.
        response.headers.setdefault("Cache-Control", "no-cache")
        response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        if (
            _is_personal(request)
            or response.cookies
            or "'nonce-" in response.get("Content-Security-Policy", "")
        ):
            # Not compressed either: the length would tell of what stands in it.
            return get_conditional_response(request, etag=response["ETag"], response=response), None
        headers = {name: value for name, value in response.items() if name.lower() not in OWN_HEADERS}
        page = Page(headers, response.content, gzip.compress(response.content, compresslevel=6, mtime=0))
        return _answer(request, page), page


def _address_of(request) -> tuple | None:
    """What a page is kept under, or None for a request that must not be given a shared one."""
    query = request.META.get("QUERY_STRING", "")
    if request.method not in ("GET", "HEAD") or _is_personal(request):
        return None
    if len(request.path) + len(query) > MAX_ADDRESS:
        return None
    return request.scheme, request.META.get("HTTP_HOST", ""), request.path, query


def _is_personal(request) -> bool:
    if any(name in request.META for name in PERSONAL_HEADERS):
        return True
    names = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
    return "HTTP_COOKIE" in request.META and any(name in request.COOKIES for name in names)


def _answer(request, page: Page) -> HttpResponse:
    if request.META.get("HTTP_IF_NONE_MATCH"):
        response = HttpResponse(page.content, headers=page.headers)
        response = get_conditional_response(request, etag=page.headers["ETag"], response=response)
        if response.status_code != 200:
            return response
    is_packed = TAKES_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")) is not None
    content = page.packed if is_packed else page.content
    response = HttpResponse(b"" if request.method == "HEAD" else content, headers=page.headers)
    response["Content-Length"] = str(len(content))
    if is_packed:
        response["Content-Encoding"] = "gzip"
    return response
