"""Answers of the read API: what everybody may read on the pages, chosen as for a visitor without an account."""

import datetime as dt
from pathlib import Path

import yaml
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q, QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from conferences import listing
from conferences.aftermath import shown_with
from conferences.agenda import newest_version, shown_items
from conferences.api import rows
from conferences.api.answering import Answer, endpoint
from conferences.api.parameters import EventsQuery, NewsQuery, NoQuery, cursor_of, read
from conferences.api.problems import Problem
from conferences.materials import readable_versions
from conferences.models import Article, Conference
from conferences.policies import can_see_day
from hoinghi.access import access, anyone
from hoinghi.sharing import shared_by_visitors

VISITOR = AnonymousUser()
DOCUMENT = Path(__file__).parent.parent / "data" / "openapi.yaml"


def _document() -> dict:
    return yaml.safe_load(DOCUMENT.read_text()) | {"servers": [{"url": settings.PUBLIC_URL}]}


described = SimpleLazyObject(_document)


# --- what there is ---


@endpoint
def start(request) -> Answer:
    """Where everything is."""
    read(NoQuery, request.GET)
    return Answer(
        {
            "events": rows.absolute("api-events"),
            "news": rows.absolute("api-news"),
            "openapi": rows.absolute("api-document"),
            "documentation": rows.absolute("api-page"),
        }
    )


@endpoint
def document(request) -> Answer:
    """The description of the API for programs (OpenAPI 3.1)."""
    read(NoQuery, request.GET)
    return Answer(dict(described))


@require_safe
@access(anyone)
@shared_by_visitors
def page(request):
    """The description of the API for people."""
    context = {
        "document": described,
        "server": settings.PUBLIC_URL,
        "per_minute": settings.API_PER_MINUTE,
        "paths": [
            (path, methods["get"] | {"query": _query_of(methods["get"])})
            for path, methods in described["paths"].items()
        ],
    }
    return render(request, "conferences/api.html", context)


def _query_of(operation: dict) -> list[dict]:
    """The parameters of an operation that stand in the query, written out."""
    shared = described["components"]["parameters"]
    written = [
        shared[each["$ref"].rsplit("/", 1)[-1]] if "$ref" in each else each
        for each in operation["parameters"]
    ]
    return [each for each in written if each["in"] == "query"]


@endpoint
def unknown(request, rest: str) -> Answer:
    """Any other address under the API's."""
    raise Problem(404, "Không có địa chỉ này. Các địa chỉ: /api/v1/ và /api/v1/openapi.json.")


# --- conferences ---


def _listed(conferences: QuerySet[Conference]) -> QuerySet[Conference]:
    return listing.listed(conferences).select_related("series").prefetch_related("sectors", "provinces")


@endpoint
def events(request) -> Answer:
    """Published conferences, the newest first."""
    wanted, now = read(EventsQuery, request.GET), timezone.now()
    found = _chosen(Conference.objects.published(), wanted, now)
    if wanted["cursor"]:
        start_at, pk = wanted["cursor"]
        found = found.filter(Q(start_at__lt=start_at) | Q(start_at=start_at, pk__lt=pk))
    shown = list(_listed(found).order_by("-start_at", "-pk")[: wanted["limit"] + 1])
    next_url = _next(request, shown, wanted["limit"], lambda each: cursor_of(each.start_at, each.pk))
    items = [rows.event(each, at=now) for each in shown[: wanted["limit"]]]
    return Answer({"items": items, "next": next_url or None}, _last_change(now), next_url)


def _chosen(found: QuerySet[Conference], wanted: dict, now: dt.datetime) -> QuerySet[Conference]:
    if year := wanted["year"]:
        zone = timezone.get_current_timezone()
        first, last = (dt.datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
        found = found.filter(start_at__gte=first, start_at__lt=last)
    if wanted["province"]:
        found = listing.in_province(found, listing.line_of(wanted["province"]))
    if wanted["when"]:
        found = (found.upcoming if wanted["when"] == "upcoming" else found.past)(now)
    plain = {"kind": "kind", "sectors": "sector", "series": "series", "updated_at__gte": "updated_since"}
    return found.filter(**{field: wanted[name] for field, name in plain.items() if wanted[name]})


def _last_change(now: dt.datetime) -> dt.datetime | None:
    """When the list last changed: by somebody, or because a conference began or ended."""
    changes = Conference.objects.published().aggregate(
        changed=Max("updated_at"),
        began=Max("start_at", filter=Q(start_at__lte=now)),
        ended=Max("end_at", filter=Q(end_at__lte=now)),
    )
    return max(filter(None, changes.values()), default=None)


def _change_of(conference: Conference, now: dt.datetime, *others: dt.datetime | None) -> dt.datetime:
    moments = (conference.updated_at, conference.start_at, conference.end_at, *others)
    return max(moment for moment in moments if moment and moment <= now)


def _next(request, shown: list, limit: int, cursor) -> str:
    """The address of the next page; "" on the last one."""
    if len(shown) <= limit:
        return ""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in request.GET.items() if value and name != "cursor"})
    query["cursor"] = cursor(shown[limit - 1])
    return f"{settings.PUBLIC_URL}{request.path}?{query.urlencode()}"


def _printed(request, slug: str) -> Conference:
    """A published conference with every row that its texts cite.

    Raises:
        Http404: there is none, or it is a draft.
        Problem: a parameter was given.
    """
    read(NoQuery, request.GET)
    return get_object_or_404(Conference.objects.published().printable(), slug=slug)


@endpoint
def event(request, slug: str) -> Answer:
    """One conference."""
    read(NoQuery, request.GET)
    now = timezone.now()
    found = get_object_or_404(
        Conference.objects.published()
        .printable()
        .select_related("series", "kind", "frame")
        .prefetch_related("sectors", "provinces"),
        slug=slug,
    )
    found.central_places = [each for each in found.places.all() if each.role == each.Role.CENTRAL]
    return Answer(rows.event_in_full(found, at=now), _change_of(found, now))


@endpoint
def agenda(request, slug: str) -> Answer:
    """The agenda that was published last; none while the conference is postponed."""
    found, now = _printed(request, slug), timezone.now()
    version = newest_version(found) if can_see_day(VISITOR, found) else None
    facts = rows.open_facts(found) if version else {}
    items = [rows.agenda_item(item, facts) for item in shown_items(found)] if version else []
    body = {
        "event": slug,
        "version": version.number if version else None,
        "published_at": rows.moment(version.published_at) if version else None,
        "pdf": rows.absolute("agenda-pdf", slug) if items else None,
        "items": items,
    }
    return Answer(body, _change_of(found, now))


@endpoint
def materials(request, slug: str) -> Answer:
    """The newest version of each paper that everybody may download now."""
    found, now = _printed(request, slug), timezone.now()
    versions = readable_versions(VISITOR, found, now)
    windows = found.materials.aggregate(
        opened=Max("opens_at", filter=Q(opens_at__lte=now)),
        closed=Max("closes_at", filter=Q(closes_at__lte=now)),
        uploaded=Max("versions__uploaded_at"),
    )
    items = [rows.material(version) for version in versions]
    return Answer({"event": slug, "items": items}, _change_of(found, now, *windows.values()))


@endpoint
def results(request, slug: str) -> Answer:
    """What a conference came to: its conclusion, drafts under discussion, news."""
    found, now = _printed(request, slug), timezone.now()
    shown = shown_with(VISITOR, found)
    facts = rows.open_facts(found)
    articles = list(
        Article.objects.about(found).published(now).select_related("conference", "series").defer("body")
    )
    body = {
        "event": slug,
        "conclusion": rows.conclusion(shown["conclusion"], facts) if shown["conclusion"] else None,
        "drafts": [rows.draft(each.draft, has_result=each.has_result) for each in shown["drafts"]],
        "news": [rows.article(each) for each in articles],
    }
    changes = [
        *(each.updated_at for each in articles),
        *(each.published_at for each in articles),
        *(each.draft.updated_at for each in shown["drafts"]),
        shown["conclusion"].updated_at if shown["conclusion"] else None,
    ]
    return Answer(body, _change_of(found, now, *changes))


# --- news ---


@endpoint
def news(request) -> Answer:
    """Published articles, the newest first."""
    wanted, now = read(NewsQuery, request.GET), timezone.now()
    found = Article.objects.published(now)
    changes = found.order_by().aggregate(Max("updated_at"), Max("published_at"))
    plain = {"conference": "event", "series": "series"}
    found = found.filter(**{field: wanted[name] for field, name in plain.items() if wanted[name]})
    if wanted["cursor"]:
        published_at, pk = wanted["cursor"]
        found = found.filter(Q(published_at__lt=published_at) | Q(published_at=published_at, pk__lt=pk))
    found = found.select_related("conference", "series").defer("body", "printed_text")
    shown = list(found[: wanted["limit"] + 1])
    next_url = _next(request, shown, wanted["limit"], lambda each: cursor_of(each.published_at, each.pk))
    items = [rows.article(each) for each in shown[: wanted["limit"]]]
    modified = max(filter(None, changes.values()), default=None)
    return Answer({"items": items, "next": next_url or None}, modified, next_url)
