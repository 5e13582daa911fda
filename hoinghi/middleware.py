"""What every request passes through."""

from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from hoinghi.access import may_send, policy_of
from hoinghi.proxies import client_of, is_among

SAFE = ("GET", "HEAD", "OPTIONS")
LOOKS_ONLY = (
    "Tài khoản này xem được trang nhưng không có vai trò để làm việc này. Chưa có gì được lưu hay gửi. Cần làm, xin đề "
    "nghị quản trị viên giao vai trò."
)

_client_ip: ContextVar[str | None] = ContextVar("client_ip", default=None)


def client_ip() -> str | None:
    """The address of the request being served; None outside a request."""
    return _client_ip.get()


def not_allowed(request, message: str):
    """Answer somebody who sees the page and may not do what was asked for."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    context = {"message": message, "back": came_from if is_ours else ""}
    return render(request, "403.html", context, status=403)


class ClientAddressMiddleware:
    """Keeps the client's address for the audit trail, and for everybody after it who reads REMOTE_ADDR.

    What is forwarded is believed from ``TRUSTED_PROXIES`` alone: the address, and that the client came by https.
    Stands before all that asks for either.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        peer, trusted = request.META.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES
        if not is_among(peer, trusted):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        elif forwarded := request.META.get("HTTP_X_FORWARDED_FOR", ""):
            request.META["REMOTE_ADDR"] = client_of(peer, forwarded, trusted)
        token = _client_ip.set(request.META.get("REMOTE_ADDR") or None)
        try:
            return self.get_response(request)
        finally:
            _client_ip.reset(token)


class DefaultDenyMiddleware:
    """Opens a view only through its policy (see ``hoinghi.access``).

    Anonymous without right → login, whether or not the thing exists; signed in without right → 404,
    so that a stranger never learns what is there. Staff who read the page but have no role that changes it are
    told so: 403.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        policy = policy_of(request.resolver_match)
        if policy is None:
            raise Http404("No policy")
        if policy(request.user):
            if request.method in SAFE or may_send(request.user, request.resolver_match):
                return None
            return not_allowed(request, LOOKS_ONLY)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404("No right")


class SecurityHeadersMiddleware:
    """Headers that Django has no setting for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
