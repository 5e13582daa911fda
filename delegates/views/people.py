"""Single persons of a submitted list, for its focal point and for staff: taken off, moved up from the reserve."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from delegates import policies, services
from delegates.errors import NominationClosed
from delegates.forms import ReasonForm
from delegates.models import Delegate, Nomination
from delegates.views.focal import get_nomination_or_404
from hoinghi.access import access, signed_in, takes_part

CLOSED = 409


def get_person_or_404(request, pk: int, person: int) -> tuple[Nomination, Delegate]:
    """A person of a list that the user may change; for everybody else there is none."""
    found = get_nomination_or_404(request.user, pk)
    if not (request.user.is_staff or policies.acts_for(request.user, found, timezone.now())):
        raise Http404("Not this user's list")
    delegate = (
        Delegate.objects.select_related("seat__group").filter(pk=person, seat__nomination=found).first()
    )
    if delegate is None:
        raise Http404("No such person")
    delegate.seat.nomination = found
    return found, delegate


@access(signed_in)
@require_POST
def promote(request, pk: int, person: int):
    """Move a person up from the reserve; the person is invited."""
    found, delegate = get_person_or_404(request, pk, person)
    try:
        services.promote_reserve(delegate=delegate, actor=request.user, at=timezone.now())
    except NominationClosed as refusal:
        context = {"nomination": found, "conference": found.conference, "refusal": str(refusal)}
        return render(request, "delegates/person_refused.html", context, status=CLOSED)
    letter = "; thư mời đang được gửi." if delegate.email else "; chưa có email, xin báo trực tiếp."
    messages.success(request, f"Đã đưa {delegate.full_name} lên danh sách chính thức{letter}")
    return to_list(request, found)


@access(takes_part)
@require_http_methods(["GET", "POST"])
def withdraw(request, pk: int, person: int):
    """Take a person off the list, with a reason."""
    found, delegate = get_person_or_404(request, pk, person)
    form = ReasonForm(request.POST or None)
    refusal = policies.person_obstacle(request.user, delegate, timezone.now())
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_delegate(
                delegate=delegate, **form.cleaned_data, actor=request.user, at=timezone.now()
            )
        except NominationClosed as closed:
            refusal = str(closed)
        else:
            messages.success(request, f"Đã rút {delegate.full_name} khỏi danh sách; chỗ này còn trống.")
            return to_list(request, found)
    context = {
        "nomination": found,
        "conference": found.conference,
        "delegate": delegate,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "delegates/withdraw.html", context, status=CLOSED if refusal else 200)


def to_list(request, nomination: Nomination):
    """Back to the page on which the person was listed."""
    if request.user.is_staff:
        return redirect("nomination-review", slug=nomination.conference.slug, pk=nomination.pk)
    return redirect("nomination", pk=nomination.pk)
