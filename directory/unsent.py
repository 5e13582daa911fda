"""Forms that were sent after the login had ended, or had become too old for what they do: kept, and offered again to
the same person after the next login.

They wait in the browser's session, without files and passwords. Only a session of somebody, or one that has ended by
itself, keeps any: a stranger can't fill the table.
"""

import datetime as dt
import secrets

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.urls import reverse

from hoinghi.access import THIRD_PARTY, policy_of

KEY, OWNER = "unsent", "ended_for"
MOST = 5
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def remember(session: SessionBase, owner: str, forms: list[dict]) -> None:
    """The login of the account with the key ``owner`` has ended in this browser, while ``forms`` still waited."""
    session[OWNER] = owner
    if forms:
        session[KEY] = forms


def hand_over(session: SessionBase, user) -> None:
    """Somebody has logged in: what another account had typed goes."""
    if session.pop(OWNER, None) != str(user.pk):
        session.pop(KEY, None)


def may_keep(request) -> bool:
    """It is a form for a page behind the login, from a browser whose login has ended by itself.

    Not one of the login's own pages: those carry passwords and codes.
    """
    match = request.resolver_match
    policy = policy_of(match)
    return (
        request.method == "POST"
        and request.content_type in FORMS
        and OWNER in request.session
        and match.view_name not in THIRD_PARTY
        and policy is not None
        and not policy(AnonymousUser())
    )


def keep(request, at: dt.datetime) -> HttpResponse:
    """Keep what was typed; answers the way to the login and from there to the page that offers it."""
    put_aside(request, at)
    messages.info(
        request,
        "Những gì vừa nhập chưa được gửi nhưng đã được giữ lại: đăng nhập xong, Cổng hỏi để gửi tiếp.",
    )
    return redirect_to_login(reverse("unsent"))


def put_aside(request, at: dt.datetime) -> None:
    """Keep a form that was sent, without what must not lie about."""
    form = {
        "key": secrets.token_hex(8),
        "path": request.get_full_path(),
        "at": at.isoformat(),
        "fields": [
            [name, value]
            for name, values in request.POST.lists()
            for value in values
            if name != "csrfmiddlewaretoken" and "password" not in name
        ],
        "had_files": bool(request.FILES),
    }
    request.session[KEY] = [*kept(request), form][-MOST:]


def kept(request) -> list[dict]:
    return request.session.get(KEY, [])


def take(request, key: str) -> dict | None:
    """One of them, which is kept no longer; None when it isn't there."""
    found = next((form for form in kept(request) if form["key"] == key), None)
    if found is not None:
        request.session[KEY] = [form for form in kept(request) if form is not found]
    return found
