"""How long personal data are kept: the staff's overview, and the page of one conference."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from delegates.data_forms import HoldForm, RetentionForm
from delegates.privacy import anonymising, retention
from delegates.services import retention as services
from delegates.views.staff import get_conference_or_404
from hoinghi.access import access, fresh_login, staff

REFUSED = 409
SAID = {
    "days": "Đã ghi thời hạn giữ.",
    "announce": "Đã báo; thời gian chờ bắt đầu từ bây giờ.",
    "hold": "Đã giữ lại dữ liệu của hội nghị này.",
    "release": "Thôi giữ lại; khi đến hạn sẽ báo lại từ đầu.",
}


@access(staff)
@require_GET
def overview(request):
    """Every conference that is over and has lists, with what becomes of its persons and when."""
    at = timezone.now()
    rows = [
        {"retention": each, "state": retention.state_of(each, at), "until": retention.keeps_until(each)}
        for each in retention.conferences_with_people(at)
    ]
    return render(request, "delegates/retentions.html", {"rows": rows, "at": at})


@access(staff)
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def of_conference(request, slug: str):
    """The rule of one conference, what would be changed, and the buttons: time, announce, hold, release."""
    conference = get_conference_or_404(request.user, slug)
    at, verb, refusal = timezone.now(), request.POST.get("do", ""), ""
    found = retention.of(conference)
    days = RetentionForm(request.POST if verb == "days" else None, initial={"days": found.days})
    hold = HoldForm(request.POST if verb == "hold" else None)
    if request.method == "POST":
        if verb not in SAID:
            raise Http404("No such button")
        form = {"days": days, "hold": hold}.get(verb)
        if form is None or form.is_valid():
            try:
                _carry_out(verb, conference, form, request.user, at)
            except services.RetentionRefused as refused:
                refusal = str(refused)
            else:
                messages.success(request, SAID[verb])
                return redirect("retention", slug=slug)
    context = {
        "conference": conference,
        "retention": found,
        "state": retention.state_of(found, at),
        "until": retention.keeps_until(found),
        "usual": retention.usual_days(conference),
        "is_due": retention.is_due(found, at),
        "waiting_days": retention.waiting_time().days,
        "requests": retention.open_requests(conference),
        "preview": [] if found.finished_at else anonymising.preview(conference),
        "days_form": days,
        "hold_form": hold,
        "refusal": refusal,
        "at": at,
    }
    return render(request, "delegates/retention.html", context, status=REFUSED if refusal else 200)


def _carry_out(verb: str, conference, form, actor, at) -> None:
    if verb == "days":
        services.set_days(conference=conference, days=form.cleaned_data["days"], actor=actor)
    elif verb == "hold":
        services.hold(conference=conference, reason=form.cleaned_data["reason"], actor=actor, at=at)
    elif verb == "announce":
        services.announce(conference=conference, actor=actor, at=at)
    else:
        services.release(conference=conference, actor=actor)
