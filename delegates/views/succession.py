"""Ended organisations with something left to pass to their successors: read over, and passed one by one or many."""

import datetime as dt

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from delegates import policies, services, succession
from delegates.errors import NominationClosed
from directory.models import Organisation, User
from hoinghi.access import access, staff

REFUSED = 409


@access(staff)
@require_http_methods(["GET", "POST"])
def overview(request):
    """Every organisation that has ended and still holds something; the ticked ones are read over, then passed."""
    at = timezone.now()
    found = succession.waiting(at)
    context = {
        "found": found,
        "passable": policies.passable(request.user, found),
        "tick_all": "chon" in request.GET,
    }
    if request.method == "GET":
        return render(request, "delegates/successions.html", context)
    ticked = set(request.POST.getlist("chon"))
    chosen = [each for each in found if each.mark in ticked]
    if len(chosen) < len(ticked):
        context["refusal"] = "Những gì sẽ chuyển đã thay đổi từ lúc đánh dấu. Xem lại bảng rồi đánh dấu lại."
        return render(request, "delegates/successions.html", context, status=REFUSED)
    if not chosen:
        messages.info(request, "Chưa đánh dấu cơ quan nào, không có gì thay đổi.")
        return redirect("successions")
    if "sure" not in request.POST:
        return render(request, "delegates/successions_sure.html", {"chosen": chosen})
    refused = _pass_all(chosen, request.user, at)
    done = len(chosen) - len(refused)
    if refused:
        left = succession.waiting(at)
        context = {
            "found": left,
            "passable": policies.passable(request.user, left),
            "refusal": f"Đã chuyển {done} cơ quan.",
            "refused": refused,
        }
        return render(request, "delegates/successions.html", context, status=REFUSED)
    messages.success(request, f"Đã chuyển {done} cơ quan cho cơ quan kế thừa.")
    return redirect("successions")


def _pass_all(
    chosen: list[succession.Succession], actor: User, at: dt.datetime
) -> list[tuple[Organisation, str]]:
    """Each by itself: what one refuses does not hold up the others. Answers who was refused, and why."""
    refused = []
    for each in chosen:
        try:
            services.pass_to_successor(organisation=each.organisation, count=each.count, actor=actor, at=at)
        except NominationClosed as closed:
            refused.append((each.organisation, str(closed)))
    return refused


@access(staff)
@require_http_methods(["GET", "POST"])
def pass_on(request, pk: int):
    """What passes, what stays, and the button."""
    organisation = get_object_or_404(Organisation.objects.select_related("successor"), pk=pk)
    at = timezone.now()
    refusal = ""
    if request.method == "POST":
        read = request.POST.get("count", "")
        try:
            found = services.pass_to_successor(
                organisation=organisation,
                count=int(read) if read.isascii() and read.isdigit() and len(read) < 10 else -1,
                actor=request.user,
                at=at,
            )
        except NominationClosed as closed:
            refusal = str(closed)
        else:
            messages.success(
                request,
                f"Đã chuyển {found.count} mục của {organisation.picker_label} cho {found.successor}.",
            )
            return redirect("successions")
    found = succession.succession_of(organisation, at)
    if found is None:
        raise Http404("Nobody succeeds")
    obstacle = policies.passing_obstacle(request.user, found)
    context = {"found": found, "refusal": refusal, "obstacle": obstacle}
    return render(request, "delegates/succession.html", context, status=REFUSED if refusal else 200)
