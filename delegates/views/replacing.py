"""Cử người dự thay, for the focal point and for staff."""

from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from delegates import policies, services
from delegates.errors import InvalidRows, NominationClosed
from delegates.models import Delegate, Nomination
from delegates.person_forms import ReplaceForm
from delegates.services.replacing import group_of
from delegates.views.people import CLOSED, get_person_or_404, to_list
from hoinghi.access import access, signed_in


@access(signed_in)
@require_http_methods(["GET", "POST"])
def replace(request, pk: int, person: int):
    """Send somebody else in a delegate's place, with a reason."""
    found, delegate = get_person_or_404(request, pk, person)
    at = timezone.now()
    try:
        group = group_of(found, delegate)
    except NominationClosed as refusal:
        return _page(request, found, delegate, None, str(refusal))
    form = ReplaceForm(request.POST or None, group=group, role=delegate.role)
    refusal = policies.replacing_obstacle(request.user, delegate, at)
    if request.method == "POST" and form.is_valid():
        try:
            new = services.replace(
                delegate=delegate,
                person=form.person(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=at,
            )
        except InvalidRows as problems:
            form.show(problems)
        except NominationClosed as closed:
            refusal = str(closed)
        else:
            messages.success(request, said_of(new))
            return to_list(request, found)
    return _page(request, found, delegate, form, refusal)


def said_of(new: Delegate) -> str:
    """What the person reads who has sent somebody else."""
    if new.seat.is_reserve:
        letter = "người ở danh sách dự phòng chỉ được mời khi lên chính thức."
    elif new.email:
        letter = "thư mời đang được gửi."
    else:
        letter = "chưa có email, xin báo trực tiếp."
    return f"Đã cử {new.full_name} dự thay {new.replaces.full_name}; {letter}"


def _page(request, found: Nomination, delegate: Delegate, form: ReplaceForm | None, refusal: str):
    context = {
        "nomination": found,
        "conference": found.conference,
        "delegate": delegate,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "delegates/replace.html", context, status=CLOSED if refusal else 200)
