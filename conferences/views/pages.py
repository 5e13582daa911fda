"""Public pages: the list, the notice, calendar file and feed."""

import datetime as dt

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from conferences import listing, policies
from conferences.aftermath import shown_with
from conferences.agenda import newest_version, shown_items
from conferences.calendar import conference_event, event_of
from conferences.changes import known_time
from conferences.citing import UnknownPlaceholder
from conferences.event_facts import composition, previous_of, work
from conferences.facts import Facts, facts_of
from conferences.materials import readable_versions, with_papers
from conferences.models import Article, Conference, Material, Place
from conferences.month import month_bounds, month_sheet, named
from conferences.notice import build_notice
from conferences.rooms import rooms_by_region
from conferences.views.news import listed
from correspondence import calendars
from hoinghi.access import access, anyone
from hoinghi.files import content_disposition
from hoinghi.sharing import shared_by_visitors

SHOWN_NEXT, SHOWN_PAST, SHOWN_NEWS = 10, 5, 3


@require_safe
@access(anyone)
@shared_by_visitors
def home(request):
    """What is next, the month, what has been."""
    if "q" in request.GET:  # where the search used to be
        # No longer than an address that leads on may be, however many bytes a letter takes.
        return redirect(f"{reverse('search')}?{urlencode({'q': request.GET['q'][:150]})}")
    now, today = timezone.now(), timezone.localdate()
    visible = Conference.objects.visible_to(request.user)
    shown = listing.listed(visible)
    first = today.replace(day=1)
    upcoming = list(shown.upcoming(now)[: SHOWN_NEXT + 1])
    newest = Conference.objects.published().order_by("-updated_at").values_list("updated_at", flat=True)
    context = {
        "upcoming": upcoming[:SHOWN_NEXT],
        "more_upcoming": len(upcoming) > SHOWN_NEXT,
        "month": month_sheet(first, named(visible.meeting_between(*month_bounds(first))), today),
        "past": shown.past(now)[:SHOWN_PAST],
        "articles": listed(Article.objects.published(now))[:SHOWN_NEWS],
        "now": now,
        "updated_at": newest.first(),
        "subscription": calendars.subscription(reverse("feed")),
    }
    return render(request, "conferences/home.html", context)


@require_safe
@access(anyone)
@shared_by_visitors
def conference(request, slug: str):
    """The notice with everything around it; a draft is shown to staff only."""
    now = timezone.now()
    visible = Conference.objects.visible_to(request.user).printable()
    whole = visible.select_related("series", "organiser", "issuing_unit")
    found = get_object_or_404(whole.prefetch_related("sectors", "provinces"), slug=slug)
    groups = [group for group in found.groups.all() if group.nominator == group.Nominator.FOCAL_POINT]
    versions = readable_versions(request.user, found, now)
    shows_day = policies.can_see_day(request.user, found)
    facts = facts_of(found)
    context = {
        "conference": found,
        "url": f"{settings.PUBLIC_URL}{found.get_absolute_url()}",
        "state": found.state_at(now),
        "known_start": known_time(found)[0],
        "now": now,
        "is_over": now > found.end_at,
        **(_notice(found, facts) if shows_day else {}),
        "agenda": with_papers(shown_items(found), versions) if shows_day else [],
        "agenda_version": newest_version(found),
        "agenda_files": [version for version in versions if version.material.kind == Material.Kind.AGENDA],
        "documents": [version for version in versions if version.material.kind == Material.Kind.DOCUMENT],
        "nominated": groups,
        "quotas": [group for group in groups if group.max_organisations],
        "can_nominate": Conference.objects.open_for_nomination(now).filter(pk=found.pk).exists(),
        "contact": next(iter(found.contacts.all()), None),
        "updated_at": found.updated_at,
        "issuer": found.issuing_unit_name,
        **_places(found),
        **shown_with(request.user, found),
        **_event(found, facts, request.user, now),
    }
    return render(request, "conferences/conference.html", context)


def _event(found: Conference, facts: Facts, user, now: dt.datetime) -> dict:
    """What there is to know of the event besides its notice, from its rows."""
    siblings = []
    if found.series_id:
        siblings = found.series.conferences.visible_to(user).exclude(pk=found.pk).order_by("start_at", "pk")
        siblings = siblings.prefetch_related("places")
    articles = list(listed(Article.objects.about(found).visible_to(user, now)))
    return {
        "composition": composition(found, facts),
        "legs": found.legs.all(),
        "visits": found.visits.all(),
        "work": work(found, facts),
        "legal_bases": found.legal_bases.all(),
        "articles": articles,
        "has_photos": any(each.photos.all() and each.is_published_at(now) for each in articles),
        "siblings": siblings,
        "previous": previous_of(found.series) if found.series else None,
    }


def _notice(found: Conference, facts: Facts) -> dict:
    """The notice, or what keeps a draft from having one yet; publishing asks for a whole notice."""
    try:
        return {"notice": build_notice(found, facts)}
    except UnknownPlaceholder as unknown:
        return {"unfinished": str(unknown)}


def _places(found: Conference) -> dict:
    places = list(found.places.all())
    central = [place for place in places if place.role == Place.Role.CENTRAL]
    local = next((place for place in places if place.role == Place.Role.LOCAL), None)
    regions = rooms_by_region(found, local) if local else []
    local_rooms = sum(len(region.hosts) for region in regions)
    return {
        "central_places": central,
        "local_place": local,
        "regions": regions,
        "local_rooms": local_rooms,
        "rooms": len(central) + local_rooms,
    }


@require_safe
@access(anyone)
def conference_calendar(request, slug: str):
    """The conference as a calendar file; asking again brings a moved date."""
    found = get_object_or_404(Conference.objects.visible_to(request.user).select_related("kind"), slug=slug)
    file = conference_event(found, at=timezone.now())
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = content_disposition(f"{found.slug}.ics")
    return response


@require_safe
@access(anyone)
@shared_by_visitors
def feed(request):
    """Every published conference as a calendar to subscribe to."""
    shown = Conference.objects.in_feed(timezone.now()).printable()
    file = calendars.feed([event_of(found) for found in shown], name="Hội nghị")
    return HttpResponse(file.content, content_type=file.content_type)
