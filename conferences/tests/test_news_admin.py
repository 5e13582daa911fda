"""News at the staff's desk: what is typed is kept, what is wrong is said at its field, nothing breaks."""

import pytest
from django.urls import reverse

from conferences.models import Article
from conferences.tests.desk import FormReader, errors_of, rows
from conferences.tests.files import exe, located_picture, picture
from hoinghi.text import format_date, slugify

pytestmark = pytest.mark.django_db
ADD = "/quan-tri/conferences/article/add/"


@pytest.fixture(autouse=True)
def desk(client, an, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(an)


def article(*photos: dict, **values) -> dict:
    typed = {
        "title": "Tin mới",
        "slug": "",
        "lead": "",
        "body": "Bài",
        "author": "",
        "published_at_0": "",
        "published_at_1": "",
    }
    return typed | values | rows("photos", *photos)


def test_an_article_is_typed_with_its_photo(client, conference):
    photo = {"upload": located_picture(), "alt": "Khai mạc {date}", "caption": "{chair}", "position": 1}
    typed = article(
        photo,
        conference=conference.pk,
        title="Họp {date}",
        published_at_0="01/11/2026",
        published_at_1="8h00",
    )
    response = client.post(ADD, typed | {"body": "{photo:1}"})
    assert response.status_code == 302, errors_of(response)
    found = Article.objects.get()
    day = format_date(conference.start_at)
    assert (found.printed_title, found.slug) == (f"Họp {day}", f"hop-{slugify(day)}")
    assert f"Khai mạc {day}" in found.printed_text
    assert found.photos.get().width == 1200
    shown = client.get(reverse("admin:conferences_article_change", args=[found.pk]))
    assert "{deadline}" in shown.content.decode()
    again = client.post(reverse("admin:conferences_article_change", args=[found.pk]), posted_form(shown))
    assert again.status_code == 302, errors_of(again)
    assert found.photos.count() == 1


def posted_form(response) -> dict:
    reader = FormReader()
    form = response.content.decode().split('id="article_form"')[1].split("</form>")[0]
    reader.feed(form)
    return {name: value for name, value in reader.data.items() if name and "__prefix__" not in name}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"title": ""}, "title", ""),
        ({"title": "x" * 10_000}, "title", "300"),
        ({"lead": "x" * 10_000}, "lead", "2000"),
        ({"body": "x" * 100_001}, "body", "100000"),
        ({"body": "{khong_co}"}, "body", "Không có dữ kiện"),
        ({"body": "{photo:1}"}, "photos", "bài có 0 ảnh"),
        ({"body": "[x](javascript:1)"}, "body", "Không có nơi"),
        ({"source_url": "javascript:alert(1)"}, "source_url", ""),
        ({"published_at_0": "31/31/2026", "published_at_1": "8h00"}, "published_at", ""),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input_is_refused_at_its_field(client, typed, field, words):
    errors = errors_of(client.post(ADD, article(**typed)))
    assert set(errors) == {field}
    assert words in " ".join(errors[field]).replace(".", "")
    assert not Article.objects.exists()


def test_a_fact_that_is_spelled_out_is_refused(client, conference):
    day = format_date(conference.start_at)

    def photo() -> dict:
        return {"upload": picture(), "alt": f"Ngày {day}", "position": 1}

    typed = article(
        photo(), conference=conference.pk, title=f"Họp {day}", lead=f"Từ {day}", body=conference.chair
    )
    errors = errors_of(client.post(ADD, typed))
    again = "photos-0-upload"  # no page may fill in the picture anew
    assert set(errors) == {"title", "lead", "body", "photos-0-alt", again}
    errors = errors_of(client.post(ADD, article(photo(), conference=conference.pk)))
    assert set(errors) == {"photos-0-alt", again}
    assert "phải chọn lại tệp" in errors[again][0]
    assert "{date}" in errors["photos-0-alt"][0]


@pytest.mark.parametrize(
    ("photo", "fields"),
    [
        ({"alt": "x", "position": 1, "caption": "c"}, {"photos-0-upload"}),
        ({"upload": picture(), "position": 1}, {"photos-0-alt", "photos-0-upload"}),
        ({"upload": exe("a.jpg"), "alt": "x", "position": 1}, {"photos-0-upload"}),
    ],
    ids=["no file", "no words for the blind", "a program"],
)
def test_a_photo_needs_a_picture_and_words_for_who_does_not_see_it(client, photo, fields):
    assert set(errors_of(client.post(ADD, article(photo)))) == fields
    assert not Article.objects.exists()


def test_marks_of_direction_go_and_html_is_text(client):
    strange = "\u202eTin\u200f <script>alert(1)</script> & <b>x</b>"
    typed = dict.fromkeys(("title", "lead", "body", "author", "author_unit", "source"), strange)
    response = client.post(
        ADD,
        article(
            {"upload": picture(), "alt": strange, "caption": strange, "credit": strange, "position": 1},
            **typed,
        ),
    )
    assert response.status_code == 302, errors_of(response)
    found = Article.objects.get()
    assert found.title == "Tin <script>alert(1)</script> & <b>x</b>"
    for page in (found.get_absolute_url(), "/tin-tuc/"):
        html = client.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<b>x</b>" not in html.replace("&lt;", "?")


def test_a_photo_is_taken_out_and_an_article_deleted(client, conference):
    client.post(ADD, article({"upload": picture(), "alt": "x", "position": 1}))
    found = Article.objects.get()
    photo = found.photos.get()
    stored = photo.file.storage
    change = reverse("admin:conferences_article_change", args=[found.pk])
    data = posted_form(client.get(change)) | {"photos-0-DELETE": "on"}
    response = client.post(change, data)
    assert response.status_code == 302, errors_of(response)
    assert not found.photos.exists()
    assert (
        client.post(reverse("admin:conferences_article_delete", args=[found.pk]), {"post": "yes"}).status_code
        == 302
    )
    assert not Article.objects.exists()
    assert stored is not None
