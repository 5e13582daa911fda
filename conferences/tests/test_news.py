"""News: printed from facts, safe whatever is typed, drafts for staff only, feeds, photos."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conferences.citing import Mentions
from conferences.followers import CannotFollow, follow
from conferences.models import Article, ArticlePhoto
from conferences.news.about import facts_about
from conferences.news.photos import prepare_photo
from conferences.news.printing import article_text, build_article, problems_of_text
from conferences.news.writing import fill_for_markdown, render
from conferences.services.news import keep_photo, print_article, remove_photo
from conferences.tests.files import located_picture, picture
from hoinghi.text import format_date

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def write(db):
    """An article that was published on 1/11/2026, printed."""

    def write(slug="tin", **values):
        article = Article.objects.create(**{"slug": slug, "title": "Tin", "published_at": NOW} | values)
        print_article(article)
        return article

    return write


@pytest.fixture
def with_photo(write, conference, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    article = write(conference=conference, body="Trước\n\n{photo:1}\n\nSau")
    photo = ArticlePhoto(article=article, alt="Hội trường", caption="Khai mạc {date}")
    keep_photo(photo=photo, prepared=prepare_photo(located_picture()))
    print_article(article)
    return photo


def page_of(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# --- writing ---


def html_of(text: str, facts=None) -> str:
    return render(fill_for_markdown(text, facts or {}), Mentions([]))[0]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Một\n\nHai", "<p>Một</p>\n<p>Hai</p>"),
        ("**đậm** và *nghiêng*", "<p><strong>đậm</strong> và <em>nghiêng</em></p>"),
        ("## Tiêu đề", "<h3>Tiêu đề</h3>"),
        ("- một\n- hai", "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>"),
        ("1. một", "<ol>\n<li>một</li>\n</ol>"),
        ("> lời", "<blockquote>\n<p>lời</p>\n</blockquote>"),
        ("[Bộ](https://moit.example/a)", '<p><a href="https://moit.example/a" rel="noopener">Bộ</a></p>'),
        ("một\nhai", "<p>một<br>\nhai</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ('<img src=x onerror="y">', '<p>&lt;img src=x onerror="y"&gt;</p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](https://xa.example/x.png)", None),
        ("```\n<b>\n```", None),
    ],
)
def test_the_small_markdown(text, html):
    printed = html_of(text)
    assert "<img" not in printed
    assert "<script" not in printed
    assert "<code" not in printed
    if html:
        assert printed == html


@given(st.text(max_size=200), st.text(max_size=60))
def test_whatever_is_typed_or_cited_is_safe(text, value):
    printed = html_of(text.replace("{", "(").replace("}", ")") + " {x}", {"x": value})
    for piece in printed.split("<")[1:]:
        assert piece.startswith(
            (
                "p>",
                "/",
                "h3>",
                "h4>",
                "ul>",
                "ol>",
                "ol start",
                "li>",
                "strong>",
                "em>",
                "br>",
                "blockquote>",
                "a href=",
                "a rel=",
            )
        )
    assert (
        "javascript:" not in printed.lower().split('href="')[-1] or 'href="javascript' not in printed.lower()
    )


def test_a_cited_fact_is_words_and_never_structure():
    facts = {"x": "# <b>*a*</b> [y](https://xa.example) `c` 1. - > \\ _z_"}
    html, text = render(fill_for_markdown("{x}", facts), Mentions([]))
    assert text == facts["x"]
    assert "<em>" not in html
    assert "<a" not in html


# --- facts ---


def test_an_article_follows_the_facts_that_it_cites(write, conference, an):
    article = write(
        conference=conference, title="Họp {date}", lead="Chủ trì: {chair}", body="Lúc {start_time}."
    )
    assert article.printed_title == f"Họp {format_date(conference.start_at)}"
    conference.start_at += dt.timedelta(days=1)
    conference.end_at += dt.timedelta(days=1)
    conference.save()
    follow(conference=conference, actor=an, at=timezone.now())
    article.refresh_from_db()
    assert article.printed_title == f"Họp {format_date(conference.start_at)}"


def test_what_an_article_cites_cannot_be_taken_away(write, conference, an):
    write(conference=conference, body="Mời {group:ubnd-xa}.")
    conference.groups.get(code="ubnd-xa").delete()
    with pytest.raises(CannotFollow, match=r"Bài “Tin” đang dẫn dữ kiện này.*group:ubnd-xa"):
        follow(conference=conference, actor=an, at=timezone.now())


def test_problems_are_told_in_words(write, conference):
    facts = facts_about(Article(conference=conference))
    day = format_date(conference.start_at)
    for text, words in (
        (f"Họp ngày {day}", "{date}"),
        ("{ngay}", "Không có dữ kiện {ngay}"),
        ("[a](khong-co)", "Không có nơi “khong-co”"),
        ("{photo:2}", "không có ảnh thứ 2"),
        ("{short_name}", "chưa được nhập"),
    ):
        found = problems_of_text(text, facts, photos=1, has_page=True)
        assert len(found) == 1
        assert words in found[0]
    assert (
        problems_of_text(
            "{date} [x](agenda) [y](https://a.example)\n\n{photo:1}", facts, photos=1, has_page=True
        )
        == []
    )
    assert problems_of_text("{short_name}", facts, complete=False) == []
    assert problems_of_text("[x](agenda)", facts_about(Article()))


# --- pages ---


def test_an_article_and_its_page(client, with_photo):
    article = with_photo.article
    page = page_of(client, article.get_absolute_url())
    assert page.count("<h1") == 1
    assert page.index("<p>Trước</p>") < page.index("<figure") < page.index("<p>Sau</p>")
    assert 'alt="Hội trường"' in page
    assert f"Khai mạc {format_date(article.conference.start_at)}" in page
    assert article.conference.get_absolute_url() in page
    assert 'href="mailto:?subject=Tin&amp;body=http' in page
    assert "https://www.facebook.com/sharer/sharer.php?u=http" in page
    conference_page = page_of(client, article.conference.get_absolute_url())
    assert article.get_absolute_url() in conference_page


def test_drafts_and_articles_to_come_are_the_staffs_own(client, write, an, conference):
    draft = write("nhap", published_at=None)
    later = write("sau", published_at=timezone.now() + dt.timedelta(days=1))
    conference.state = "draft"
    conference.save()
    about_draft = write("ve-nhap", conference=conference)
    for article in (draft, later, about_draft):
        assert client.get(article.get_absolute_url()).status_code == 404
    assert "Chưa có tin nào" in page_of(client, "/tin-tuc/")
    client.force_login(an)
    for article in (draft, later, about_draft):
        assert "Chưa đăng" in page_of(client, article.get_absolute_url())
    assert "Bản nháp" in page_of(client, "/tin-tuc/")


def test_photos_come_with_the_rights_of_their_article(client, with_photo, an):
    for url in (with_photo.large_url, with_photo.small_url):
        response = client.get(url)
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith("inline")
        assert "public" in response.headers["Cache-Control"]
        assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    assert client.get(with_photo.large_url.replace(with_photo.large_name, "khac.jpg")).status_code == 404
    Article.objects.update(published_at=None)
    assert client.get(with_photo.large_url).status_code == 404
    client.force_login(an)
    response = client.get(with_photo.large_url)
    assert "private" in response.headers["Cache-Control"]
    response.close()


def test_a_photo_that_is_taken_down_leaves_no_file(with_photo, django_capture_on_commit_callbacks):
    folder = with_photo.file.storage
    names = [with_photo.file.name, with_photo.small.name]
    assert all(folder.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        keep_photo(photo=with_photo, prepared=prepare_photo(picture()))
    assert not any(folder.exists(name) for name in names)
    names = [with_photo.file.name, with_photo.small.name]
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(photo=with_photo)
    assert not any(folder.exists(name) for name in names)


@pytest.mark.parametrize(("name", "path"), [("rss", "channel/item"), ("atom", "{*}entry")])
def test_feeds(client, write, name, path):
    write(title="Tin <b>&", lead="Đoạn dẫn")
    write("nhap", published_at=None)
    feed = ET.fromstring(page_of(client, f"/tin-tuc/{name}.xml"))
    (entry,) = feed.findall(path)
    texts = {child.tag.rpartition("}")[2]: child.text for child in entry}
    assert texts["title"] == "Tin <b>&"
    assert "Đoạn dẫn" in texts.values()


def test_lists_cost_the_same_with_one_article_and_with_three(client, write, conference, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def queries(url):
        client.get(url)  # what every page's frame prints is kept from now on
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(url).status_code == 200
        return len(found)

    def add(slug):
        article = write(slug, conference=conference, title="Họp {date}")
        keep_photo(photo=ArticlePhoto(article=article, alt="a"), prepared=prepare_photo(picture()))

    urls = ["/tin-tuc/", "/tin-tuc/rss.xml", conference.get_absolute_url()]
    add("mot")
    one = [queries(url) for url in urls]
    add("hai"), add("ba")
    assert [queries(url) for url in urls] == one


def test_article_text_has_three_forms(write):
    article = write(title="Tên", lead="Dẫn", body="Bài", author="An", author_unit="KC", source="Báo")
    printed = build_article(article)
    assert article_text(printed, "body") == "Dẫn\n\nBài\n\nAn - KC\n"
    assert article_text(printed) == "Tên\n\nDẫn\n\nBài\n\nAn - KC\n"
    assert article_text(printed, "page").endswith("Bài\n\nTác giả: An - KC\n\nNguồn tin: Báo\n")
