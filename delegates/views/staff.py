"""What staff do about one conference: watch who answers, and take the lists in."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from conferences.facts import facts_of
from conferences.models import Conference
from delegates import export as sheets
from delegates import services
from delegates.cockpit import figures, progress, tasks, tiles
from delegates.errors import NominationClosed
from delegates.forms import ReasonForm
from delegates.models import Nomination
from delegates.places import booking_of
from delegates.seating import seats_with_people
from delegates.staff_forms import ExtendForm, FilterForm
from delegates.versions import differences
from hoinghi.access import access, staff
from hoinghi.files import content_disposition

REFUSED = 409


def get_conference_or_404(user, slug: str) -> Conference:
    found = Conference.objects.visible_to(user).select_related("kind", "frame").filter(slug=slug).first()
    if found is None:
        raise Http404("No such conference")
    return found


# ── watching ────────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_GET
def cockpit(request, slug: str):
    """Who has answered, who has not, and what waits for a hand."""
    conference = get_conference_or_404(request.user, slug)
    at = timezone.now()
    overview = figures.cockpit_of(conference, at)
    form = FilterForm(request.GET, overview)
    regions = overview.filtered(**form.wanted())
    context = {
        "conference": conference,
        "at": at,
        "cockpit": overview,
        "stats": tasks.stats_of(overview),
        "tasks": tasks.tasks_of(overview),
        "map": tiles.tile_columns(overview),
        "unplaced": tiles.without_tile(overview),
        "curve": _curve(overview),
        "form": form,
        "regions": regions,
        "found": sum(len(region.rows) for region in regions),
        "is_filtered": any(form.wanted().values()),
    }
    return render(request, "delegates/cockpit.html", context)


def _curve(overview: figures.Cockpit) -> progress.Curve | None:
    conference = overview.conference
    if conference.nomination_deadline is None or conference.announced_at is None:
        return None
    return progress.curve(
        overview.answered_at,
        total=len(overview.provinces),
        start=conference.announced_at,
        deadline=conference.nomination_deadline,
        end=conference.start_at,
        deadline_label=f"Hạn gửi: {facts_of(conference)['deadline']}",
        at=overview.at,
    )


@access(staff)
@require_GET
def export(request, slug: str):
    """All delegates as a spreadsheet. Whoever takes so much personal data away is written down."""
    conference = get_conference_or_404(request.user, slug)
    content = sheets.export_delegates(conference=conference, actor=request.user)
    response = HttpResponse(content, content_type=sheets.CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition(sheets.file_name(conference))
    response["Cache-Control"] = "private, no-store"
    return response


# ── one province's list ─────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_http_methods(["GET", "POST"])
def review(request, slug: str, pk: int):
    """A province's list as submitted; accept it, give it back, or give it more time."""
    conference = get_conference_or_404(request.user, slug)
    nomination = conference.nominations.select_related("unit", "organisation").filter(pk=pk).first()
    if nomination is None:
        raise Http404("No such list")
    forms = {"return_form": ReasonForm(prefix="return"), "extend_form": ExtendForm(prefix="extend")}
    if request.method == "GET":
        return _review_page(request, nomination, forms)
    return _decide(request, nomination, forms)


def _decide(request, nomination: Nomination, forms: dict):
    """One press of a button; ``do`` says which."""
    verb, at = request.POST.get("do", ""), timezone.now()
    shared = {"nomination": nomination, "actor": request.user, "at": at}
    try:
        if verb == "accept":
            services.accept(**shared)
            said = "Đã tiếp nhận danh sách của {}."
        elif verb == "return":
            form = forms["return_form"] = ReasonForm(request.POST, prefix="return")
            if not form.is_valid():
                return _review_page(request, nomination, forms)
            services.return_to_focal_point(reason=form.cleaned_data["reason"], **shared)
            said = "Đã trả lại danh sách của {}; thư báo lý do đang được gửi tới đầu mối."
        elif verb == "extend":
            form = forms["extend_form"] = ExtendForm(request.POST, prefix="extend")
            if not form.is_valid():
                return _review_page(request, nomination, forms)
            services.extend(**form.cleaned_data, **shared)
            said = "Đã gia hạn cho {}; thư báo đang được gửi tới đầu mối."
        else:
            raise Http404("No such button")
    except NominationClosed as refusal:
        nomination.refresh_from_db()
        return _review_page(request, nomination, forms, refusal=str(refusal))
    messages.success(request, said.format(nomination.sender_in_text))
    return redirect("nomination-review", slug=nomination.conference.slug, pk=nomination.pk)


def _review_page(request, nomination: Nomination, forms: dict, *, refusal: str = ""):
    at = timezone.now()
    versions = list(nomination.versions.all())
    context = {
        "conference": nomination.conference,
        "nomination": nomination,
        "state": nomination.shown_state(at),
        "seats": seats_with_people(nomination),
        "versions": versions,
        "differences": differences(versions[1], versions[0]) if len(versions) > 1 else None,
        "booking": booking_of(nomination),
        "contacts": nomination.organisation.contacts.filter(is_active=True),
        "can_accept": nomination.state == Nomination.State.SUBMITTED,
        "can_return": nomination.state in (Nomination.State.SUBMITTED, Nomination.State.ACCEPTED),
        "can_extend": at < nomination.conference.start_at and nomination.deadline is not None,
        "refusal": refusal,
        **forms,
    }
    return render(request, "delegates/review.html", context, status=REFUSED if refusal else 200)
