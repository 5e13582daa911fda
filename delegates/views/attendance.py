"""Attendance: the people of one room, and the figures of all rooms for staff."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from conferences.models import Conference
from delegates import attendance_sheets
from delegates.attendance_figures import Counted, figures_of
from delegates.board import live
from delegates.listing import groups_of
from delegates.models import Delegate
from delegates.places import people_of
from delegates.policies import attendance_obstacle, is_over
from delegates.services.attendance import (
    AttendanceRefused,
    Mark,
    mark,
    mark_declined_absent,
    mark_rest_present,
)
from delegates.views.handing_over import file_answer, name_of
from delegates.views.rooms_day import Visit
from delegates.views.staff import get_conference_or_404
from directory.audit import record_read
from hoinghi.access import access, require_fresh_login, staff, takes_own_data, watched
from hoinghi.text import capfirst

REFUSED = 409
OVERVIEW = "attendance"
Attendance = Delegate.Attendance


# ── one room ────────────────────────────────────────────────────────────────────────────────────────


def room(request, visit: Visit):
    """Who is there: each delegate by hand, or all who are left at once."""
    at, refusal = timezone.now(), None
    conference, booking = visit.booking.conference, visit.booking
    people = list(
        people_of(booking)
        .select_related("seat__group", "seat__nomination", "attended_in__unit")
        .order_by(
            "seat__group__position", "seat__nomination__unit__sort_key", "seat__name_key", "sort_key", "pk"
        )
    )
    if request.user.is_authenticated:  # by link: the officer's own room, and no account to write down
        record_read(actor=request.user, action="delegates.read", target=conference, at=at)
    typed = _typed(request, people) if request.method == "POST" else {}
    if request.method == "POST":
        try:
            changed = _save(request, visit, people, typed, at)
        except AttendanceRefused as refused:
            refusal = refused
        else:
            messages.success(
                request, f"Đã ghi điểm danh {changed} đại biểu." if changed else "Không có gì thay đổi."
            )
            return redirect(visit.url("attendance"))
    context = {
        "visit": visit,
        "conference": conference,
        "booking": booking,
        "groups": _by_group(conference, people, typed),
        "counted": Counted.people(people),
        "unmarked": [each for each in people if _is_open(each) and each.answer != Delegate.Answer.DECLINED],
        "declined": [each for each in people if _is_open(each) and each.answer == Delegate.Answer.DECLINED],
        "obstacle": attendance_obstacle(conference, at),
        "is_over": is_over(conference, at),
        "late_reason": request.POST.get("late_reason", ""),
        "refusal": refusal,
        "at": at,
    }
    closed = refusal is not None and not refusal.field
    return render(request, "delegates/room_attendance.html", context, status=REFUSED if closed else 200)


def _is_open(delegate: Delegate) -> bool:
    return delegate.attendance == Attendance.UNMARKED


def _save(request, visit: Visit, people: list[Delegate], typed: dict[int, Mark], at) -> int:
    shared = {
        "conference": visit.booking.conference,
        "booking": visit.booking,
        "actor": visit.actor,
        "at": at,
        "late_reason": request.POST.get("late_reason", ""),
    }
    verb = request.POST.get("do", "save")
    if verb == "present":
        return mark_rest_present(people=people, **shared)
    if verb == "declined":
        return mark_declined_absent(people=people, **shared)
    return mark(marks=typed.values(), **shared)


def _typed(request, people: list[Delegate]) -> dict[int, Mark]:
    """What was changed on the page: a row that stands as it was opened says nothing, so that of two people who mark
    at the same time neither takes back what the other has just done.
    """
    found = {}
    for each in people:
        attendance = request.POST.get(f"p{each.pk}", "")
        reason = request.POST.get(f"r{each.pk}", "")[:500]
        before = request.POST.get(f"w{each.pk}", "")
        before_reason = request.POST.get(f"v{each.pk}", "")
        if attendance not in Attendance.values:
            continue
        if attendance != before or (attendance == Attendance.ABSENT and reason != before_reason):
            found[each.pk] = Mark(each.pk, attendance, reason)
    return found


def _by_group(conference: Conference, people: list[Delegate], typed: dict[int, Mark]) -> list[dict]:
    """The people as the page lists them, each with what was typed, or else what stands."""
    groups = {group.pk: {"name": capfirst(group.label), "people": []} for group in groups_of(conference)}
    for each in people:
        wanted = typed.get(each.pk) or Mark(each.pk, each.attendance, each.attendance_reason)
        groups[each.seat.group_id]["people"].append({"delegate": each, "wanted": wanted})
    return [group for group in groups.values() if group["people"]]


@access(takes_own_data)
def room_sheet(request, visit: Visit):
    """The room's attendance sheet to be signed.

    Staff, who may take that of any room, say first once more who they are; an officer prints that of the own room.
    """
    if visit.is_staff:
        require_fresh_login(request)
    conference = visit.booking.conference
    content = attendance_sheets.sheet_of(
        conference=conference, bookings=[visit.booking], actor=visit.actor, at=timezone.now()
    )
    return file_answer(content, name_of(conference, f"Phiếu điểm danh – {visit.booking.label}"))


# ── all rooms ───────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_GET
def overview(request, slug: str):
    """How many are there, by room and by group."""
    at = timezone.now()
    conference = get_conference_or_404(request.user, slug)
    number = live.number_of(conference.pk)
    context = _figures(conference, at) | {"etag": live.etag_of(conference.pk, number, OVERVIEW, at)}
    return render(request, "delegates/attendance.html", context)


@access(staff)
@watched
@require_safe
def overview_live(request, slug: str):
    """The figures anew, or 304."""
    at = timezone.now()
    conference = get_conference_or_404(request.user, slug)
    number = live.number_of(conference.pk)
    etag = live.etag_of(conference.pk, number, OVERVIEW, at)
    return live.not_modified(request, {etag}) or live.drawn(
        request,
        conference.pk,
        OVERVIEW,
        number,
        etag,
        lambda: render_to_string("delegates/includes/attendance-figures.html", _figures(conference, at)),
    )


def _figures(conference: Conference, at) -> dict:
    figures = figures_of(conference)
    bookings = list(conference.bookings.for_board())
    groups = [group for group in groups_of(conference) if group.pk in figures.groups]
    return {
        "conference": conference,
        "total": figures.total,
        "rooms": [(booking, figures.of_room(booking)) for booking in bookings],
        "without_room": figures.rooms.get(None),
        "groups": [(capfirst(group.label), figures.groups[group.pk]) for group in groups],
        "at": at,
    }
