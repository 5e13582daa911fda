"""The conference's delegates as staff list them, and the files that are printed from the list."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from conferences.models import Conference
from delegates import listing, listing_files, printing
from delegates.listing_forms import ListForm
from delegates.telephones import print_telephones
from delegates.views.staff import get_conference_or_404
from hoinghi.access import access, fresh_login, staff
from hoinghi.files import clean_name, content_disposition
from hoinghi.text import capfirst, format_date

# What → name of the file, content type, extension.
FILES = {
    "csv": ("Danh sách đại biểu", "text/csv; charset=utf-8", "csv"),
    "list": ("Danh sách đại biểu", "application/pdf", "pdf"),
    "badges": ("Thẻ đại biểu", "application/pdf", "pdf"),
    "cards": ("Biển tên đại biểu", "application/pdf", "pdf"),
}

# Too long for a request: at 300 people ten to fifteen seconds.
SHEETS = {"badges", "cards"}


class _Pages(Paginator):
    """Pages of a list whose length is known already."""

    def __init__(self, people, number: int):
        super().__init__(people, listing.PER_PAGE)
        self.count = number


@access(staff)
@require_GET
def delegates(request, slug: str):
    """Who is sent: filtered, in an order, page by page, with the totals of the whole list."""
    conference = get_conference_or_404(request.user, slug, "abbreviations", "groups")
    groups = listing.groups_of(conference)
    form = ListForm(request.GET, groups)
    wanted = form.wanted()
    people = listing.listed(conference, wanted)
    totals = listing.totals_of(people, groups)
    counted, reserve = sum(each.people for each in totals), sum(each.reserve for each in totals)
    page = _Pages(people, counted + reserve).get_page(request.GET.get("trang"))
    rows = list(listing.lines_of(page.object_list))
    context = {
        "conference": conference,
        "form": form,
        "wanted": wanted,
        "page": page,
        "rows": enumerate(rows, start=page.start_index()),
        "sender": rows[0].sender if rows and wanted.nomination else "",
        "organisations": sum(each.organisations for each in totals),
        "groups": {group.pk: capfirst(group.label) for group in groups},
        "totals": totals,
        "people": counted,
        "reserve": reserve,
        "query": request.GET.urlencode(),
        "at": timezone.now(),
    }
    return render(request, "delegates/delegates.html", context)


@access(staff)
@fresh_login
@require_GET
def file(request, slug: str, what: str):
    """The filtered list as a file. Whoever takes so much personal data away is written down."""
    if what not in FILES or what in SHEETS:
        raise Http404("No such file")
    conference = get_conference_or_404(request.user, slug)
    wanted = ListForm(request.GET, listing.groups_of(conference)).wanted()
    shared = {"conference": conference, "wanted": wanted, "actor": request.user}
    content = listing_files.csv_of(**shared) if what == "csv" else listing_files.pdf_of(what=what, **shared)
    name, kind, extension = FILES[what]
    return _handed_over(content, kind, _name(conference, name, extension))


@access(staff)
@require_POST
def order(request, slug: str, what: str):
    """Sheets of badges or place cards take seconds: a worker makes them, a page says how far it is."""
    if what not in SHEETS:
        raise Http404("No such sheets")
    conference = get_conference_or_404(request.user, slug)
    wanted = ListForm(request.GET, listing.groups_of(conference)).wanted()
    placed = printing.place_order(
        conference=conference, wanted=wanted, what=what, actor=request.user, at=timezone.now()
    )
    return redirect("cockpit-sheets", slug, placed.key)


@access(staff)
@require_GET
def ordered(request, slug: str, key: str):
    """How far an order is, and the file once it is there."""
    conference = get_conference_or_404(request.user, slug)
    placed, at = _order_or_404(request, conference, key), timezone.now()
    context = {
        "conference": conference,
        "order": placed,
        "title": FILES[placed.what][0],
        "is_late": placed.is_late(at),
        "seconds": round((at - placed.at).total_seconds()),
        "at": at,
    }
    page = "delegates/includes/sheets.html" if request.htmx else "delegates/sheets.html"
    answer = render(request, page, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@access(staff)
@fresh_login
@require_GET
def ordered_file(request, slug: str, key: str):
    conference = get_conference_or_404(request.user, slug)
    placed = _order_or_404(request, conference, key)
    content = printing.content_of(placed)
    if content is None:
        return redirect("cockpit-sheets", slug, key)
    name, kind, extension = FILES[placed.what]
    return _handed_over(content, kind, _name(conference, name, extension))


def _order_or_404(request, conference: Conference, key: str) -> printing.Order:
    found = printing.order_of(key, conference=conference, actor=request.user)
    if found is None:
        raise Http404("No such order")
    return found


@access(staff)
@fresh_login
@require_GET
def telephones(request, slug: str):
    """Whom to call on the day, on as few sheets of A4 as it takes."""
    conference = get_conference_or_404(request.user, slug)
    content = print_telephones(conference=conference, actor=request.user, at=timezone.now())
    return _handed_over(content, "application/pdf", _name(conference, "Danh bạ điện thoại", "pdf"))


def _name(conference: Conference, what: str, extension: str) -> str:
    day = format_date(conference.start_at).replace("/", "-")
    return clean_name(f"{what} – {(conference.short_title or conference.title)[:90]} – {day}.{extension}")


def _handed_over(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response
