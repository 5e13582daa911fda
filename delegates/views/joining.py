"""The way into the online meeting: staff enter the link, those who may join open it from the portal's own page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods

from delegates import joining
from delegates.day_forms import JoinForm
from delegates.models import Delegate
from delegates.places import booking_of
from delegates.views.delegate import by_link
from delegates.views.rooms_day import Visit
from delegates.views.staff import get_conference_or_404
from hoinghi.access import access, fresh_login_to_send, signed_in, staff
from venues import services
from venues.models import Booking, JoinCount
from venues.policies import join_obstacle

REFUSED = 409


# ── staff ───────────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@fresh_login_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def links(request, slug: str):
    """The link of the conference, rooms that have their own, and how often each room has opened it."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    live = {link.booking_id: link for link in conference.join_links.live().select_related("booking__unit")}
    rooms = list(conference.bookings.in_families())
    chosen = _room(request, rooms)
    form = JoinForm(request.POST if request.POST.get("do") == "enter" else None)
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        link = live.get(chosen.pk if chosen else None)
        if link is not None:
            joining.withdraw(link=link, actor=request.user, at=at)
            messages.success(request, "Đã bỏ đường dẫn.")
        return redirect("join-links", slug=slug)
    if request.method == "POST" and form.is_valid():
        try:
            told = joining.enter(
                conference=conference, booking=chosen, **form.cleaned_data, actor=request.user, at=at
            )
        except ValidationError as refusal:
            for field, problems in refusal.message_dict.items():
                form.add_error(field if field in form.fields else None, problems)
        else:
            said = f" Đã gửi {told} thư báo cho những người đã được xem đường dẫn cũ." if told else ""
            messages.success(request, f"Đã lưu đường dẫn; từ giờ chỉ đường dẫn này được mở.{said}")
            return redirect("join-links", slug=slug)
    counts = dict(JoinCount.objects.filter(booking__in=rooms).values_list("booking", "opened"))
    context = {
        "conference": conference,
        "shared": live.get(None),
        "is_unreadable": any(not link.address for link in live.values()),
        "rooms": [
            {"booking": room, "link": live.get(room.pk), "opened": counts.get(room.pk, 0)} for room in rooms
        ],
        "opened": sum(counts.values()),
        "chosen": chosen,
        "form": form,
        "opens_at": conference.joins_at,
        "obstacle": join_obstacle(conference, at),
        "at": at,
    }
    return _secret(render(request, "delegates/join_links.html", context))


def _room(request, rooms: list[Booking]) -> Booking | None:
    """The room whose own link is meant; None: that of the conference."""
    key = request.POST.get("phong") or request.GET.get("phong", "")
    if not key:
        return None
    found = next((room for room in rooms if str(room.pk) == key), None)
    if found is None:
        raise Http404("No such room")
    return found


# ── those who may join, with an account ─────────────────────────────────────────────────────────────


@access(signed_in)
@require_GET
def join(request, slug: str):
    """The rooms from which the user may join, each with its way in once the time has come."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    rooms = list(conference.bookings.visible_to(request.user, at).in_families())
    if not rooms:
        raise Http404("Nothing to join")
    obstacle = join_obstacle(conference, at)
    links = services.links_of(rooms) if not obstacle else {}
    context = {
        "conference": conference,
        "rooms": [{"booking": room, "link": links.get(room.pk)} for room in rooms],
        "obstacle": obstacle,
        "opens_at": conference.joins_at,
        "contact": conference.contacts.first(),
    }
    return _secret(render(request, "delegates/join.html", context))


@access(signed_in)
@require_GET
def join_open(request, slug: str, pk: int):
    """On into the meeting, counted for the room."""
    conference = get_conference_or_404(request.user, slug)
    booking = conference.bookings.live().visible_to(request.user).filter(pk=pk).first()
    if booking is None:
        raise Http404("No such room")
    booking.conference = conference
    return open_from(booking) or redirect("join", slug=slug)


def room_open(request, visit: Visit):
    """On into the meeting for whoever looks after the room."""
    if answer := open_from(visit.booking):
        return answer
    why = join_obstacle(visit.booking.conference, timezone.now())
    messages.info(request, why or "Chưa có đường dẫn vào phòng họp trực tuyến. Liên hệ đơn vị tổ chức.")
    return redirect(visit.url("day"))


# ── delegates, by personal link ─────────────────────────────────────────────────────────────────────


@require_GET
@by_link
def delegate_open(request, delegate: Delegate, token: str):
    """On into the meeting for a delegate who is still sent and has not said to stay away."""
    if joining.may_join(delegate):
        booking = booking_of(delegate.seat.nomination)
        if booking is not None:
            booking.conference = delegate.seat.nomination.conference
            if answer := open_from(booking):
                return answer
    return redirect("delegate-page", token=token)


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def open_from(booking: Booking) -> HttpResponse | None:
    """Send the browser into the meeting and count that; None when it is not the time or there is no link.

    A plain redirect: the CSP lets forms go nowhere else, links may. Where it leads is never cached, nor does the
    meeting learn the personal address it was opened from.
    """
    link = joining.shown_link(booking, timezone.now())
    if link is None:
        return None
    services.count_opening(booking)
    answer = HttpResponseRedirect(link.address)
    answer["Referrer-Policy"] = "no-referrer"
    return _secret(answer)


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
