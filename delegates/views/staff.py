"""What staff watch about one conference: who has answered, and who is sent."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from conferences.facts import facts_of
from conferences.models import Conference
from delegates import changing
from delegates import export as sheets
from delegates.cockpit import figures, progress, tasks, tiles
from delegates.staff_forms import FilterForm
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
        "tick_all": "chon" in request.GET,
        "is_filtered": any(form.wanted().values()),
        "untold": changing.untold(conference),
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
