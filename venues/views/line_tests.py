"""The staff's pages of line tests: rounds planned and moved, officers invited, results written down."""

import datetime as dt
from collections import Counter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conferences.models import Conference
from hoinghi.access import access, fresh_login_to_send, organises, organises_here, staff
from hoinghi.text import VIETNAM
from venues import services
from venues.errors import StepRefused
from venues.models import Booking, LineTestResult, LineTestRound
from venues.people import officers_by_room
from venues.policies import planning_obstacle, recording_obstacle, round_obstacle
from venues.preparation_forms import ResultForm, RoundForm
from venues.readiness import readiness_of
from venues.services import Found
from venues.views.pages import get_conference_or_404
from venues.views.ways import CLOSED

Outcome = LineTestResult.Outcome
# The first round is proposed so many days before the start, each further one on the next day.
FIRST_ROUND_BEFORE = 3
# What one press writes down for the whole room.
AT_ONCE = {
    "passed": Found(outcome=Outcome.PASSED, picture=True, sound=True, line=True),
    "absent": Found(outcome=Outcome.ABSENT),
}


# ── all rounds ──────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_GET
def overview(request, slug: str):
    """The rounds of a conference, how each went, and the rooms that have not passed."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    rounds = list(conference.line_test_rounds.prefetch_related("results"))
    left = _rooms_left(conference, at)
    context = {
        "conference": conference,
        "rounds": [_counted(round) for round in rounds],
        "left": left,
        "any_rooms": conference.bookings.live().exists(),
        "obstacle": planning_obstacle(conference, at),
        "at": at,
    }
    return render(request, "venues/line_tests.html", context)


def _counted(round: LineTestRound) -> dict:
    counts = Counter(result.outcome for result in round.results.all())
    return {
        "round": round,
        "total": sum(counts.values()),
        "counts": [(code, counts[code]) for code in Outcome.values if counts[code]],
        "after_start": round.cancelled_at is None and round.ends_at > round.conference.start_at,
    }


def _rooms_left(conference: Conference, at: dt.datetime) -> list:
    """(room, how far it is) of those that have not passed."""
    bookings = services.rooms_to_test(conference)
    for booking in bookings:
        booking.conference = conference
    found = readiness_of(bookings, at)
    return [(booking, found[booking.pk]) for booking in bookings]


# ── planning ────────────────────────────────────────────────────────────────────────────────────────


@access(organises)
@require_http_methods(["GET", "POST"])
def plan(request, slug: str):
    """Plan the next round: the rooms that have not passed are proposed."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    refusal = planning_obstacle(conference, at)
    form = RoundForm(request.POST or None, conference=conference, initial=_proposal(conference))
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            round = services.plan_round(conference=conference, **form.values(), actor=request.user, at=at)
        except StepRefused as refused:
            refusal = _show(form, refused)
        else:
            messages.success(request, f"Đã lập {_named(round)}. Gửi thư mời khi đã cử cán bộ kỹ thuật.")
            return redirect("line-test-round", slug=slug, number=round.number)
    return _form_page(request, conference, form, refusal, "venues/line_test_plan.html")


def _proposal(conference: Conference) -> dict:
    last = conference.line_test_rounds.in_force().last()
    if last:
        start, end = (timezone.localtime(moment) for moment in (last.starts_at, last.ends_at))
        day, starts, ends = start.date() + dt.timedelta(days=1), start.time(), end.time()
    else:
        day = timezone.localtime(conference.start_at).date() - dt.timedelta(days=FIRST_ROUND_BEFORE)
        starts, ends = dt.time(8), dt.time(11)
    if dt.datetime.combine(day, starts, timezone.get_current_timezone()) <= timezone.now():
        day = starts = ends = None  # too late for what is usual: staff choose
    return {
        "day": day,
        "starts": starts,
        "ends": ends,
        "note": last.note if last else "",
        "bookings": [booking.pk for booking in services.rooms_to_test(conference)],
    }


@access(organises)
@fresh_login_to_send
@require_http_methods(["GET", "POST"])
def change(request, slug: str, number: int):
    """Move a round, change its words or its rooms; who was invited is told."""
    conference, round = _round_or_404(request, slug, number)
    at = timezone.now()
    refusal = round_obstacle(round, at)
    start, end = round.starts_at.astimezone(VIETNAM), round.ends_at.astimezone(VIETNAM)
    initial = {
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "note": round.note,
        "bookings": list(round.results.values_list("booking", flat=True)),
    }
    form = RoundForm(request.POST or None, conference=conference, initial=initial)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            written = services.change_round(round=round, **form.values(), actor=request.user, at=at)
        except StepRefused as refused:
            refusal = _show(form, refused)
        else:
            told = f" {written} thư báo đang được gửi." if written else ""
            messages.success(request, f"Đã lưu {_named(round)}.{told}")
            return redirect("line-test-round", slug=slug, number=number)
    return _form_page(request, conference, form, refusal, "venues/line_test_change.html", round=round)


def _form_page(request, conference: Conference, form: RoundForm, refusal: str, template: str, **context):
    bookings = list(conference.bookings.in_families())
    chosen = {str(getattr(value, "pk", value)) for value in form["bookings"].value() or []}
    context |= {
        "conference": conference,
        "form": form,
        "refusal": refusal,
        "choices": [(booking, str(booking.pk) in chosen) for booking in bookings],
    }
    return render(request, template, context, status=CLOSED if refusal else 200)


def _show(form: RoundForm, refused: StepRefused) -> str:
    """Put a refusal at its field, or answer it for the top of the page."""
    field = {"starts_at": "starts", "ends_at": "ends"}.get(refused.field, refused.field)
    if field in form.fields:
        form.add_error(field, str(refused))
        return ""
    return str(refused)


# ── one round ───────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_GET
def round_page(request, slug: str, number: int):
    """The rooms of a round, whom to call, and how each went."""
    conference, round = _round_or_404(request, slug, number)
    at = timezone.now()
    results = _results(round, conference)
    officers = officers_by_room([result.booking for result in results], at)
    rows = [(result, officers.get(result.booking_id, [])) for result in results]
    counts = Counter(result.outcome for result in results)
    context = {
        "conference": conference,
        "round": round,
        "rows": rows,
        "counts": [(code, counts[code]) for code in Outcome.values],
        "obstacle": round_obstacle(round, at),
        "may_record": organises_here(request.user) and not recording_obstacle(round),
        "unreached": [result.booking for result, found in rows if not any(each.email for each in found)],
        "at": at,
    }
    return render(request, "venues/line_test_round.html", context)


def _results(round: LineTestRound, conference: Conference) -> list[LineTestResult]:
    order = {
        booking.pk: (place, booking)
        for place, booking in enumerate(
            Booking.objects.filter(line_tests__round=round)
            .by_family()
            .select_related("room__host__successor")
        )
    }
    results = list(round.results.select_related("own"))
    for result in results:
        result.round, result.booking = round, order[result.booking_id][1]
        result.booking.conference = conference
    return sorted(results, key=lambda result: order[result.booking_id][0])


@access(staff)
@fresh_login_to_send
@require_POST
def invite(request, slug: str, number: int):
    """Write to the officers of the round's rooms who have not been invited."""
    _, round = _round_or_404(request, slug, number)
    try:
        written = services.invite(round=round, actor=request.user, at=timezone.now())
    except StepRefused as refused:
        return _refused(request, round, refused)
    said = (
        f"Đã đưa {written} thư mời vào hàng gửi." if written else "Mọi cán bộ kỹ thuật đã được mời từ trước."
    )
    messages.success(request, said)
    return redirect("line-test-round", slug=slug, number=number)


@access(organises)
@fresh_login_to_send
@require_http_methods(["GET", "POST"])
def call_off(request, slug: str, number: int):
    """Call a round off; who was invited is told."""
    conference, round = _round_or_404(request, slug, number)
    at = timezone.now()
    refusal = round_obstacle(round, at)
    if request.method == "POST" and not refusal:
        try:
            written = services.call_off_round(round=round, actor=request.user, at=at)
        except StepRefused as refused:
            refusal = str(refused)
        else:
            told = f" {written} thư báo đang được gửi." if written else ""
            messages.success(request, f"Đã hủy {_named(round)}.{told}")
            return redirect("line-tests", slug=slug)
    context = {"conference": conference, "round": round, "refusal": refusal}
    return render(request, "venues/line_test_call_off.html", context, status=CLOSED if refusal else 200)


@access(organises)
@require_http_methods(["GET", "POST"])
def result(request, slug: str, number: int, pk: int):
    """How the test of one room went: at once by a button of the round's page (``do``), or in detail."""
    conference, round = _round_or_404(request, slug, number)
    found = (
        round.results.select_related("own", "booking__unit", "booking__room", "booking__parent__unit")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("No such room in this round")
    found.round, found.booking.conference = round, conference
    at_once = AT_ONCE.get(request.POST.get("do"))
    form = ResultForm(None if at_once else request.POST or None, result=found)
    refusal = recording_obstacle(round)
    if request.method == "POST" and not refusal and (at_once or form.is_valid()):
        try:
            services.record_result(
                result=found, found=at_once or form.found(), actor=request.user, at=timezone.now()
            )
        except StepRefused as refused:
            if refused.field and form.is_bound:
                form.add_error(refused.field, str(refused))
            else:
                refusal = str(refused)
        else:
            page = reverse("line-test-round", kwargs={"slug": slug, "number": number})
            return redirect(f"{page}#diem-cau-{found.booking_id}")
    context = {"conference": conference, "round": round, "result": found, "form": form, "refusal": refusal}
    return render(request, "venues/line_test_result.html", context, status=CLOSED if refusal else 200)


def _round_or_404(request, slug: str, number: int) -> tuple[Conference, LineTestRound]:
    conference = get_conference_or_404(request.user, slug)
    round = conference.line_test_rounds.filter(number=number).first()
    if round is None:
        raise Http404("No such round")
    round.conference = conference
    return conference, round


def _named(round: LineTestRound) -> str:
    return f"đợt {round.number}"


def _refused(request, round: LineTestRound, refused: StepRefused):
    context = {
        "title": "Chưa làm được",
        "message": str(refused),
        "next_url": reverse(
            "line-test-round", kwargs={"slug": round.conference.slug, "number": round.number}
        ),
    }
    return render(request, "409.html", context, status=CLOSED)
