"""Handing a role over, by whoever holds it or by staff: typed, read over, done."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from correspondence.handover import NotHandedOver, hand_over
from directory.models import Mandate, User
from hoinghi.access import access, fresh_login, takes_part
from hoinghi.forms import CharField, EmailField

REFUSED = 409


class HeirForm(forms.Form):
    """Who takes the role over."""

    full_name = CharField(
        label="Họ và tên người nhận",
        max_length=150,
        error_messages={"required": "Nhập họ và tên người nhận bàn giao."},
    )
    email = EmailField(
        label="Email người nhận",
        help_text="Thư đặt mật khẩu được gửi tới địa chỉ này.",
        error_messages={"required": "Nhập email của người nhận bàn giao."},
    )
    job_title = CharField(label="Chức vụ", max_length=200, required=False)


def get_mandate_or_404(user: User, pk: int) -> Mandate:
    """A mandate of today that is the user's own, or any for staff who keep the directory."""
    today = Mandate.objects.as_of(timezone.localdate()).select_related("user", "organisation")
    if not (user.is_staff and user.has_perm("directory.change_mandate")):
        today = today.filter(user=user)
    if (found := today.filter(pk=pk).first()) is None:
        raise Http404("No such mandate")
    return found


@access(takes_part)
@fresh_login
@require_http_methods(["GET", "POST"])
def handover_page(request, pk: int):
    """Type who takes over, read what happens, confirm."""
    mandate = get_mandate_or_404(request.user, pk)
    form = HeirForm(request.POST or None)
    context = {
        "mandate": mandate,
        "form": form,
        "own": mandate.user_id == request.user.pk,
        "today": timezone.localdate(),
    }
    if request.method == "GET" or not form.is_valid() or "change" in request.POST:
        return render(request, "correspondence/handover.html", context)
    if "sure" not in request.POST:
        return render(request, "correspondence/handover.html", context | {"asked": True})
    try:
        new = hand_over(mandate=mandate, **form.cleaned_data, actor=request.user, at=timezone.now())
    except NotHandedOver as refusal:
        return render(
            request, "correspondence/handover.html", context | {"refusal": str(refusal)}, status=REFUSED
        )
    messages.success(request, f"Đã bàn giao cho {new.user} ({new.user.email}); hai bên được báo bằng thư.")
    if context["own"]:
        return redirect("home")
    return redirect("admin:directory_mandate_changelist")
