"""Staff look at the portal as an organisation sees it: read-only, said on every page, written down.

While it lasts the request's user is nobody's account but the organisation's eyes: it may act for this one
organisation, so every page shows what its focal points would see, and is staff no longer, so everything else is 404.
Nothing can be written: requests that would are refused, and the database itself runs them read-only.

The session holds it. It ends with a press of the button, after ``LASTS``, or with the session.
"""

import datetime as dt

from django.conf import settings
from django.db import InternalError, connection, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from directory.models import Organisation, User
from directory.services import end_looking
from hoinghi.middleware import SAFE

KEY = "looking_as"
LASTS = dt.timedelta(minutes=30)
# What staff do as themselves: ending it, and logging out.
OWN = {"looking-end", "account_logout"}
REFUSED = 409


def begin(request, organisation: Organisation, at: dt.datetime) -> None:
    request.session[KEY] = {"organisation": organisation.pk, "until": (at + LASTS).isoformat()}


def end(request) -> None:
    request.session.pop(KEY, None)


def is_looking(request) -> bool:
    """Whoever looks must leave no trace of the organisation: no list counts as opened, no paper as read."""
    return getattr(request, "looking", None) is not None


def shown(request) -> dict:
    """For every template: the organisation whose eyes are used now, or None (context processor)."""
    return {"looking": getattr(request, "looking", None)}


class LookingMiddleware:
    """Gives the request the organisation's eyes. Stands before the middleware that asks the policies."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.looking = held = _held(request)
        if held is None:
            return self.get_response(request)
        account, request.user = request.user, _eyes_of(held, request.user)
        request.wrote_while_looking = False
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                response = self.get_response(request)
                transaction.set_rollback(True)
            return _refusal(request) if request.wrote_while_looking else response
        finally:
            request.user = account

    def process_view(self, request, view_func, view_args, view_kwargs):
        return _refusal(request) if is_looking(request) and request.method not in SAFE else None

    def process_exception(self, request, exception):
        """A page that writes while it is read: refused, too, once its transaction is over."""
        is_write = isinstance(exception, InternalError) and "read-only transaction" in str(exception)
        if not (is_looking(request) and is_write):
            return None
        request.wrote_while_looking = True
        return HttpResponse(status=REFUSED)


def _held(request) -> Organisation | None:
    """The organisation as which the staff member looks now; what is over is ended and written down."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None  # a page for everybody stays one that anybody may cache
    state = request.session.get(KEY)
    if state is None or not request.user.is_staff or request.path_info in map(reverse, OWN):
        return None
    organisation = Organisation.objects.filter(pk=state["organisation"]).first()
    if organisation is not None and timezone.now() < dt.datetime.fromisoformat(state["until"]):
        return organisation
    if organisation is not None:
        end_looking(organisation=organisation, actor=request.user, by_itself=True)
    end(request)
    return None


def _eyes_of(organisation: Organisation, account: User) -> User:
    """A user that is in no table: it holds the organisation, and nothing that belongs to a person.

    What ``account`` may not take away as a file, its eyes do not take either (``hoinghi.access``).
    """
    eyes = User(pk=0, full_name=organisation.name)
    eyes.looks_as, eyes.seen_by = organisation, account
    return eyes


def _refusal(request):
    context = {
        "title": "Đang xem, không thay đổi được gì",
        "message": f"Đang xem Cổng như {request.looking.name} nhìn thấy. Chưa có gì được lưu hay gửi. Bấm “Thôi xem” ở "
        "đầu trang để làm việc của mình.",
        "next_url": request.path if request.method in SAFE else "",
    }
    return render(request, "409.html", context, status=REFUSED)
