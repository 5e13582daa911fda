"""Requests about personal data: asked on the own page, answered by staff against the clock of the law."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from delegates.data_forms import AnswerRequestForm, DataRequestForm, ExtendRequestForm
from delegates.models import DataRequest, Delegate
from delegates.policies import can_answer
from delegates.privacy import clocks, held
from delegates.services import data_requests
from delegates.views.delegate import by_link
from hoinghi.access import access, signed_in, staff
from venues.policies import closing_obstacle
from venues.views import ways

REFUSED = 409


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def of_delegate(request, delegate: Delegate, token: str):
    """What is held about the delegate, and what he or she asks about it."""
    context = {
        "conference": delegate.seat.nomination.conference,
        "page": reverse("delegate-data", args=[token]),
        "back": reverse("delegate-page", args=[token]),
        "correct": reverse("delegate-correct", args=[token]) if can_answer(delegate, timezone.now()) else "",
        "held": held.about_delegate(delegate),
        "requests": delegate.data_requests.all(),
    }
    return _own_page(request, delegate, context)


@require_http_methods(["GET", "HEAD", "POST"])
@ways.by_link
def of_officer(request, way: ways.Way):
    """The same for a technical officer by personal link; one with an account has ``of_account``."""
    officer = way.actor
    can_correct = not closing_obstacle(way.booking, way.at)
    context = {
        "conference": way.conference,
        "page": reverse("officer-data", args=[way.token]),
        "back": way.url(),
        "correct": way.url("officer-change", officer.pk) if can_correct else "",
        "held": held.about_officer(officer),
        "requests": officer.data_requests.all(),
    }
    return _own_page(request, officer, context)


@access(signed_in, changes=signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def of_account(request):
    """The same for somebody with an account."""
    if request.user.looks_as is not None:
        raise Http404("Not the person's own eyes")
    context = {
        "page": reverse("my-data"),
        "held": held.about_user(request.user),
        "requests": request.user.data_requests.all(),
    }
    return _own_page(request, request.user, context)


def _own_page(request, holder, context: dict):
    form, refusal = DataRequestForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            asked = data_requests.ask(holder=holder, **form.cleaned_data, at=timezone.now())
        except data_requests.RequestRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"Đã nhận đề nghị số {asked.pk}; thời hạn và trả lời hiện ở trang này.")
            return redirect(context["page"])
    kinds = DataRequest.Kind
    context |= {
        "form": form,
        "refusal": refusal,
        "days": [(kind.label, clocks.days_of(kind)) for kind in kinds],
        "basis": clocks.basis(),
    }
    return render(request, "delegates/own_requests.html", context, status=REFUSED if refusal else 200)


@access(staff)
@require_GET
def overview(request):
    """What waits, the most urgent first, then what was answered."""
    at = timezone.now()
    context = {
        "waiting": [(each, each.days_left(at)) for each in DataRequest.objects.waiting()],
        "answered": DataRequest.objects.answered()[:100],
        "basis": clocks.basis(),
        "at": at,
    }
    return render(request, "delegates/data_requests.html", context)


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request, pk: int):
    """One request with its clocks: confirm, put off once, answer."""
    found = get_object_or_404(
        DataRequest.objects.select_related(
            "delegate__seat__nomination__conference", "officer__booking__conference", "user", "answered_by"
        ),
        pk=pk,
    )
    at, verb, refusal = timezone.now(), request.POST.get("do", ""), ""
    forms = {
        "extend": ExtendRequestForm(request.POST if verb == "extend" else None),
        "answer": AnswerRequestForm(request.POST if verb == "answer" else None),
    }
    if request.method == "POST":
        if verb not in (*forms, "confirm"):
            raise Http404("No such button")
        if verb == "confirm" or forms[verb].is_valid():
            try:
                _carry_out(found, verb, forms, request.user, at)
            except data_requests.RequestRefused as refused:
                refusal = str(refused)
            else:
                messages.success(request, "Đã ghi; người đề nghị được báo bằng thư nếu có email.")
                return redirect(found)
    context = {
        "found": found,
        "left": found.days_left(at),
        "is_late": found.is_late(at),
        "longest": clocks.longest(found.kind, found.due_on),
        "extend_form": forms["extend"],
        "answer_form": forms["answer"],
        "refusal": refusal,
        "basis": clocks.basis(),
        "at": at,
    }
    return render(request, "delegates/data_request.html", context, status=REFUSED if refusal else 200)


def _carry_out(found: DataRequest, verb: str, forms: dict, actor, at) -> None:
    shared = {"request": found, "actor": actor, "at": at}
    if verb == "confirm":
        data_requests.confirm(**shared)
    elif verb == "extend":
        values = forms["extend"].cleaned_data
        data_requests.extend(**shared, until=values["until"], reason=values["reason"])
    else:
        values = forms["answer"].cleaned_data
        is_done = values["result"] == DataRequest.State.DONE
        data_requests.answer(**shared, is_done=is_done, text=values["text"])
