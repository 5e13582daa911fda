"""One list on the staff's desk: take it over, give it back, give it more time."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from delegates import policies, proposals, services
from delegates.dates import dates_of
from delegates.decisions import decisions_of
from delegates.errors import NominationClosed
from delegates.forms import ReasonForm
from delegates.models import Nomination
from delegates.places import booking_of
from delegates.seating import reserves_of, seats_with_people
from delegates.staff_forms import ExtendForm, GrantForm
from delegates.versions import differences, known_of
from delegates.views.paper_parts import papers_of
from delegates.views.staff import REFUSED, get_conference_or_404
from directory.audit import record_read
from directory.models import Mandate
from hoinghi.access import access, organises_here, staff


@access(staff)
@require_http_methods(["GET", "POST"])
def review(request, slug: str, pk: int):
    """A list as submitted, and every decision about it."""
    conference = get_conference_or_404(request.user, slug)
    nomination = (
        conference.nominations.select_related("unit", "organisation")
        .prefetch_related("extension_requests")
        .filter(pk=pk)
        .first()
    )
    if nomination is None:
        raise Http404("No such list")
    nomination.conference = conference
    shown = _empty_forms(nomination)
    if request.method == "GET":
        record_read(actor=request.user, action="delegates.read", target=conference, at=timezone.now())
        return _page(request, nomination, shown)
    return _decide(request, nomination, shown)


def _empty_forms(nomination: Nomination) -> dict[str, forms.Form]:
    """A form for each decision that needs words, by the verb of its button."""
    waiting = nomination.waiting_request()
    wanted = {"until": waiting.wanted_until} if waiting else {}
    return {
        "return": ReasonForm(prefix="return"),
        "extend": ExtendForm(prefix="extend"),
        "grant": GrantForm(prefix="grant", initial=wanted),
        "refuse": ReasonForm(prefix="refuse"),
    }


def _decide(request, nomination: Nomination, shown: dict[str, forms.Form]):
    """One press of a button; ``do`` says which."""
    verb = request.POST.get("do", "")
    if verb not in SAID:
        raise Http404("No such button")
    values = {}
    if verb in shown:
        form = shown[verb] = type(shown[verb])(request.POST, prefix=verb)
        if not form.is_valid():
            return _page(request, nomination, shown)
        values = form.cleaned_data
    try:
        _carry_out(verb, nomination, values, actor=request.user)
    except NominationClosed as refusal:
        nomination = _again(nomination)
        return _page(request, nomination, shown, refusal=str(refusal))
    messages.success(request, SAID[verb].format(nomination.sender_in_text))
    return redirect("nomination-review", slug=nomination.conference.slug, pk=nomination.pk)


SAID = {
    "accept": "Đã tiếp nhận danh sách của {}.",
    "return": "Đã trả lại danh sách của {}; thư báo lý do đang được gửi tới đầu mối.",
    "extend": "Đã gia hạn cho {}; thư báo đang được gửi tới đầu mối.",
    "grant": "Đã gia hạn cho {}; thư báo đang được gửi tới đầu mối.",
    "refuse": "Đã trả lời không gia hạn cho {}; thư báo lý do đang được gửi tới đầu mối.",
}


def _carry_out(verb: str, nomination: Nomination, values: dict, *, actor) -> None:
    shared = {"actor": actor, "at": timezone.now()}
    if verb in ("grant", "refuse"):
        request = nomination.waiting_request()
        if request is None:
            raise NominationClosed("Đề nghị gia hạn này đã được trả lời.")
        if verb == "grant":
            services.grant_extension(request=request, **values, **shared)
        else:
            services.refuse_extension(request=request, answer=values["reason"], **shared)
    elif verb == "extend":
        services.extend(nomination=nomination, **values, **shared)
    elif verb == "return":
        services.return_to_focal_point(nomination=nomination, **values, **shared)
    else:
        services.accept(nomination=nomination, **shared)


def _again(nomination: Nomination) -> Nomination:
    """The list as it is by now."""
    return Nomination.objects.select_related("conference", "unit", "organisation").get(pk=nomination.pk)


def _page(request, nomination: Nomination, shown: dict[str, forms.Form], *, refusal: str = ""):
    at, may = timezone.now(), organises_here(request.user)
    versions = list(nomination.versions.all())
    seats = seats_with_people(nomination)
    context = {
        "conference": nomination.conference,
        "nomination": nomination,
        "state": nomination.shown_state(at),
        "dates": dates_of(nomination),
        "seats": seats,
        "reserves": reserves_of(seats),
        "proposals": proposals.waiting_of(nomination) if seats else [],
        "can_move": may and not policies.people_obstacle(request.user, nomination, at),
        "versions": versions,
        "decisions": decisions_of(nomination),
        "differences": differences(versions[1], versions[0], known_of(nomination))
        if len(versions) > 1
        else None,
        **papers_of(nomination),
        "booking": booking_of(nomination),
        "contacts": nomination.organisation.contacts.filter(is_active=True),
        "acting": Mandate.objects.as_of(timezone.localdate(at))
        .filter(organisation=nomination.organisation_id, role=Mandate.Role.FOCAL_POINT, user__is_active=True)
        .select_related("user")
        .order_by("is_backup", "user__sort_key"),
        "waiting_request": nomination.waiting_request(),
        "requests": [found for found in nomination.extension_requests.all() if found.answered_at],
        "can_accept": may and nomination.state == Nomination.State.SUBMITTED,
        "can_return": may and nomination.state in (Nomination.State.SUBMITTED, Nomination.State.ACCEPTED),
        "can_extend": may and at < nomination.conference.closes_at and nomination.open_until is not None,
        "refusal": refusal,
        **{f"{verb}_form": form for verb, form in shown.items()},
    }
    return render(request, "delegates/review.html", context, status=REFUSED if refusal else 200)
