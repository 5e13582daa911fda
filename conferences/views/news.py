"""News: the list, an article, its photos, and the feeds."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from conferences.citing import UnknownPlaceholder
from conferences.models import Article, ArticlePhoto
from conferences.news.printing import PrintedArticle, build_article, kept_article
from conferences.services.news import is_shown
from hoinghi.access import access, anyone
from hoinghi.files import deliver
from hoinghi.sharing import shared_by_visitors

PER_PAGE = 12
IN_FEED = 30
PHOTO_SECONDS = 24 * 60 * 60


def listed(articles):
    """Articles with the first photo of each, for lists."""
    return articles.prefetch_related(
        Prefetch(
            "photos", ArticlePhoto.objects.order_by("article_id", "position", "id").distinct("article_id")
        )
    )


@require_safe
@access(anyone)
@shared_by_visitors(query=("trang",))
def news(request):
    now = timezone.now()
    page = Paginator(listed(Article.objects.visible_to(request.user, now)), PER_PAGE)
    shown = page.get_page(request.GET.get("trang"))
    newest = max((article.updated_at for article in shown), default=None)
    return render(request, "conferences/news.html", {"page": shown, "now": now, "updated_at": newest})


@require_safe
@access(anyone)
@shared_by_visitors
def article(request, slug: str):
    """An article as it is printed now; a draft, or one whose hour has not come, is shown to staff only."""
    now = timezone.now()
    found = get_object_or_404(
        Article.objects.visible_to(request.user, now).select_related("conference__kind", "series__previous"),
        slug=slug,
    )
    printed = _printed(found)
    url = settings.PUBLIC_URL + found.get_absolute_url()
    context = {
        "article": found,
        "printed": printed,
        "is_shown": is_shown(found, now),
        "conferences": _conferences_of(found, request.user),
        "summary": Truncator(printed.lead or found.printed_text).words(40, truncate=" …"),
        "share": _share_links(printed.title, url),
        "url": url,
        "first_photo": next((part.photo for part in printed.parts if part.photo), None),
        "public_url": settings.PUBLIC_URL,
        "updated_at": found.updated_at,
        "issuer": found.conference.issuing_unit_name if found.conference else "",
    }
    return render(request, "conferences/article.html", context)


def _printed(article: Article) -> PrintedArticle:
    base = article.conference.get_absolute_url() if article.conference else ""
    try:
        return build_article(article, base=base)
    except UnknownPlaceholder:
        # A fact went by a way that nobody foresaw: readers get the article as it was printed last.
        return kept_article(article)


def _conferences_of(article: Article, user):
    if article.series is None:
        return []
    return article.series.conferences.visible_to(user).order_by("start_at", "pk")


def _share_links(title: str, url: str) -> list[tuple[str, str]]:
    """Plain links: nothing of another house is loaded into the page."""
    mail = urlencode({"subject": title, "body": url}).replace("+", "%20")
    return [
        ("Email", f"mailto:?{mail}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}"),
    ]


@require_safe
@access(anyone)
def photo(request, pk: int, name: str):
    """One of the two files of a photo; its name changes with its content, so that copies may be kept."""
    now = timezone.now()
    visible = Article.objects.visible_to(request.user, now)
    found = get_object_or_404(ArticlePhoto.objects.select_related("article__conference"), pk=pk)
    files = {found.large_name: found.file, found.small_name: found.small}
    if name not in files or not visible.filter(pk=found.article_id).exists():
        raise Http404("No such photo")
    response = deliver(
        request, files[name], name=name, content_type="image/jpeg", etag=f'"{name}"', inline=True
    )
    if is_shown(found.article, now):
        response["Cache-Control"] = f"public, max-age={PHOTO_SECONDS}"
    return response


class _NewsFeed(Feed):
    """The newest articles, title and lead; the whole is read on the portal."""

    title = "Tin tức"
    description = subtitle = "Tin tức về các hội nghị và đoàn công tác"
    language = "vi"

    def __init__(self, feed_type, url_name: str):
        self.feed_type = feed_type
        self.url_name = url_name

    def link(self):
        return settings.PUBLIC_URL + reverse("news")

    def feed_url(self):
        return settings.PUBLIC_URL + reverse(self.url_name)

    def items(self):
        return Article.objects.published(timezone.now())[:IN_FEED]

    def item_title(self, item):
        return item.printed_title

    def item_description(self, item):
        return item.printed_lead or Truncator(item.printed_text).words(60, truncate=" …")

    def item_link(self, item):
        return settings.PUBLIC_URL + item.get_absolute_url()

    def item_guid(self, item):
        return self.item_link(item)

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return item.updated_at

    def item_author_name(self, item):
        return item.author or None


@require_safe
@access(anyone)
@shared_by_visitors
def rss(request) -> HttpResponse:
    return _NewsFeed(Rss201rev2Feed, "news-rss")(request)


@require_safe
@access(anyone)
@shared_by_visitors
def atom(request) -> HttpResponse:
    return _NewsFeed(Atom1Feed, "news-atom")(request)
