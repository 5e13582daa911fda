"""The conference's delegates as staff list them, and the files that are printed from the list."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from conferences.models import Conference
from delegates import listing, listing_files
from delegates.listing_forms import ListForm
from delegates.telephones import print_telephones
from delegates.views.handing_over import PDF, file_answer, name_of
from delegates.views.staff import get_conference_or_404
from directory.audit import record_read
from hoinghi.access import access, fresh_login, staff, takes_data
from hoinghi.pages import Pages
from hoinghi.sharing import STAMP, Parts
from hoinghi.text import capfirst

# What → name of the file, content type, extension.
FILES = {
    "csv": ("Danh sách đại biểu", "text/csv; charset=utf-8", "csv"),
    "list": ("Danh sách đại biểu", PDF, "pdf"),
}


@dataclass(frozen=True)
class Drawn:
    """The list without what belongs to the person who looks.

    Attributes:
        top: how many there are, and the form that filters.
        table: one page of the people, and the totals of them all; empty when there is nobody.
        wanted: what the query asks for.
        declined: how many said that they will not come, where the filter does not ask for them alone.
    """

    wanted: listing.Wanted
    declined: int
    top: str
    table: str


_drawn: Parts[Drawn] = Parts(most=20)  # a quarter of a megabyte each


@access(staff)
@require_GET
def delegates(request, slug: str):
    """Who is sent: filtered, in an order, page by page, with the totals of the whole list."""
    conference = get_conference_or_404(request.user, slug, stamp=STAMP)
    record_read(actor=request.user, action="delegates.read", target=conference, at=timezone.now())
    query = request.GET.urlencode()
    key = (conference.pk, query, takes_data(request.user))
    context = {
        "conference": conference,
        "drawn": _drawn.get(key, conference.stamp, lambda: _draw(conference, request)),
        "query": query,
        "at": timezone.now(),
    }
    return render(request, "delegates/delegates.html", context)


def _draw(conference: Conference, request) -> Drawn:
    """The same for all who have the same rights: else of the request only the query goes in."""
    groups = listing.groups_of(conference)
    form = ListForm(request.GET, groups)
    wanted = form.wanted()
    people = listing.listed(conference, wanted)
    totals = listing.totals_of(people, groups)
    counted, reserve = sum(each.people for each in totals), sum(each.reserve for each in totals)
    page = Pages(people, listing.PER_PAGE, number=counted + reserve).get_page(request.GET.get("trang"))
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
    }
    top = render_to_string("delegates/includes/list-top.html", context, request)
    table = render_to_string("delegates/includes/list-table.html", context, request) if rows else ""
    declined = 0 if wanted.answer else sum(each.declined for each in totals)
    return Drawn(wanted, declined, top, table)


@access(takes_data)
@fresh_login
@require_GET
def file(request, slug: str, what: str):
    """The filtered list as a file. Whoever takes so much personal data away is written down."""
    if what not in FILES:
        raise Http404("No such file")
    conference = get_conference_or_404(request.user, slug)
    wanted = ListForm(request.GET, listing.groups_of(conference)).wanted()
    shared = {"conference": conference, "wanted": wanted, "actor": request.user}
    content = listing_files.csv_of(**shared) if what == "csv" else listing_files.pdf_of(what=what, **shared)
    name, kind, extension = FILES[what]
    return file_answer(content, name_of(conference, name, extension), kind)


@access(takes_data)
@fresh_login
@require_GET
def telephones(request, slug: str):
    """Whom to call on the day, on as few sheets of A4 as it takes."""
    conference = get_conference_or_404(request.user, slug)
    content = print_telephones(conference=conference, actor=request.user, at=timezone.now())
    return file_answer(content, name_of(conference, "Danh bạ điện thoại"))
