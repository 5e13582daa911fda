"""The page behind the set-password link."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from correspondence import accounts
from directory import links
from hoinghi.access import access, anyone


class PasswordForm(SetPasswordForm):
    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, second.label = "Mật khẩu", "Nhập lại mật khẩu"
        first.help_text = (
            "Ít nhất 10 ký tự, không chỉ gồm chữ số, không giống email hoặc họ tên. "
            "Nên ghép vài từ dễ nhớ, ví dụ bốn từ cách nhau bằng dấu gạch."
        )
        second.help_text = ""


@access(anyone)
@never_cache
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password of the link's holder, once."""
    try:
        link = links.open_link(token, purpose=accounts.PURPOSE, at=timezone.now())
        user = accounts.holder_of(link) if link else None
        if user is None:
            raise Http404("No such link")
        form = PasswordForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            accounts.set_password(link=link, password=form.cleaned_data["new_password1"], at=timezone.now())
            logout(request)  # somebody else's session of this browser
            messages.success(request, "Đã đặt mật khẩu. Đăng nhập bằng email và mật khẩu vừa đặt.")
            return redirect("account_login")
    except links.DeadLink as dead:
        return _dead(request, token, dead)
    response = render(request, "account/set_password.html", {"form": form, "account": user})
    return links.keep_secret(response)


@access(anyone)
@require_POST
def renew_set_password(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a fresh link to the account of a dead one."""
    try:
        link = links.open_link(token, purpose=accounts.PURPOSE, at=timezone.now())
    except links.DeadLink as dead:
        if user := accounts.holder_of(dead.link):
            accounts.mail_new_password(user=user, at=timezone.now())
        messages.success(request, "Thư có đường dẫn mới sẽ tới trong ít phút. Xem cả mục thư rác.")
        return redirect("account_login")
    if link is None:
        raise Http404("No such link")
    return redirect("set-password", token=token)


def _dead(request: HttpRequest, token: str, dead: links.DeadLink) -> HttpResponse:
    renew_url = reverse("set-password-renew", args=[token]) if accounts.holder_of(dead.link) else ""
    context = {
        "renew_url": renew_url,
        "message": "Đường dẫn đặt mật khẩu chỉ dùng một lần và có thời hạn. Đường dẫn này đã dùng rồi, "
        "đã hết hạn, hoặc đã được thay bằng đường dẫn trong thư mới hơn.",
    }
    return links.keep_secret(render(request, "410.html", context, status=410))
