"""Lists of conferences: the archive, a month, a series, a province, a body."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferences import listing
from conferences.archive_form import ArchiveForm
from conferences.models import Article, Conference, Series
from conferences.month import month_bounds, month_sheet, named
from directory.models import AdministrativeUnit, Organisation
from hoinghi.access import access, anyone
from hoinghi.sharing import shared_by_visitors

PER_PAGE = 20
YEARS = range(2000, 2101)


@require_safe
@access(anyone)
@shared_by_visitors(query=("trang", *ArchiveForm.base_fields))
def archive(request):
    """Every conference, by year, kind, province and sector."""
    visible = Conference.objects.visible_to(request.user)
    form = ArchiveForm(request.GET, conferences=visible, today=timezone.localdate())
    context = {"form": form, **_page(request, form.filtered())}
    return render(request, "conferences/archive.html", context)


@require_safe
@access(anyone)
@shared_by_visitors(query=("trang",))
def month(request, year: int, month: int):
    """One month: the sheet, and what meets in it."""
    if year not in YEARS or not 1 <= month <= 12:
        raise Http404("No such month")
    first = dt.date(year, month, 1)
    visible = Conference.objects.visible_to(request.user)
    meeting = list(named(visible.meeting_between(*month_bounds(first))))
    page = Paginator(meeting, PER_PAGE).get_page(request.GET.get("trang"))
    # What the sheet names is counted and cut here, so that the database looks for it once.
    page.object_list = listing.listed(Conference.objects.filter(pk__in=[each.pk for each in page])).order_by(
        "start_at", "pk"
    )
    context = {
        "month": month_sheet(first, meeting, today := timezone.localdate()),
        "today": today,
        "found": page,
        "now": timezone.now(),
    }
    return render(request, "conferences/month.html", context)


@require_safe
@access(anyone)
@shared_by_visitors(query=("trang",))
def series(request, slug: str):
    """The conferences of a series, what they share, and what was written about it."""
    found = get_object_or_404(Series.objects.select_related("previous"), slug=slug)
    visible = Conference.objects.visible_to(request.user)
    everything = request.user.is_authenticated and request.user.is_staff
    # Of the one before, too, perhaps nothing is public: then it is named, and leads nowhere.
    shown = set(visible.filter(series__in=[found.pk, found.previous_id]).values_list("series", flat=True))
    if not (everything or found.pk in shown):
        raise Http404("Nothing of it is public")
    context = {
        "series": found,
        "shows_previous": everything or found.previous_id in shown,
        "articles": Article.objects.published(timezone.now()).filter(series=found)[:PER_PAGE],
        **_page(request, visible.filter(series=found), newest_first=False),
    }
    return render(request, "conferences/series.html", context)


@require_safe
@access(anyone)
@shared_by_visitors(query=("trang",))
def province(request, uid: str):
    """What met in a province, or was for it, and in those that became part of it."""
    found = get_object_or_404(AdministrativeUnit.objects.provinces(), uid=uid)
    line = listing.line_of(found)
    former = AdministrativeUnit.objects.filter(pk__in=line).exclude(pk=found.pk)
    conferences = listing.in_province(Conference.objects.visible_to(request.user), line)
    context = {"of": found, "former": former, "what": "Địa phương", **_page(request, conferences)}
    return render(request, "conferences/conferences_of.html", context)


@require_safe
@access(anyone)
@shared_by_visitors(query=("trang",))
def organisation(request, uid: str):
    """What a body has called, prepared or received, under its names."""
    found = get_object_or_404(Organisation, uid=uid)
    line = listing.line_of(found)
    former = Organisation.objects.filter(pk__in=line).exclude(pk=found.pk)
    conferences = listing.of_organisation(Conference.objects.visible_to(request.user), line)
    context = {"of": found, "former": former, "what": "Cơ quan", **_page(request, conferences)}
    return render(request, "conferences/conferences_of.html", context)


def _page(request, conferences, *, newest_first: bool = True) -> dict:
    """A page of a list, as the templates take it."""
    order = ("-start_at", "-pk") if newest_first else ("start_at", "pk")
    pages = Paginator(listing.listed(conferences).order_by(*order), PER_PAGE)
    return {"found": pages.get_page(request.GET.get("trang")), "now": timezone.now()}
