"""From a dangerous page to the page that asks once more who it is, and back (``hoinghi.access.fresh_login``).

A form that was sent waits with the unsent ones and is offered again, so that it passes every policy like any other.
allauth would send it by itself, past the policies, without the address's query, and even much later: when whoever
gave up confirming next confirms for a page of the same address.
"""

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils import timezone

from directory import unsent
from hoinghi.access import THIRD_PARTY

KEPT = "Những gì vừa nhập chưa được gửi nhưng đã được giữ lại: xác nhận xong, Cổng hỏi để gửi tiếp."


class ConfirmingMiddleware:
    """Stands within allauth's own, which is left to the pages of the login itself: their forms carry codes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, ReauthenticationRequired):
            return None
        if request.resolver_match.view_name in THIRD_PARTY:
            return None
        ways = get_adapter().get_reauthentication_methods(request.user)
        asking = ways[0]["url"] if ways else reverse("account_login")
        if request.method != "POST":
            return redirect_to_login(request.get_full_path(), asking)
        unsent.put_aside(request, timezone.now())
        messages.info(request, KEPT)
        return redirect_to_login(reverse("unsent"), asking)
