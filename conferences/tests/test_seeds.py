"""The five published texts, printed from their conference files."""

import pytest

from conferences.loading import load, load_all
from conferences.models import Article, Conference
from conferences.news.printing import article_text, build_article
from conferences.notice import build_notice, notice_text
from conferences.tests.conference_files import DEMO, load_standard
from conferences.tests.notices import NOTICES
from conferences.tests.seeds import seed
from directory.models import AuditEntry
from hoinghi.text import nfc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register", "standard")]


@pytest.fixture
def standard(db):
    load_standard()


@pytest.mark.parametrize("number", ["000", "001"])
def test_announcements(number):
    conference = load(DEMO / f"{number}.yaml")
    assert nfc(notice_text(build_notice(conference))) == seed(number)


@pytest.mark.parametrize(("number", "form"), [("002", "article"), ("003", "page"), ("004", "body")])
def test_articles(number, form):
    load_all(DEMO / f"{number}.yaml")
    article = Article.objects.get()
    assert nfc(article_text(build_article(article), form)) == seed(number)


@pytest.mark.parametrize("file", NOTICES, ids=lambda file: file.stem)
def test_other_notices_of_this_sort_need_no_code(file):
    assert notice_text(build_notice(load(file))) == file.with_suffix(".txt").read_text()


def test_a_series_has_its_conferences_and_the_series_before_it():
    vung_tau, nam_dinh = load_all(DEMO / "002.yaml")
    series = vung_tau.series
    assert list(series.conferences.order_by("start_at")) == [vung_tau, nam_dinh]
    assert (series.previous.conference_count, series.previous.held_in.month) == (2, 11)
    assert [place.locality for place in (*vung_tau.places.all(), *nam_dinh.places.all())] == [
        "Vũng Tàu",
        "Nam Định",
    ]
    assert [unit.uid for unit in nam_dinh.provinces.all()] == ["36-nam-dinh-2008"]
    ministries = nam_dinh.groups.get(code="bo-nganh")
    assert [unit.name for unit in ministries.units.all()][:2] == ["Tư pháp", "Kế hoạch và Đầu tư"]
    assert ministries.organisations.count() == 11
    assert len(load_all(DEMO / "002.yaml")) == 2


def test_a_visit_is_found_by_its_provinces_and_knows_what_it_came_to():
    visit = load(DEMO / "003.yaml")
    assert [unit.short_name for unit in visit.provinces.all()] == ["Quảng Ninh"]
    assert [sector.name for sector in visit.sectors.order_by("name")] == ["Cụm công nghiệp", "Khuyến công"]
    assert [item.kind for item in visit.conclusion.items.all()] == ["result", *["recommendation"] * 4]
    assert visit.conclusion.is_published
    seen = visit.visits.get(code="phu-hai")
    assert (seen.establishment.province.short_name, seen.leg.code) == ("Quảng Ninh", "quang-ninh")


def test_the_page_of_a_visit_shows_its_facts_without_its_article(client):
    visit = load(DEMO / "003.yaml")
    Article.objects.all().delete()
    page = " ".join(client.get(visit.get_absolute_url()).content.decode().split())
    for words in (
        "Nguyễn Hồng Phong, Phó Cục trưởng",  # the leader
        "Phạm Quang Thái, Phó Giám đốc Sở",  # who received
        "Công tác quản lý nhà nước về khuyến công",  # what was reported
        "Công ty CP Trình Anh",  # what was seen
        "Tăng cường công tác kiểm tra, giám sát",  # what was recommended
        "Những kết quả đạt được của Sở Công Thương",  # what was found
    ):
        assert words.lower() in page.lower()


@pytest.mark.parametrize("number", ["001", "002", "003", "004"])
def test_loading_again_changes_nothing(number):
    load_all(DEMO / f"{number}.yaml")
    before = list(Conference.objects.order_by("start_at").values_list("updated_at", flat=True))
    articles = list(Article.objects.values_list("updated_at", "photos__file"))
    entries = AuditEntry.objects.count()
    load_all(DEMO / f"{number}.yaml")
    assert list(Conference.objects.order_by("start_at").values_list("updated_at", flat=True)) == before
    assert list(Article.objects.values_list("updated_at", "photos__file")) == articles
    assert AuditEntry.objects.count() == entries
