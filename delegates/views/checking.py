"""Anyone checks a badge by its QR: only whether it counts; staff at the door also read whose it is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conferences.policies import can_see_conference
from delegates import checking
from hoinghi.access import access, anyone, staff


@access(anyone)
@require_safe
@never_cache
def verify(request, code: str) -> HttpResponse:
    """Whether the badge counts today. No personal data, but name and organisation for staff."""
    delegate = checking.delegate_by(code)
    if delegate is None:
        # Whoever stands at a door with a made-up badge is told so, not that a page is missing.
        context, status = {"standing": "forged"}, 404
    else:
        conference, status = delegate.seat.nomination.conference, 200
        context = {
            "standing": checking.standing_of(delegate),
            "conference": conference if can_see_conference(request.user, conference) else None,
            "delegate": delegate if staff(request.user) else None,
        }
    response = render(request, "delegates/verify_delegate.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
