"""Photo report of an event: what is published, with captions and alternatives, as a page and as PDF."""

import datetime as dt
import io
import time

import pytest
from celery import current_app
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from conferences import photo_report
from conferences.models import Article, ArticlePhoto
from conferences.news.photos import prepare_photo
from conferences.photo_report import chapters_of
from conferences.services.news import keep_photo
from conferences.tests.files import picture

pytestmark = pytest.mark.django_db


def add_article(conference, title, *photos: dict, days: int = 0, **values) -> Article:
    """An article of some days ago with photos; a photo has ``alt`` and what else it is to have."""
    at = timezone.now() - dt.timedelta(days=days, minutes=1)
    about = {"conference": conference, "slug": title.lower(), "published_at": at}
    article = Article.objects.create(title=title, **(about | values))
    for number, photo in enumerate(photos):
        row = ArticlePhoto(article=article, position=number, **photo)
        size = (1200, 800 + ArticlePhoto.objects.count())  # no two are the same
        keep_photo(photo=row, prepared=prepare_photo(picture(size=size)))
    return article


@pytest.fixture
def photos(conference):
    add_article(conference, "Sau", {"alt": "Đại biểu phát biểu", "credit": "Phương Chi"})
    opening = {"alt": "Toàn cảnh hội trường", "caption": "Khai mạc ngày {date}"}
    add_article(conference, "Truoc", opening, {"alt": "Bàn chủ tọa"}, days=3)
    add_article(conference, "Nhap", {"alt": "Ảnh chưa đăng"}, published_at=None)
    return conference


@pytest.fixture
def asked(monkeypatch):
    """Whom a worker was asked to print for."""
    keys = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **options: keys.append((name, args)))
    return keys


def alternatives(reader) -> list[str]:
    """What a screen reader says in the place of each picture of a tagged PDF."""
    found, left = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while left:
        node = left.pop().get_object()
        if isinstance(node, list):
            left += node
        elif isinstance(node, dict):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            left += [node["/K"]] if "/K" in node else []
    return found


def page_of(client, conference, name="photo-report"):
    return client.get(reverse(name, args=[conference.slug]))


def test_the_page_shows_what_is_published_with_its_words(client, photos):
    page = page_of(client, photos).content.decode()
    words = [
        "3 ảnh",
        "Toàn cảnh hội trường",
        "Khai mạc ngày ",
        "Bàn chủ tọa",
        "Đại biểu phát biểu",
        "Phương Chi",
    ]
    places = [page.find(word) for word in words]
    assert -1 not in places
    assert places[1:] == sorted(places[1:])
    assert "{date}" not in page
    assert "Ảnh chưa đăng" not in page
    assert page.count('loading="lazy"') == 3
    link = reverse("photo-report", args=[photos.slug])
    assert link in client.get(photos.get_absolute_url()).content.decode()


def test_without_photos_there_is_no_report(client, conference):
    add_article(conference, "Tin")
    assert page_of(client, conference).status_code == 404
    assert page_of(client, conference, "photo-report-pdf").status_code == 404
    assert "Báo cáo ảnh" not in client.get(conference.get_absolute_url()).content.decode()


def test_one_article_costs_as_much_as_three(client, conference):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            chapters_of(conference, timezone.now())
        return len(queries)

    add_article(conference, "Mot", {"alt": "Một", "caption": "{chair}"})
    cost()
    one = cost()
    for title in ("Hai", "Ba"):
        add_article(conference, title, {"alt": title, "caption": "{chair}"}, {"alt": f"{title} nữa"})
    assert cost() == one


# ── the PDF ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_worker_is_asked_once_and_the_file_is_kept(client, photos, asked):
    for _ in range(2):
        waiting = page_of(client, photos, "photo-report-pdf")
        assert (waiting.status_code, waiting["Refresh"]) == (202, "3")
    assert asked == [(photo_report.TASK, [photos.pk])]
    photo_report.make(photos, timezone.now())
    answer = page_of(client, photos, "photo-report-pdf")
    assert answer["Content-Type"] == "application/pdf"
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in ("BÁO CÁO ẢNH", "Khai mạc ngày", "Bàn chủ tọa", "Đại biểu phát biểu (Ảnh: Phương Chi)"):
        assert words in text
    pictures = {image.data: image.image.width for page in reader.pages for image in page.images}
    # Set down to what paper needs.
    assert [width < 1000 for width in pictures.values()] == [True] * 3
    assert set(alternatives(reader)) == {"Toàn cảnh hội trường", "Bàn chủ tọa", "Đại biểu phát biểu"}


def test_another_caption_is_another_file(client, photos, asked):
    photo_report.make(photos, timezone.now())
    assert page_of(client, photos, "photo-report-pdf").status_code == 200
    ArticlePhoto.objects.filter(alt="Bàn chủ tọa").update(caption="Đoàn chủ tọa")
    assert page_of(client, photos, "photo-report-pdf").status_code == 202


def test_a_report_that_cannot_be_made_says_so(client, photos, asked, monkeypatch):
    ArticlePhoto.objects.filter(alt="Bàn chủ tọa").first().file.delete(save=False)
    with pytest.raises(FileNotFoundError):
        photo_report.make(photos, timezone.now())
    answer = page_of(client, photos, "photo-report-pdf")
    assert (answer.status_code, answer.has_header("Refresh")) == (503, False)
    assert "Chưa tạo được bản PDF" in answer.content.decode()


def test_a_broker_that_is_away_is_no_error(client, photos, monkeypatch):
    def refuse(*args, **options):
        raise OperationalError("away")

    monkeypatch.setattr(current_app, "send_task", refuse)
    assert page_of(client, photos, "photo-report-pdf").status_code == 503


@pytest.mark.slow
def test_a_hundred_photos_are_set_in_time(conference):
    """Longer than a reader waits, much shorter than the worker's patience."""
    article = add_article(conference, "Nhieu", {"alt": "Ảnh", "caption": "Chú thích"})
    first = article.photos.get()
    for number in range(photo_report.MOST):
        first.pk, first.position = None, number + 2
        first.save()
    begun = time.monotonic()
    photo_report.make(conference, timezone.now())
    assert time.monotonic() - begun < photo_report.PATIENCE_SECONDS / 2
    assert len(chapters_of(conference, timezone.now())[0].photos) == photo_report.MOST
