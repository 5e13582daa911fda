"""Calendars to subscribe to: read by programs with a secret address, renewed by people on their pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_POST, require_safe

from correspondence.calendars import feed
from delegates import feeds
from delegates.answers import BY_LINK
from delegates.models import Delegate
from delegates.views.delegate import by_link
from directory.links import DeadLink, open_link
from hoinghi.access import access, anyone, signed_in

GONE = 410
RENEWED = "Đã đổi địa chỉ lịch. Địa chỉ cũ không dùng được nữa: đăng ký lại bằng địa chỉ mới dưới đây."


def _answer(request, token: str, purpose: str, read):
    """The feed behind the token.

    A program cannot click on anything: instead of a page it gets a calendar without events and the status that
    tells it to stop asking.
    """
    at, file = timezone.now(), None
    try:
        link = open_link(token, purpose=purpose, at=at)
    except DeadLink:
        pass
    else:
        if link is None:
            return HttpResponse("Không có lịch này.", status=404, content_type="text/plain; charset=utf-8")
        file = read(link, at)
    status = 200 if file else GONE
    file = file or feed([], name="Địa chỉ lịch đã đổi")
    response = HttpResponse(file.content, status=status, content_type=file.content_type)
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@access(anyone)
@conditional_page
def focal_feed(request, token: str):
    """The conferences of a focal point's provinces, each with the province's room."""
    return _answer(request, token, feeds.FOCAL, feeds.focal_feed)


@require_safe
@access(anyone)
@conditional_page
def delegate_feed(request, token: str):
    """The conference that a delegate is sent to, with the room."""
    return _answer(request, token, feeds.DELEGATE, feeds.delegate_feed)


@require_POST
@access(signed_in)
def renew_focal_feed(request):
    """Get an address for the calendar, or another one."""
    user, at = request.user, timezone.now()
    _renew(request, purpose=feeds.FOCAL, holder=user, actor=user, at=at)
    return redirect("invitations")


@require_POST
@by_link
def renew_delegate_feed(request, delegate: Delegate, token: str):
    """The same for a delegate."""
    _renew(request, purpose=feeds.DELEGATE, holder=delegate, actor=BY_LINK, at=timezone.now())
    return redirect("delegate-page", token=token)


def _renew(request, *, purpose: str, holder, actor, at) -> None:
    if request.POST.get("do") != "renew":
        return
    had_one = feeds.address_of(purpose=purpose, holder=holder, at=at)
    feeds.renew_address(purpose=purpose, holder=holder, actor=actor, at=at)
    messages.success(request, RENEWED if had_one else "Đã tạo địa chỉ lịch của riêng đồng chí.")
