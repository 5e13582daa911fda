"""What a delegate changes by personal link: the own data, and who could come instead."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from delegates import own_data, policies, proposals
from delegates.answers import AnswerClosed
from delegates.errors import InvalidRows
from delegates.models import Delegate
from delegates.person_forms import OwnDataForm, PersonForm, SubstituteForm
from delegates.views.delegate import by_link
from delegates.views.people import CLOSED


@require_http_methods(["GET", "POST"])
@by_link
def correct(request, delegate: Delegate, token: str):
    """Put right name, title, telephone and address."""
    at = timezone.now()
    initial = {name: getattr(delegate, name) for name in own_data.OWN}
    form = OwnDataForm(request.POST or None, initial=initial)
    refusal = "" if policies.can_answer(delegate, at) else "Không còn sửa được trên trang này."
    if request.method == "POST" and form.is_valid():
        try:
            changes = own_data.correct(delegate=delegate, person=form.person(), at=at)
        except AnswerClosed as closed:
            refusal = str(closed)
        except InvalidRows as problems:
            form.show(problems)
        else:
            said = "Đã sửa; đầu mối đã cử đồng chí được báo." if changes else "Không có gì thay đổi."
            messages.success(request, said)
            return redirect("delegate-page", token=token)
    return _page(request, "delegates/own_data.html", delegate, token, form, refusal)


@require_http_methods(["GET", "POST"])
@by_link
def propose(request, delegate: Delegate, token: str):
    """Propose somebody else; the focal point decides."""
    at = timezone.now()
    form = SubstituteForm(request.POST or None)
    refusal = policies.proposing_obstacle(delegate, at)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.propose(
                delegate=delegate, person=form.person(), reason=form.cleaned_data["reason"], at=at
            )
        except AnswerClosed as closed:
            refusal = str(closed)
        except InvalidRows as problems:
            form.show(problems)
        else:
            messages.success(request, "Đã gửi đề xuất tới đầu mối đã cử đồng chí.")
            return redirect("delegate-page", token=token)
    return _page(request, "delegates/propose.html", delegate, token, form, refusal)


def _page(request, template: str, delegate: Delegate, token: str, form: PersonForm, refusal: str):
    context = {
        "delegate": delegate,
        "conference": delegate.seat.nomination.conference,
        "token": token,
        "form": form,
        "refusal": refusal,
    }
    return render(request, template, context, status=CLOSED if refusal else 200)
