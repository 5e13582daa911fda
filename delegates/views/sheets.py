"""Sheets that a worker prints: ordered, watched, fetched."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from conferences.models import Conference
from delegates import listing, printing
from delegates.listing_forms import ListForm
from delegates.views.handing_over import file_answer, name_of
from delegates.views.staff import get_conference_or_404
from hoinghi.access import access, fresh_login, takes_data


@access(takes_data, changes=takes_data)
@require_POST
def order(request, slug: str, what: str):
    """Sheets take seconds, too long for a request: a worker makes them, a page says how far it is."""
    if what not in printing.SHEETS:
        raise Http404("No such sheets")
    conference = get_conference_or_404(request.user, slug)
    wanted = ListForm(request.GET, listing.groups_of(conference)).wanted()
    placed = printing.place_order(
        conference=conference, wanted=wanted, what=what, actor=request.user, at=timezone.now()
    )
    return redirect("cockpit-sheets", slug, placed.key)


@access(takes_data)
@require_GET
def ordered(request, slug: str, key: str):
    """How far an order is, and the file once it is there."""
    conference = get_conference_or_404(request.user, slug)
    placed, at = _order_or_404(request, conference, key), timezone.now()
    context = {
        "conference": conference,
        "order": placed,
        "sheets": printing.SHEETS[placed.what],
        "is_late": placed.is_late(at),
        "seconds": round((at - placed.at).total_seconds()),
        "at": at,
    }
    page = "delegates/includes/sheets.html" if request.htmx else "delegates/sheets.html"
    answer = render(request, page, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@access(takes_data)
@fresh_login
@require_GET
def ordered_file(request, slug: str, key: str):
    conference = get_conference_or_404(request.user, slug)
    placed = _order_or_404(request, conference, key)
    content = printing.content_of(placed)
    if content is None:
        return redirect("cockpit-sheets", slug, key)
    return file_answer(content, name_of(conference, printing.SHEETS[placed.what].title))


def _order_or_404(request, conference: Conference, key: str) -> printing.Order:
    found = printing.order_of(key, conference=conference, actor=request.user)
    if found is None:
        raise Http404("No such order")
    return found
