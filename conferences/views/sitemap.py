"""Where everything is, for people and for programs: site map, feed, robots.txt."""

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from conferences.listing import years_of
from conferences.models import Article, Conference, ConferenceKind, Sector, Series
from conferences.templatetags.conferences import days, summary
from hoinghi.access import access, anyone
from hoinghi.sharing import shared_by_visitors

NEWEST = 30
# What a program has nothing to look for in.
CLOSED = (
    "/theo-doi/",
    "/mau-hoi-nghi/",
    "/quan-tri/",
    "/tai-khoan/",
    "/dai-bieu/",
    "/de-cu/",
    "/loi-moi/",
    "/tim-kiem/",
    "/lich/",
    "/api/",
)


class _Pages(Sitemap):
    def items(self):
        return ["home", "archive", "help", "privacy", "no_secrets", "verify-form", "api-page", "site-map"]

    def location(self, item):
        return reverse(item)


class _Conferences(Sitemap):
    limit = 5000

    def items(self):
        return Conference.objects.published().only("slug", "updated_at").order_by("-start_at", "-pk")

    def lastmod(self, item):
        return item.updated_at


class _Series(Sitemap):
    def items(self):
        return Series.objects.filter(conferences__in=Conference.objects.published()).distinct().order_by("pk")

    def location(self, item):
        return reverse("series", args=[item.slug])


class _Articles(Sitemap):
    limit = 5000

    def items(self):
        return Article.objects.published(timezone.now())

    def lastmod(self, item):
        return item.updated_at


SITEMAPS = {"trang": _Pages, "hoi-nghi": _Conferences, "chuoi": _Series, "tin": _Articles}


@require_safe
@access(anyone)
@shared_by_visitors
def sitemap_index(request):
    """The list of the site maps."""
    return index(request, sitemaps=SITEMAPS, sitemap_url_name="sitemap-section")


@require_safe
@access(anyone)
@shared_by_visitors(query=("p",))
def sitemap_section(request, section: str):
    """The addresses of one kind of page, 5,000 at a time (``?p=2``)."""
    return sitemap(request, sitemaps=SITEMAPS, section=section)


@require_safe
@access(anyone)
@shared_by_visitors
def site_map(request):
    """The parts of the portal on one page, for people."""
    published = Conference.objects.published()
    used = published.values("kind")
    context = {
        "kinds": ConferenceKind.objects.filter(pk__in=used),
        "sectors": Sector.objects.filter(conferences__in=published).distinct(),
        "series": Series.objects.filter(conferences__in=published).distinct().order_by("-pk")[:50],
        "years": years_of(published),
        "updated_at": None,
    }
    return render(request, "conferences/site_map.html", context)


@require_safe
@access(anyone)
def robots(request):
    """What programs may look through."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {settings.PUBLIC_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class _ConferencesFeed(Feed):
    """The conferences that were published last."""

    feed_type = Atom1Feed
    title = "Cổng hội nghị: hội nghị mới công bố"
    subtitle = "Thông báo hội nghị, hội thảo, đoàn công tác."

    def link(self):
        return reverse("archive")

    def items(self):
        shown = Conference.objects.published().filter(announced_at__isnull=False)
        return (
            shown.select_related("kind").prefetch_related("abbreviations").order_by("-announced_at")[:NEWEST]
        )

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        when = "" if item.state == Conference.State.POSTPONED else f"{days(item)}. ".capitalize()
        state = f"{item.get_state_display()}. " if item.is_called_off else ""
        # Readers take it for HTML.
        return escape(f"{state}{when}{summary(item)}")

    def item_pubdate(self, item):
        return item.announced_at

    def item_updateddate(self, item):
        return item.updated_at


@require_safe
@access(anyone)
@shared_by_visitors
def conferences_atom(request):
    """Newly published conferences as an Atom feed."""
    return _ConferencesFeed()(request)
