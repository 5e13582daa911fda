"""Requests about personal data: asked on the own page, answered by staff against the clock of the law."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from delegates import letters
from delegates.answers import delegate_of
from delegates.data_forms import AnswerRequestForm, DataRequestForm, ExtendRequestForm
from delegates.models import DataRequest, Delegate
from delegates.policies import can_answer
from delegates.privacy import clocks, held
from delegates.services import data_requests
from directory.links import DeadLink, keep_secret, open_link
from directory.models import PersonalLink
from hoinghi.access import access, anyone, signed_in, staff
from venues import letters as officer_letters
from venues.models import Officer
from venues.policies import closing_obstacle
from venues.views.ways import Way, officer_of

REFUSED = 409


def by_link(purposes: tuple[str, str], holder_of):
    """Open the page of the own data by a personal link; a dead one answers 410 and offers one to this page alone.

    Whoever was replaced, withdrawn or relieved has no other page any more, and the right to ask all the same.

    Arguments:
        purposes: of the link to the person's page, and of that to the own data.
        holder_of: the person who holds a link, or None.
    """

    def mark(view):
        @access(anyone)
        @wraps(view)
        def opened(request, token: str):
            at = timezone.now()
            try:
                found = filter(None, (open_link(token, purpose=each, at=at) for each in purposes))
                link = next(found, None)
            except DeadLink as dead:
                return keep_secret(_offer_link(request, holder_of(dead.link), dead.link, at))
            holder = holder_of(link) if link else None
            if holder is None:
                raise Http404("No such link")
            return keep_secret(view(request, holder, token, is_whole=link.purpose == purposes[0]))

        return opened

    return mark


def _offer_link(request, holder: Delegate | Officer | None, dead: PersonalLink, at):
    """The answer to the press is the same whether or not a link was sent."""
    if request.POST.get("do") != "link":
        return render(request, "delegates/data_link.html", status=410)
    data_requests.send_link(holder=holder, dead=dead, at=at)
    return render(request, "delegates/data_link_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link((letters.PURPOSE, letters.DATA_PURPOSE), delegate_of)
def of_delegate(request, delegate: Delegate, token: str, *, is_whole: bool):
    """What is held about the delegate, and what he or she asks about it.

    Arguments:
        is_whole: the link opens the person's other pages, too.
    """
    can_correct = is_whole and can_answer(delegate, timezone.now())
    context = {
        "conference": delegate.seat.nomination.conference,
        "page": reverse("delegate-data", args=[token]),
        "back": reverse("delegate-page", args=[token]) if is_whole else "",
        "correct": reverse("delegate-correct", args=[token]) if can_correct else "",
        "held": held.about_delegate(delegate),
        "requests": delegate.data_requests.all(),
    }
    return _own_page(request, delegate, context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link((officer_letters.PURPOSE, officer_letters.DATA_PURPOSE), officer_of)
def of_officer(request, officer: Officer, token: str, *, is_whole: bool):
    """The same for a technical officer by personal link; one with an account has ``of_account``."""
    at = timezone.now()
    can_correct = is_whole and not closing_obstacle(officer.booking, at)
    way = Way(officer.booking, officer, at, token)
    context = {
        "conference": way.conference,
        "page": reverse("officer-data", args=[token]),
        "back": way.url() if is_whole else "",
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
