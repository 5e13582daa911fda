"""The staff's lists: rooms that last, the rooms of one conference; and the rooms of whoever is signed in."""

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from conferences.models import Conference
from directory.models import User
from hoinghi.access import access, signed_in, staff
from hoinghi.files import deliver
from hoinghi.images import CONTENT_TYPE
from hoinghi.text import fold, nfc
from venues.expected import crowding, expected_in
from venues.models import Booking, Room
from venues.readiness import Readiness, readiness_of
from venues.views.ways import bookings_with_all

PER_PAGE = 50
PAST_SHOWN = 20


def get_conference_or_404(user: User, slug: str) -> Conference:
    """Only staff come to these pages."""
    conference = Conference.objects.visible_to(user).select_related("kind").filter(slug=slug).first()
    if conference is None:
        raise Http404("No such conference")
    return conference


# ── rooms that last ─────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_GET
def rooms(request):
    """Every room that was ever used, found without diacritics; those that are gone only on request."""
    words, hidden = _words(request), request.GET.get("an") == "1"
    found = Room.objects.all() if hidden else Room.objects.in_use()
    if words:
        found = found.matching(words)
    conferences = Count("bookings__conference", filter=Q(bookings__released_at__isnull=True), distinct=True)
    found = found.select_related("unit").annotate(conferences=conferences).order_by("sort_key", "pk")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("trang")),
        "words": words,
        "hidden": hidden,
        "any_hidden": Room.objects.filter(is_hidden=True).exists(),
    }
    return render(request, "venues/rooms.html", context)


@access(staff)
@require_GET
def room(request, pk: int):
    """One room: what it is like, where it was, whom to call, which conferences met there."""
    found = (
        Room.objects.select_related("host", "unit")
        .prefetch_related("former_addresses", "contacts")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("No such room")
    bookings = found.bookings.select_related("conference", "unit", "parent__unit").order_by("-during")
    context = {"room": found, "bookings": bookings[:PAST_SHOWN], "at": timezone.now()}
    return render(request, "venues/room.html", context)


@access(staff)
@require_GET
def room_photo(request, pk: int):
    found = Room.objects.exclude(photo="").filter(pk=pk).first()
    if found is None:
        raise Http404("No photo")
    return deliver(request, found.photo, name=f"phong-{found.pk}.jpg", content_type=CONTENT_TYPE)


# ── rooms of one conference ─────────────────────────────────────────────────────────────────────────

# What can be asked for in the list: code → words, and which rooms are meant.
FILTERS = {
    "chua-san-sang": ("Chưa sẵn sàng", lambda row: row.booking.state == Booking.State.PREPARING),
    "san-sang": ("Sẵn sàng", lambda row: row.booking.state != Booking.State.PREPARING),
    "chua-cu-can-bo": ("Chưa có cán bộ kỹ thuật", lambda row: not row.readiness.officers),
    "chua-dat": ("Thử đường truyền chưa đạt", lambda row: not row.readiness.has_passed),
    "thieu-cho": ("Thiếu chỗ", lambda row: row.crowded),
}


@dataclass(frozen=True)
class Row:
    """A room in the list; ``expected`` people are named for it so far."""

    booking: Booking
    readiness: Readiness
    expected: int

    @property
    def crowded(self) -> str:
        return crowding(self.booking.room.capacity if self.booking.room else None, self.expected)


@access(staff)
@require_GET
def conference_rooms(request, slug: str):
    """The rooms of a conference: where, who, how far, whether there is a seat for everybody."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    every = rows_of(conference, at)
    counts = [
        (code, label, sum(bool(wanted(row)) for row in every)) for code, (label, wanted) in FILTERS.items()
    ]
    words, code = _words(request), request.GET.get("loc", "")
    rows = [row for row in every if _matches(row, words)]
    if code in FILTERS:
        rows = [row for row in rows if FILTERS[code][1](row)]
    context = {
        "conference": conference,
        "rows": rows,
        "total": len(every),
        "counts": counts,
        "chosen": code if code in FILTERS else "",
        "words": words,
        "at": at,
    }
    return render(request, "venues/conference_rooms.html", context)


def rows_of(conference: Conference, at: dt.datetime) -> list[Row]:
    """The live rooms of a conference, central one first, in a fixed number of queries."""
    bookings = list(conference.bookings.in_families().select_related("room__host__successor"))
    for booking in bookings:
        booking.conference = conference
    found, expected = readiness_of(bookings, at), expected_in(bookings)
    return [Row(booking, found[booking.pk], expected[booking.pk]) for booking in bookings]


def _matches(row: Row, words: str) -> bool:
    """Province, room, address or an officer's name holds every word."""
    officers = " ".join(officer.full_name for officer in row.readiness.officers)
    text = fold(f"{row.booking.label} {row.booking.place} {officers}")
    return all(word in text for word in fold(words).split())


def _words(request) -> str:
    # PostgreSQL takes no NUL in a text.
    return nfc(request.GET.get("tim", ""))[:100]


# ── one's own rooms ─────────────────────────────────────────────────────────────────────────────────


@access(signed_in)
@require_GET
def mine(request):
    """The rooms that the user looks after, or whose province the user is a focal point of; soonest first."""
    if request.user.is_staff:
        return redirect("rooms")
    at = timezone.now()
    visible = Booking.objects.visible_to(request.user, at).live()
    ahead = bookings_with_all().filter(pk__in=visible.values("pk"))
    over = ~Q(conference__state=Conference.State.POSTPONED) & Q(conference__end_at__lt=at)
    bookings = list(ahead.exclude(over).order_by("conference__start_at", "role", "unit__sort_key", "pk"))
    past = list(ahead.filter(over).order_by("-conference__start_at", "pk")[:PAST_SHOWN])
    found = readiness_of(bookings, at)
    context = {"rows": [(booking, found[booking.pk]) for booking in bookings], "past": past, "at": at}
    return render(request, "venues/mine.html", context)
