"""What staff watch about one conference: who has answered, and who is sent."""

import hashlib
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET

from conferences.facts import facts_of, remember_facts
from conferences.models import Conference
from conferences.models.conference import PRINTED_ROWS
from delegates import changing
from delegates import export as sheets
from delegates.cockpit import figures, progress, tasks, tiles
from delegates.staff_forms import FilterForm
from delegates.views.handing_over import file_answer
from hoinghi.access import access, fresh_login, looks_only, staff, takes_data
from hoinghi.sharing import STAMP, Parts

REFUSED = 409
# All provinces of the time of 63 on one page.
ROWS_PER_PAGE = 100


@dataclass(frozen=True)
class Drawn:
    """The cockpit without what belongs to the person who looks; empty when nobody is asked to nominate.

    Attributes:
        live: what brings itself up to date.
        table: the provinces, filtered.
    """

    live: str = ""
    table: str = ""


_drawn: Parts[Drawn] = Parts(most=20)  # a quarter of a megabyte each


def get_conference_or_404(user, slug: str, *rows: str, **columns) -> Conference:
    """
    Arguments:
        rows: kinds of its rows that come along (``hoinghi.together``).
        columns: expressions that come along under these names.
    """
    visible = Conference.objects.visible_to(user).select_related("kind", "frame").annotate(**columns)
    found = visible.together(*rows).filter(slug=slug).first()
    if found is None:
        raise Http404("No such conference")
    return found


# ── watching ────────────────────────────────────────────────────────────────────────────────────────


@access(staff)
@require_GET
def cockpit(request, slug: str):
    """Who has answered, who has not, and what waits for a hand."""
    rows = *PRINTED_ROWS, "reminders", "paper_requests"
    conference = get_conference_or_404(request.user, slug, *rows, stamp=STAMP)
    at = timezone.now()
    remember_facts(conference)
    rights = takes_data(request.user), looks_only(request.user)
    drawn = _drawn.get(
        (conference.pk, request.GET.urlencode(), *rights),
        conference.stamp,
        lambda: _draw(conference, request, at),
    )
    if request.htmx:
        return _unless_known(request, HttpResponse(drawn.live))
    context = {"conference": conference, "at": at, "drawn": drawn, "untold": changing.untold(conference)}
    answer = render(request, "delegates/cockpit.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _draw(conference: Conference, request, at) -> Drawn:
    """The same for all who have the same rights: else of the request only the query goes in."""
    overview = figures.cockpit_of(conference, at)
    if not overview.provinces:
        return Drawn()
    form = FilterForm(request.GET, overview)
    regions = overview.filtered(**form.wanted())
    page = Paginator([row for region in regions for row in region.rows], ROWS_PER_PAGE).get_page(
        request.GET.get("trang")
    )
    context = {
        "conference": conference,
        "at": at,
        "cockpit": overview,
        "stats": tasks.stats_of(overview),
        "tasks": tasks.tasks_of(overview),
        "map": tiles.tile_columns(overview),
        "unplaced": tiles.without_tile(overview)[:ROWS_PER_PAGE],
        "waiting": overview.unsent[:ROWS_PER_PAGE],
        "curve": _curve(overview),
        "form": form,
        "regions": figures.by_region(page.object_list) if page.has_other_pages() else regions,
        "page": page,
        "found": page.paginator.count,
        "tick_all": None if looks_only(request.user) else "chon" in request.GET,
        "is_filtered": any(form.wanted().values()),
    }
    live, table = (
        render_to_string(f"delegates/includes/cockpit/{part}.html", context, request)
        for part in ("live", "table")
    )
    return Drawn(live, table)


def _unless_known(request, answer: HttpResponse) -> HttpResponse:
    """The fragment, or 304 when the browser has the very same one."""
    etag = quote_etag(hashlib.sha256(answer.content).hexdigest())
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["HX-Request"])
    return get_conditional_response(request, etag=etag, response=answer)


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


@access(takes_data)
@fresh_login
@require_GET
def export(request, slug: str):
    """All delegates as a spreadsheet. Whoever takes so much personal data away is written down."""
    conference = get_conference_or_404(request.user, slug, "abbreviations", "groups", "questions")
    content = sheets.export_delegates(conference=conference, actor=request.user)
    return file_answer(content, sheets.file_name(conference), sheets.CONTENT_TYPE)
