"""A room of a conference: its page, its points to tick, saying that it is ready, what the room is like."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from correspondence.calendars import event_file
from directory.links import DeadLink, live_link, open_link, token_of
from hoinghi.access import access, anyone
from hoinghi.files import content_disposition, deliver
from hoinghi.images import CONTENT_TYPE
from hoinghi.text import lowerfirst
from venues import services
from venues.errors import StepRefused
from venues.expected import crowding, expected_in
from venues.letters import PURPOSE, holder_of, round_event
from venues.models import ChecklistItem, ChecklistTick, Officer
from venues.people import officers_by_room
from venues.policies import closing_obstacle, own_finding_obstacle, preparing_obstacle
from venues.preparation_forms import OwnForm, TickForm
from venues.readiness import Point, readiness, readiness_of
from venues.room_forms import DescribeForm
from venues.views.ways import CLOSED, Way, officer_of

# ── the page ────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Section:
    """Points of the checklist under one heading, each with its form where it can be ticked."""

    name: str
    rows: list[tuple[Point, TickForm | None]] = field(default_factory=list)


@require_GET
def page(request, way: Way):
    """Everything about the room: what is missing, the checklist, line tests, officers, the room itself."""
    return render(request, "venues/booking.html", _context(way))


def _context(way: Way, *, refused: TickForm | None = None, refusal: str = "") -> dict:
    booking = way.booking
    found = readiness(booking, way.at)
    subs = list(booking.subs.live().select_related("room__host__successor", "unit", "parent__unit"))
    for sub in subs:
        sub.conference = booking.conference
    expected = expected_in([booking])[booking.pk]
    central = _central(way)
    return {
        "way": way,
        "booking": booking,
        "conference": booking.conference,
        "at": way.at,
        "readiness": found,
        "prepares": way.prepares,
        "obstacle": closing_obstacle(booking, way.at),
        "expected": expected,
        "crowded": crowding(booking.room.capacity if booking.room else None, expected),
        "officers": [
            (each, each.officer is not None and way.changes(each.officer)) for each in found.officers
        ],
        "subs": [(sub, readiness_of_subs) for sub, readiness_of_subs in _with_readiness(subs, way)],
        "contacts": list(booking.conference.contacts.all()),
        "central": central,
        "others": _other_rooms(way),
        **_preparation(way, found, refused=refused, refusal=refusal),
    }


def _with_readiness(subs: list, way: Way):
    found = readiness_of(subs, way.at)
    return [(sub, found[sub.pk]) for sub in subs]


def _preparation(way: Way, found, *, refused: TickForm | None = None, refusal: str = "") -> dict:
    """What ``includes/preparation.html`` shows: progress, points, the button to say that the room is ready."""
    can_tick = way.prepares and not preparing_obstacle(way.booking, way.at)
    sections: list[Section] = []
    for point in found.points:
        if not sections or sections[-1].name != point.item.section:
            sections.append(Section(point.item.section))
        form = None
        if can_tick and point.tick is None:
            form = TickForm(item=point.item)
            if refused and refused.prefix == form.prefix:
                form = refused
        sections[-1].rows.append((point, form))
    late = {point.item.pk for point in found.points if point.is_late(way.at)}
    return {
        "sections": sections,
        "late": late,
        "can_tick": can_tick,
        "refused": refused,
        "refusal": refusal,
    }


def _central(way: Way) -> list:
    """Whom to call in the central room."""
    if way.booking.role == way.booking.Role.CENTRAL:
        return []
    rooms = way.conference.bookings.live().filter(role=way.booking.Role.CENTRAL)
    rooms = list(rooms.select_related("room__host__successor"))
    return [officer for officers in officers_by_room(rooms, way.at).values() for officer in officers]


def _other_rooms(way: Way) -> list[tuple[str, str]]:
    """(label, address) of the other rooms that somebody who came by link looks after in this conference."""
    if not way.is_by_link or not way.actor.email:
        return []
    others = Officer.objects.live().filter(
        booking__conference=way.conference,
        booking__released_at__isnull=True,
        email__iexact=way.actor.email,
        user__isnull=True,
    )
    found = []
    for officer in others.exclude(pk=way.actor.pk).select_related("booking__unit"):
        link = live_link(holder=holder_of(officer), purpose=PURPOSE, at=way.at)
        if link:
            token = token_of(link)
            found.append((officer.booking.label, Way(officer.booking, officer, way.at, token).url()))
    return found


# ── ticking ─────────────────────────────────────────────────────────────────────────────────────────


@require_POST
def tick(request, way: Way, item: int):
    """Tick a point, or take the tick back; ``do`` says which."""
    point = _item_or_404(way, item)
    _prepares_or_404(way)
    verb = request.POST.get("do")
    form = TickForm(request.POST, request.FILES, item=point)
    shared = {"booking": way.booking, "item": point, "actor": way.actor, "at": way.at}
    try:
        if verb == "undo":
            services.untick(**shared)
        elif form.is_valid():
            services.tick(**shared, **form.cleaned_data)
        else:
            return _after(request, way, point, refused=form)
    except ValidationError as refused:
        form.add_error("photo", refused)
        return _after(request, way, point, refused=form)
    except StepRefused as refused:
        if refused.field and form.is_valid():
            form.add_error(refused.field, str(refused))
            return _after(request, way, point, refused=form)
        return _after(request, way, point, refused=form, refusal=str(refused))
    return _after(request, way, point)


def _after(
    request, way: Way, item: ChecklistItem, *, refused: TickForm | None = None, refusal: str = ""
) -> HttpResponse:
    """For htmx the part that has changed; otherwise back to the point, or the page with what was refused."""
    if refused is None and not request.htmx:
        return redirect(f"{way.url()}#viec-{item.pk}")
    way.booking.refresh_from_db(fields=["state"])
    status = CLOSED if refusal else 200
    if request.htmx:
        found = readiness(way.booking, way.at)
        context = {
            "way": way,
            "booking": way.booking,
            "conference": way.conference,
            "readiness": found,
            "prepares": True,
            **_preparation(way, found, refused=refused, refusal=refusal),
        }
        # htmx swaps nothing in for an answer that is an error; the refusal is in the part.
        return render(request, "venues/includes/preparation.html", context)
    return render(
        request, "venues/booking.html", _context(way, refused=refused, refusal=refusal), status=status
    )


@require_GET
def photo(request, way: Way, tick: int):
    """The photo that proves a point."""
    found = ChecklistTick.objects.filter(pk=tick, booking=way.booking).exclude(photo="").first()
    if found is None:
        raise Http404("No such photo")
    return deliver(request, found.photo, name=f"anh-{found.pk}.jpg", content_type=CONTENT_TYPE)


@require_GET
def room_photo(request, way: Way):
    """What the room looks like."""
    room = way.booking.room
    if room is None or not room.photo:
        raise Http404("No photo")
    return deliver(request, room.photo, name=f"phong-{room.pk}.jpg", content_type=CONTENT_TYPE)


@require_POST
def ready(request, way: Way):
    """Say that the room is ready, or that it is not after all; ``do`` says which."""
    _prepares_or_404(way)
    verbs = {"ready": services.declare_ready, "back": services.take_back_ready}
    verb = verbs.get(request.POST.get("do"))
    if verb is None:
        raise Http404("No such verb")
    try:
        verb(booking=way.booking, actor=way.actor, at=way.at)
    except StepRefused as refused:
        return render(request, "venues/booking.html", _context(way, refusal=str(refused)), status=CLOSED)
    if request.POST["do"] == "ready":
        messages.success(request, f"{way.booking.label} đã sẵn sàng. Cảm ơn đồng chí.")
    return redirect(way.url())


# ── the room, the calendar, the link ────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def describe(request, way: Way):
    """What the room is like: whoever prepares it knows best."""
    if not way.names_officers or way.booking.room is None:
        raise Http404("Not this user's room")
    room, refusal = way.booking.room, closing_obstacle(way.booking, way.at)
    form = DescribeForm(
        request.POST or None,
        request.FILES or None,
        initial={name: getattr(room, name) for name in DescribeForm.base_fields if name != "photo"},
    )
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            services.describe_room(
                room=room, values=form.values(), photo=form.cleaned_data["photo"], actor=way.actor
            )
        except ValidationError as refused:
            form.add_error("photo", refused)
        else:
            messages.success(request, "Đã lưu thông tin phòng.")
            return redirect(f"{way.url()}#phong")
    context = {"way": way, "booking": way.booking, "room": room, "form": form, "refusal": refusal}
    return render(request, "venues/describe.html", context, status=CLOSED if refusal else 200)


@require_GET
def round_calendar(request, way: Way, number: int):
    """A line test as a calendar file."""
    result = way.booking.line_tests.filter(round__number=number).select_related("round").first()
    if result is None:
        raise Http404("Not in this round")
    round = result.round
    round.conference = way.conference
    file = event_file(round_event(round, way.booking, way.at), at=way.at)
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = content_disposition(f"thu-duong-truyen-dot-{round.number}.ics")
    return response


@require_http_methods(["GET", "POST"])
def own_finding(request, way: Way, number: int):
    """What the room itself measured and saw in a line test; the staff's result is another matter."""
    _prepares_or_404(way)
    result = way.booking.line_tests.filter(round__number=number).select_related("round", "own").first()
    if result is None:
        raise Http404("Not in this round")
    result.booking = way.booking
    result.round.conference = way.conference
    form = OwnForm(request.POST if request.method == "POST" else None, own=getattr(result, "own", None))
    refusal = preparing_obstacle(way.booking, way.at) or own_finding_obstacle(result.round, way.at)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            services.say_own(result=result, seen=form.seen(), actor=way.actor, at=way.at)
        except StepRefused as refused:
            if refused.field:
                form.add_error(refused.field, str(refused))
            else:
                refusal = str(refused)
        else:
            messages.success(request, f"Đã ghi số đo của điểm cầu tại {lowerfirst(str(result.round))}.")
            return redirect(f"{way.url()}#thu")
    context = {"way": way, "booking": way.booking, "round": result.round, "form": form, "refusal": refusal}
    return render(request, "venues/own_finding.html", context, status=CLOSED if refusal else 200)


@require_POST
@access(anyone)
def new_link(request, token: str):
    """Mail a fresh link to the address of a dead one. The answer is the same whether or not one was sent."""
    at = timezone.now()
    try:
        link = open_link(token, purpose=PURPOSE, at=at)
    except DeadLink as dead:
        officer = officer_of(dead.link)
        if officer is not None:
            services.renew_link(officer=officer, dead=dead.link, at=at)
        return render(request, "venues/link_sent.html")
    if link is None:
        raise Http404("No such link")
    return redirect("officer-page", token=token)


def _item_or_404(way: Way, pk: int) -> ChecklistItem:
    item = ChecklistItem.objects.filter(pk=pk, conference=way.conference).first()
    if item is None or not item.concerns(way.booking):
        raise Http404("No such point")
    item.conference = way.conference
    return item


def _prepares_or_404(way: Way) -> None:
    if not way.prepares:
        raise Http404("Not this user's room")
