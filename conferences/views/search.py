"""The search page, for everybody: each finds what he or she may read."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferences import listing
from conferences.models import Conference, Findable
from conferences.searching import MAX_QUERY, answers_of, search
from hoinghi.access import access, anyone
from hoinghi.sharing import shared_by_visitors
from hoinghi.text import nfc, parse_date

PER_PAGE = 10


@require_safe
@access(anyone)
@shared_by_visitors(query=("q", "loai", "trang"))
def page(request):
    """Answers to ``?q=``, of one kind with ``?loai=``; a date lists what meets on that day."""
    now = timezone.now()
    query = nfc(request.GET.get("q", "")[:MAX_QUERY])
    kind = request.GET.get("loai", "")
    kind = kind if kind in Findable.Kind.values else ""
    context = {"query": query, "kind": kind, "kinds": Findable.Kind.choices, "now": now}
    if (day := _day_in(query)) is not None:
        meeting = listing.listed(Conference.objects.visible_to(request.user).meeting_on(day))
        pages = Paginator(meeting.order_by("-start_at", "-pk"), PER_PAGE)
        context |= {"day": day, "found": pages.get_page(request.GET.get("trang"))}
    elif query:
        found = search(query, viewer=request.user, at=now, kind=kind)
        pages = Paginator(found.ids, PER_PAGE).get_page(request.GET.get("trang"))
        context |= {
            "found": pages,
            "answers": answers_of(list(pages), found.words),
            "is_capped": found.is_capped,
            "nearly": found.nearly,
        }
    return render(request, "conferences/search.html", context)


def _day_in(query: str):
    try:
        return parse_date(query)
    except ValueError:
        return None
