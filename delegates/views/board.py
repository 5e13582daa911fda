"""The board: every room of a conference on one screen, for the wall and for the pocket."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from conferences.policies import can_change_conference
from delegates.board import live
from delegates.board.figures import board_of
from delegates.policies import can_watch_board
from delegates.views.staff import get_conference_or_404
from hoinghi.access import access, anyone, signed_in, staff, watched
from venues import services
from venues.models import Booking, Incident

# For whom the board is drawn: staff see telephones, whoever organises what can be pressed.
ORGANISERS, STAFF, MEMBERS = PARTS = ("board-organisers", "board-staff", "board-members")
REFUSED = 409


def get_board_or_404(user, slug: str, at) -> Conference:
    """The conference whose board the user may watch."""
    conference = get_conference_or_404(user, slug)
    if not can_watch_board(user, conference, at):
        raise Http404("No right")
    return conference


@access(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def board(request, slug: str):
    """All rooms; ``?lon`` is the large mode of a wall: what needs a hand, in letters that are read from afar."""
    at = timezone.now()
    conference = get_board_or_404(request.user, slug, at)
    status = 200
    part = _part_of(request.user, conference)
    if request.method == "POST":
        if part != ORGANISERS:
            raise Http404("No right")
        try:
            _press(request, conference, at)
        except services.NotNow as refusal:
            messages.error(request, str(refusal))
            status = REFUSED
        else:
            return redirect(request.get_full_path())
    number = live.number_of(conference.pk)
    context = _context(conference, part, at) | {
        "etag": live.etag_of(conference.pk, number, part, at),
        "large": "lon" in request.GET,
    }
    return render(request, "delegates/board.html", context, status=status)


def _press(request, conference: Conference, at) -> None:
    """One tap of staff: ``connected:<room>``, ``lost:<room>`` or ``resolve:<incident>``."""
    verb, _, key = request.POST.get("do", "").partition(":")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Http404("No such button")
    shared = {"actor": request.user, "at": at}
    if verb == "resolve":
        incident = Incident.objects.filter(booking__conference=conference, pk=key).first()
        if incident is None:
            raise Http404("No such incident")
        services.resolve(incident=incident, **shared)
        return
    booking = conference.bookings.live().filter(pk=key).first()
    if booking is None or verb not in ("connected", "lost"):
        raise Http404("No such room")
    if verb == "connected":
        services.set_connected(booking=booking, **shared)
    else:
        services.report(booking=booking, kind=Incident.Kind.LINE_LOST, **shared)


@access(anyone)
@watched
@require_safe
def board_live(request, slug: str):
    """The part of the board that changes. Whoever holds its present ETag has been let in before."""
    at = timezone.now()
    row = Conference.objects.filter(slug=slug).values_list("pk", "board__number").first()
    pk, number = row or (0, None)
    etags = {part: live.etag_of(pk, number or 0, part, at) for part in PARTS}
    if answer := live.not_modified(request, set(etags.values())):
        return answer
    if not signed_in(request.user):
        return redirect("account_login")
    conference = get_board_or_404(request.user, slug, at)
    part = _part_of(request.user, conference)
    return live.drawn(
        request,
        pk,
        part,
        number or 0,
        etags[part],
        lambda: render_to_string("delegates/includes/board/live.html", _context(conference, part, at)),
    )


def _part_of(user, conference: Conference) -> str:
    """Whose board it is: with buttons, with telephones, or neither."""
    if can_change_conference(user, conference):
        return ORGANISERS
    return STAFF if staff(user) else MEMBERS


def _context(conference: Conference, part: str, at) -> dict:
    return {
        "conference": conference,
        "board": board_of(conference, at),
        "for_staff": part != MEMBERS,
        "has_buttons": part == ORGANISERS,
        "at": at,
        "roles": Booking.Role,
    }
