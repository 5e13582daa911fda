"""How long a login lasts: not past ``SESSION_SECONDS``, and not past ``SESSION_IDLE_SECONDS`` without anybody.

The clock stands in the session. It is written at most once a minute, so reading pages stays reading. Whoever sends
a form after the end loses nothing of it (``directory.unsent``).
"""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.utils import timezone

from directory import unsent
from directory.looking import is_looking

CLOCK = "clock"
EXACT_TO = 60  # seconds
IDLE, OLD = "idle", "old"


def start(session: SessionBase, at: dt.datetime) -> None:
    """Begin to count: somebody has just logged in."""
    session[CLOCK] = {"since": at.timestamp(), "seen": at.timestamp()}


def over(clock: dict, at: dt.datetime) -> str:
    """Why the login is over at ``at``: ``IDLE``, ``OLD``, or "" while it lasts."""
    if at.timestamp() - clock["since"] >= settings.SESSION_SECONDS:
        return OLD
    return IDLE if at.timestamp() - clock["seen"] >= settings.SESSION_IDLE_SECONDS else ""


def note_login(sender, request, user, **kwargs) -> None:
    """A receiver for Django's signal, the only place that every way of logging in passes."""
    start(request.session, timezone.now())
    unsent.hand_over(request.session, user)


def forget_expired(at: dt.datetime) -> int:
    """Remove sessions that are over, whatever was typed in them included, and the lists' rows (address, browser) of
    sessions that there are no more; answers how many sessions.

    Nobody comes back to them: whoever closes the browser leaves his session in the table for good otherwise.
    """
    number, _ = Session.objects.filter(expire_date__lte=at).delete()
    there = Session.objects.filter(pk=OuterRef("session_key"))
    # A login writes its row in the list before the session itself is there to be seen.
    UserSession.objects.filter(~Exists(there), created_at__lte=at - dt.timedelta(days=1)).delete()
    return number


class SessionLimitsMiddleware:
    """Stands where messages can be left already, and before all that asks who the user is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Without the cookie there is no session: a page for everybody stays one that anybody may cache.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            self._end_if_over(request, timezone.now())
        response = self.get_response(request)
        match = request.resolver_match  # None for an address that there is not
        if match and is_looking(request) and not _asks_by_itself(request, match.func):
            # Not earlier: whoever looks as an organisation does so in a transaction that writes nothing.
            self._note_somebody_there(request, timezone.now())
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if SESSION_KEY in request.session:
            if not is_looking(request) and not _asks_by_itself(request, view_func):
                self._note_somebody_there(request, timezone.now())
            return None
        if not unsent.may_keep(request):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(
                status=204
            )  # the page stays as it is, and its button sends what is typed there
        return unsent.keep(request, timezone.now())

    def _end_if_over(self, request, at: dt.datetime) -> None:
        clock = request.session.get(CLOCK)
        why = over(clock, at) if clock else ""
        if not why:
            return
        owner, forms = request.session[SESSION_KEY], unsent.kept(request)
        logout(request)
        unsent.remember(request.session, owner, forms)
        messages.warning(request, _said(why))

    def _note_somebody_there(self, request, at: dt.datetime) -> None:
        session = request.session
        clock = session.get(CLOCK)
        if clock and at.timestamp() - clock["seen"] < EXACT_TO:
            return
        was_modified = session.modified
        if clock:
            session[CLOCK] = clock | {"seen": at.timestamp()}
        else:
            start(session, at)  # of a login before there was a clock
        try:
            # At once rather than with the answer: a slow page must not put back what another one changes meanwhile.
            session.save()
        except UpdateError:
            logout(request)  # signed out on another machine, this very moment
        else:
            session.modified = was_modified


def _asks_by_itself(request, view) -> bool:
    """A page that asks for its own news every few seconds: nobody needs to sit before it.

    But one that is hung on a wall all day is there to be watched (``hoinghi.access.watched``).
    """
    polls = request.method == "GET" and "HX-Request" in request.headers
    return polls and not getattr(view, "is_watched", False)


def _said(why: str) -> str:
    if why == IDLE:
        minutes = settings.SESSION_IDLE_SECONDS // 60
        return f"Phiên làm việc đã kết thúc vì {minutes} phút không có thao tác. Đăng nhập lại để làm tiếp."
    hours = settings.SESSION_SECONDS // 3600
    return f"Phiên làm việc đã kết thúc vì đã dài quá {hours} giờ. Đăng nhập lại để làm tiếp."
