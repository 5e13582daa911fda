"""Several lists at once, ticked in the cockpit's table: read over, then taken over or given back."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from conferences import reminders
from delegates import reminding, services
from delegates.forms import ReasonForm
from delegates.models import Nomination
from delegates.views.staff import REFUSED, get_conference_or_404
from hoinghi.access import access, require_fresh_login, staff

State = Nomination.State
# Verb → the states in which it can be done.
POSSIBLE = {
    "accept": {State.SUBMITTED},
    "return": {State.SUBMITTED, State.ACCEPTED},
    "remind": set(reminding.MISSING),
}


@access(staff)
@require_POST
def decide(request, slug: str):
    """The page that names the ticked lists; with ``sure`` it is done. Nothing ticked, nothing done."""
    conference = get_conference_or_404(request.user, slug)
    verb = request.POST.get("do", "")
    if verb not in POSSIBLE:
        raise Http404("No such button")
    # Back at its top, where the message stands.
    cockpit = reverse("cockpit", args=[conference.slug])
    chosen = _chosen(conference, request.POST.getlist("chon"))
    if not chosen:
        messages.info(request, "Chưa đánh dấu danh sách nào, không có gì thay đổi.")
        return redirect(cockpit)
    form = ReasonForm(request.POST if "sure" in request.POST else None)
    possible = [each for each in chosen if each.state in POSSIBLE[verb]]
    context = {
        "conference": conference,
        "verb": verb,
        "possible": possible,
        "impossible": [each for each in chosen if each not in possible],
        "form": form,
        "table": f"{cockpit}#bang",
    }
    if verb == "remind":
        context |= _letters(conference, possible)
    is_complete = "sure" in request.POST and (verb != "return" or form.is_valid())
    if not is_complete:
        return render(request, "delegates/decide.html", context)
    require_fresh_login(request)
    if verb == "remind":
        return _remind(request, conference, possible, cockpit)
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
    return redirect(cockpit)


def _letters(conference, possible: list[Nomination]) -> dict:
    """How many letters go to these, and how often that was done before: pressing twice reminds once."""
    audience = reminding.focal_points_of(possible)
    at = timezone.now()
    members = audience.waiting(conference, at)
    return {
        "letters": sum(bool(member.address) for member in members),
        "unaddressed": [member.name for member in members if not member.address],
        "number": reminders.sent_by_hand(conference, audience),
        "obstacle": reminders.obstacle(conference, at),
        "in_hours": settings.REMINDER_HOURS.include(at),
    }


def _remind(request, conference, possible: list[Nomination], cockpit: str):
    number = request.POST.get("number", "")
    try:
        done = reminders.remind_now(
            conference=conference,
            audience=reminding.focal_points_of(possible),
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else -1,
            actor=request.user,
            at=timezone.now(),
        )
    except reminders.CannotRemind as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã đưa {done.written} thư nhắc vào hàng gửi.")
    return redirect(cockpit)


def _chosen(conference, ticked: list[str]) -> list[Nomination]:
    keys = [int(key) for key in ticked if key.isascii() and key.isdigit() and len(key) < 10]
    return list(
        conference.nominations.filter(pk__in=keys)
        .select_related("unit")
        .order_by("unit__sort_key", "organisation__sort_key")
    )
