"""Several lists at once, ticked in the cockpit's table: read over, then taken over or given back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from delegates import services
from delegates.forms import ReasonForm
from delegates.models import Nomination
from delegates.views.staff import REFUSED, get_conference_or_404
from hoinghi.access import access, staff

State = Nomination.State
# Verb → the states in which it can be done.
POSSIBLE = {"accept": {State.SUBMITTED}, "return": {State.SUBMITTED, State.ACCEPTED}}


@access(staff)
@require_POST
def decide(request, slug: str):
    """The page that names the ticked lists; with ``sure`` it is done. Nothing ticked, nothing done."""
    conference = get_conference_or_404(request.user, slug)
    verb = request.POST.get("do", "")
    if verb not in POSSIBLE:
        raise Http404("No such button")
    table = f"{reverse('cockpit', args=[conference.slug])}#bang"
    chosen = _chosen(conference, request.POST.getlist("chon"))
    if not chosen:
        messages.info(request, "Chưa đánh dấu danh sách nào, không có gì thay đổi.")
        return redirect(table)
    form = ReasonForm(request.POST if "sure" in request.POST else None)
    possible = [each for each in chosen if each.state in POSSIBLE[verb]]
    context = {
        "conference": conference,
        "verb": verb,
        "possible": possible,
        "impossible": [each for each in chosen if each not in possible],
        "form": form,
        "table": table,
    }
    is_complete = "sure" in request.POST and (verb == "accept" or form.is_valid())
    if not is_complete:
        return render(request, "delegates/decide.html", context)
    shared = {"nominations": chosen, "actor": request.user, "at": timezone.now()}
    if verb == "accept":
        refused = services.accept_many(**shared)
    else:
        refused = services.return_many(reason=form.cleaned_data["reason"], **shared)
    done = len(chosen) - len(refused)
    if refused:
        return render(
            request, "delegates/decided.html", context | {"refused": refused, "done": done}, status=REFUSED
        )
    said = "Đã tiếp nhận" if verb == "accept" else "Đã trả lại"
    messages.success(request, f"{said} {done} danh sách.")
    return redirect(table)


def _chosen(conference, ticked: list[str]) -> list[Nomination]:
    keys = [int(key) for key in ticked if key.isascii() and key.isdigit() and len(key) < 10]
    return list(
        conference.nominations.filter(pk__in=keys)
        .select_related("unit")
        .order_by("unit__sort_key", "organisation__sort_key")
    )
