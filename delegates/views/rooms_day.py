"""The page of one room on the day: connected, lost, what is wrong; for staff, and for the room's own officer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferences.models import Conference
from conferences.policies import can_change_conference
from delegates.attendance_figures import Counted
from delegates.board import live
from delegates.board.figures import RoomState
from delegates.day_forms import IncidentForm
from delegates.joining import shown_link
from delegates.models import Speech
from delegates.places import lists_of, people_of
from directory.models import User
from hoinghi.access import access, anyone, signed_in, watched
from venues import services
from venues.models import Booking, Incident, JoinCount
from venues.people import signature
from venues.policies import day_obstacle, join_obstacle
from venues.views import ways

REFUSED = 409


@dataclass(frozen=True)
class Visit:
    """Somebody who may look after a room, at its door.

    Attributes:
        actor: the account, or what the audit trail calls an officer who came by personal link.
        token: of that link, "" for an account.
        acts: may press the buttons; the other staff look.
    """

    booking: Booking
    actor: User | str
    is_staff: bool
    token: str = ""
    acts: bool = True

    def url(self, name: str) -> str:
        """The room's page ``name`` ("day", "attendance", …) as this visitor opens it."""
        if self.token:
            return reverse(f"officer-{name}", args=[self.token])
        return reverse(f"room-{name}", args=[self.booking.pk])


# Each page of a room is written once, as a function of a ``Visit``, and mounted twice in delegates/urls.py.


def by_account(view: Callable) -> Callable:
    """Open a page of a room for staff and for its officers; nobody else learns that there is such a room.

    The view may name a policy that is stricter.
    """

    @access(getattr(view, "policy", signed_in))
    @wraps(view)
    def opened(request, pk: int, **kwargs):
        return view(request, visit_or_404(request.user, pk), **kwargs)

    return opened


def by_link(view: Callable) -> Callable:
    """Open a page of a room for the officer who holds its personal link; a dead link offers a new one."""

    def opened(request, way: ways.Way, **kwargs):
        visit = Visit(way.booking, signature(way.actor), is_staff=False, token=way.token)
        return view(request, visit, **kwargs)

    return ways.by_link(opened)


def visit_or_404(user: User, pk: int) -> Visit:
    rooms = Booking.objects.live().filter(pk=pk, conference__in=Conference.objects.visible_to(user))
    if not user.is_staff:
        rooms = rooms.prepared_by(user)
    booking = rooms.select_related("conference", "room", "unit").first()
    if booking is None:
        raise Http404("No such room")
    acts = not user.is_staff or can_change_conference(user, booking.conference)
    return Visit(booking, user, user.is_staff, acts=acts)


# ── the room's page ─────────────────────────────────────────────────────────────────────────────────


def day(request, visit: Visit):
    """One tap says connected or lost, two report what is wrong."""
    at, status = timezone.now(), 200
    form = IncidentForm(request.POST if request.POST.get("do") == "report" else None)
    if request.method == "POST":
        try:
            done = _press(request, visit, form, at)
        except services.NotNow as refusal:
            messages.error(request, str(refusal))
            status = REFUSED
        else:
            if done:
                messages.success(request, done)
                return redirect(visit.url("day"))
    conference = visit.booking.conference
    number, part = live.number_of(conference.pk), _part(visit)
    context = _context(visit, at) | {
        "visit": visit,
        "form": form,
        "etag": live.etag_of(conference.pk, number, part, at),
        "contact": conference.contacts.first(),
        "kinds": Incident.Kind.choices,
    }
    return render(request, "delegates/room_day.html", context, status=status)


def _press(request, visit: Visit, form: IncidentForm, at) -> str:
    """Do what the button says; answers what is said about it, "" when the form has to be mended."""
    shared = {"actor": visit.actor, "at": at}
    verb, _, key = request.POST.get("do", "").partition(":")
    if verb == "connected":
        services.set_connected(booking=visit.booking, **shared)
        return "Đã ghi: điểm cầu đã kết nối."
    if verb == "lost":
        services.report(booking=visit.booking, kind=Incident.Kind.LINE_LOST, **shared)
        return "Đã báo mất kết nối. Bấm “Đã kết nối” khi có lại."
    if verb == "report":
        if not form.is_valid():
            return ""
        incident = services.report(booking=visit.booking, **form.cleaned_data, **shared)
        return f"Đã báo: {incident.get_kind_display().lower()}. Đơn vị tổ chức thấy ngay trên bảng."
    if verb == "resolve" and key.isascii() and key.isdigit() and len(key) < 19:
        incident = visit.booking.incidents.filter(pk=key).first()
        if incident:
            services.resolve(incident=incident, **shared)
            return f"Đã ghi: hết {incident.get_kind_display().lower()}."
    raise Http404("No such button")


@access(anyone)
@watched
@require_safe
def day_live(request, pk: int):
    """The part of the page that changes; as ``views.board.board_live``."""
    at = timezone.now()
    row = Booking.objects.live().filter(pk=pk).values_list("conference", "conference__board__number").first()
    conference, number = row or (0, None)
    # Whoever has the part already learns nothing new from "not modified", so the rights are asked for later.
    etags = {live.etag_of(conference, number or 0, _part_of(pk, acts), at) for acts in (True, False)}
    if answer := live.not_modified(request, etags):
        return answer
    if not signed_in(request.user):
        return redirect("account_login")
    return _drawn(request, visit_or_404(request.user, pk), number or 0, at)


def day_part(request, visit: Visit):
    """The same for an officer who came by personal link."""
    at, conference = timezone.now(), visit.booking.conference_id
    number = live.number_of(conference)
    if answer := live.not_modified(request, {live.etag_of(conference, number, _part(visit), at)}):
        return answer
    return _drawn(request, visit, number, at)


def _drawn(request, visit: Visit, number: int, at):
    part, conference = _part(visit), visit.booking.conference_id
    return live.drawn(
        request,
        conference,
        part,
        number,
        live.etag_of(conference, number, part, at),
        lambda: render_to_string("delegates/includes/board/room-live.html", _context(visit, at)),
    )


def _part(visit: Visit) -> str:
    return _part_of(visit.booking.pk, visit.acts)


def _part_of(pk: int, acts: bool) -> str:
    return f"room-{pk}" if acts else f"room-{pk}-read"


def _context(visit: Visit, at) -> dict:
    """What staff and officer read alike, with buttons or without."""
    booking = visit.booking
    conference = booking.conference
    incidents = list(booking.incidents.all())
    opened = JoinCount.objects.filter(booking=booking).values_list("opened", flat=True).first() or 0
    speeches = list(
        Speech.objects.filter(nomination__in=lists_of(booking))
        .exclude(state__in=[Speech.State.WITHDRAWN])
        .select_related("delegate", "nomination")
    )
    people = list(people_of(booking).only("attendance"))
    return {
        "conference": conference,
        "booking": booking,
        "has_buttons": visit.acts,
        "room": RoomState(
            booking,
            incidents=[each for each in incidents if each.resolved_at is None],
            counted=Counted.people(people),
            opened=opened,
        ),
        "resolved": [each for each in incidents if each.resolved_at is not None],
        "speeches": speeches,
        "obstacle": day_obstacle(conference, at),
        "link": shown_link(booking, at),
        "join_obstacle": join_obstacle(conference, at),
        "at": at,
    }
