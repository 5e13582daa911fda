"""Another room for a conference: from the list, a place that is typed, the rule's; rooms under a province's room."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hoinghi.text import nfc
from venues import services
from venues.candidates import candidates, told
from venues.errors import StepRefused
from venues.expected import crowding, expected_in
from venues.models import Booking, Room
from venues.policies import closing_obstacle
from venues.room_forms import PlaceForm, SubForm
from venues.services import RoomRefused, RoomTaken
from venues.views.ways import CLOSED, Way


@require_http_methods(["GET", "POST"])
def choose(request, way: Way):
    """Choose another room, or type a place; ``do`` says which, or that the rule's room is wanted again."""
    if not way.chooses_place:
        raise Http404("Not this user's choice")
    form = PlaceForm(request.POST if request.POST.get("do") == "place" else None, prefix="noi")
    refusal = closing_obstacle(way.booking, way.at)
    if request.method == "POST" and not refusal:
        try:
            if booking := _chosen(request, way, form):
                _say(request, way, booking)
                return redirect(f"{way.url()}#phong")
        except (RoomRefused, StepRefused) as refused:
            refusal = _words(refused, way)
    return _page(request, way, "venues/choose.html", form, refusal)


def _chosen(request, way: Way, form: PlaceForm) -> Booking | None:
    """The booking in its new room; None: what was typed has to be mended."""
    shared = {"booking": way.booking, "actor": way.actor, "at": way.at}
    verb = request.POST.get("do")
    if verb == "rule":
        return services.follow_rule(**shared)
    if verb == "place":
        return services.choose_room(room=form.place(), **shared) if form.is_valid() else None
    return services.choose_room(room=_room_or_404(request), **shared)


@require_http_methods(["GET", "POST"])
def add_sub(request, way: Way):
    """Add a room under the province's: who meets there, and in a room of the list or a typed place."""
    if not way.adds_subs:
        raise Http404("Not this user's room")
    typed = request.POST.get("do") == "place"
    form = PlaceForm(request.POST if typed else None, prefix="noi")
    who = SubForm(request.POST or None, parent=way.booking, prefix="don-vi")
    refusal = closing_obstacle(way.booking, way.at)
    if request.method == "POST" and not refusal:
        complete = [who.is_valid(), not typed or form.is_valid()]
        if all(complete):
            try:
                sub = services.add_sub(
                    parent=way.booking,
                    room=form.place() if typed else _room_or_404(request),
                    actor=way.actor,
                    at=way.at,
                    **who.cleaned_data,
                )
            except (RoomRefused, StepRefused) as refused:
                if getattr(refused, "field", None) in who.fields:
                    who.add_error(refused.field, str(refused))
                else:
                    refusal = _words(refused, way)
            else:
                messages.success(request, f"Đã thêm {sub.label}. Cử cán bộ kỹ thuật cho điểm cầu này.")
                return redirect(sub.get_absolute_url())
    return _page(request, way, "venues/add_sub.html", form, refusal, who=who)


@require_POST
def give_back(request, way: Way):
    """Give a room under a province's room back."""
    booking = way.booking
    if booking.role != Booking.Role.SUB or not way.names_officers:
        raise Http404("No such room to give back")
    try:
        services.give_back_sub(booking=booking, actor=way.actor, at=way.at)
    except StepRefused as refused:
        context = {"title": "Chưa bỏ được", "message": str(refused), "next_url": way.url()}
        return render(request, "409.html", context, status=CLOSED)
    messages.success(request, f"Đã bỏ {booking.label}.")
    return redirect(booking.parent.get_absolute_url())


def _page(request, way: Way, template: str, form: PlaceForm, refusal: str, **context):
    words = nfc(request.GET.get("tim", ""))[:100]
    # Nobody is named for a room below yet: it is not measured against the province's delegates.
    expected = 0 if "who" in context else expected_in([way.booking])[way.booking.pk]
    found, more = candidates(way.booking, words, expected, way.actor)
    context |= {
        "way": way,
        "booking": way.booking,
        "conference": way.conference,
        "form": form,
        "refusal": refusal,
        "words": words,
        "candidates": found,
        "more": more,
        "expected": expected,
    }
    return render(request, template, context, status=CLOSED if refusal else 200)


def _room_or_404(request) -> Room:
    pk = request.POST.get("room", "")
    room = Room.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    if room is None:
        raise Http404("No such room")
    return room


def _words(refused: Exception, way: Way) -> str:
    if isinstance(refused, RoomTaken):
        return f"{told(refused.held, way.actor)}. Chọn phòng khác, hoặc liên hệ đơn vị tổ chức để đổi giờ."
    return str(refused)


def _say(request, way: Way, booking: Booking) -> None:
    messages.success(
        request, f"{booking.label} họp tại {booking.printed}. Kiểm tra lại phòng và đường truyền."
    )
    if warning := crowding(
        booking.room.capacity if booking.room else None, expected_in([booking])[booking.pk]
    ):
        messages.warning(request, warning)
