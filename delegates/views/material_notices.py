"""The staff's page of new papers: which ones nobody knows yet, whom they will be told, when; at once, or not at all."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from conferences.models import Conference, MaterialNotice
from conferences.services import WrongState
from delegates import material_notices
from delegates.recipients import Audience
from delegates.views.staff import REFUSED, get_conference_or_404
from hoinghi.access import access, require_fresh_login, staff


@access(staff)
@require_http_methods(["GET", "POST"])
def page(request, slug: str):
    """What waits, and what was told before."""
    conference, at = get_conference_or_404(request.user, slug), timezone.now()
    if request.method == "GET":
        return _show(request, conference, at)
    verb, mark = request.POST.get("do", ""), request.POST.get("mark", "")
    try:
        if verb == "send":
            require_fresh_login(request)
            expected = request.POST.get("letters", "")
            notice = material_notices.send_now(
                conference=conference,
                mark=mark,
                expected=int(expected) if expected.isdecimal() and len(expected) < 9 else -1,
                actor=request.user,
                at=at,
            )
            messages.success(request, f"{notice.written} thư đã vào hàng gửi.")
        elif verb == "skip":
            material_notices.skip(conference=conference, mark=mark, actor=request.user, at=at)
            messages.success(request, "Không báo các tài liệu này; người được mời vẫn xem được trên Cổng.")
        else:
            raise Http404("No such verb")
    except WrongState as refusal:
        return _show(request, conference, at, refusal=str(refusal))
    return redirect("material-notice", slug=slug)


def _show(request, conference: Conference, at, *, refusal: str = ""):
    versions = material_notices.untold(conference, at)
    audience = material_notices.audience(conference, at) if versions else Audience()
    roles = [(role, people) for role, people in audience.by_role().items() if people]
    context = {
        "conference": conference,
        "versions": versions,
        "lines": material_notices.lines_of(versions),
        "mark": material_notices.mark_of(versions),
        "due_at": material_notices.planned(conference, at),
        "now": at,
        "audience": audience,
        "roles": [(role.label, people) for role, people in roles],
        "samples": [_sample(role, people[0], conference, versions) for role, people in roles],
        "history": conference.material_notices.exclude(state=MaterialNotice.State.WAITING).select_related(
            "actor"
        ),
        "refusal": refusal,
    }
    return render(request, "delegates/material_notice.html", context, status=REFUSED if refusal else 200)


def _sample(role, recipient, conference: Conference, versions) -> dict:
    """The real letter of one recipient; whatever opens a page stays a secret."""
    letter = material_notices.letter_to(recipient, conference, versions)
    text = letter.text.replace("{link}", "(đường dẫn của người nhận)")
    return {"role": role.label, "recipient": recipient, "subject": letter.subject, "text": text}
