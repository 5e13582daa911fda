"""The keys of visits, series and articles: whatever is wrong is named with its place, and nothing is written."""

import datetime as dt

import pytest

from conferences.loading import FileProblems, load_all
from conferences.models import Article, Conference, Establishment, Series
from conferences.tests.conference_files import DEMO, REMOVED, changed_copy, load_standard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register", "standard")]

BAD = [
    ("001", {"facts.sxcn.number": "2.2%"}, "facts.sxcn.number", "sau dấu phẩy"),
    ("001", {"facts.sxcn.number": "nhiều"}, "facts.sxcn.number", "không phải là số liệu"),
    ("001", {"context": "giảm 2,2%"}, "context", "{fact:sxcn}"),
    ("001", {"join_link": "javascript:alert(1)"}, "join_link", "trang web"),
    ("001", {"groups[1].units[0]": {"unit": "khong-co"}}, "groups[1].units[0].unit", "khong-co"),
    ("001", {"groups[1].units[0]": ["x"]}, "groups[1].units[0]", "khóa: giá trị"),
    ("001", {"sectors": ["x" * 200]}, "sectors", "tối đa 150"),
    ("001", {"sectors": ["…"]}, "sectors", "tên một lĩnh vực"),
    ("002", {"conferences": []}, "conferences", "phải là danh sách"),
    ("002", {"conferences": ["x"]}, "conferences", "phải là danh sách"),
    ("002", {"conferences[1].time.date": "32/4/2023"}, "conferences[1].time.date", "32/4/2023"),
    ("002", {"conferences[1].khoa": "x"}, "conferences[1].khoa", "không có khóa này"),
    ("002", {"groups[0].code": "Bộ"}, "groups[0].code", "chữ thường"),
    ("002", {"series.previous.month": "13/2022"}, "series.previous.month", "11/2022"),
    ("002", {"series.slug": REMOVED}, "series.slug", "thiếu khóa"),
    ("002", {"series": "khong-co"}, "series", "khong-co"),
    ("002", {"series.articles[0].lead": "Ngày {3:date}"}, "series.articles[0].lead", "{3:date}"),
    ("002", {"series.articles[0].lead": "ngày 27/4/2023"}, "series.articles[0].lead", "{2:date}"),
    ("003", {"legs[0].from": "T-1"}, "legs[0].from", "trước ngày đầu"),
    ("003", {"legs[0].from": "T+1", "legs[0].to": "T"}, "legs[0].to", "từ ngày đầu trở đi"),
    (
        "003",
        {"legs[0].province": "khong-co", "visits": REMOVED, "articles": REMOVED},
        "legs[0].province",
        "khong-co",
    ),
    ("003", {"legs[0].host.name": "Sở {date}"}, "legs[0].host.name", "{place}"),
    ("003", {"visits[0].leg": "khong-co"}, "visits[0].leg", "khong-co"),
    ("003", {"visits[0].what": "một số cơ sở"}, "visits[0].what", "establishment"),
    ("003", {"topics": ["x"]}, "topics", "khóa: giá trị"),
    ("003", {"topics.work": [{"x": "y"}]}, "topics.work[0]", "một dòng chữ"),
    ("003", {"topics.discussion[0]": "Ngày 01/10/2015"}, "topics.discussion[0]", "{date}"),
    ("003", {"groups[0].members[0].name": ""}, "groups[0].members[0].name", "không được để trống"),
    ("003", {"conclusion.items[0].text": "{khong_co}"}, "conclusion.items[0].text", "{khong_co}"),
    ("003", {"conclusion": "xong"}, "conclusion", "khóa: giá trị"),
    ("003", {"articles[0].body": "Nguyễn Hồng Phong"}, "articles[0].body", "{chair_name}"),
    (
        "003",
        {"articles[0].body": "HTX Sản xuất và Dịch vụ công nghiệp Phú Hải"},
        "articles[0].body",
        "{visit:phu-hai}",
    ),
    ("003", {"articles[0].body": "{photo:3}"}, "articles[0].body", "ảnh thứ 3"),
    ("003", {"articles[0].title": "x" * 10_000}, "articles[0].title", "tối đa 300"),
    ("003", {"articles[0].source_url": "javascript:alert(1)"}, "articles[0].source_url", "URL"),
    ("003", {"articles[0].photos[0].alt": REMOVED}, "articles[0].photos[0].alt", "thiếu khóa"),
    (
        "003",
        {"articles[0].photos[0].file": "tep/bao-cao.pdf"},
        "articles[0].photos[0].file",
        "không phải là ảnh",
    ),
    ("003", {"articles[0].photos[0].file": "../000.yaml"}, "articles[0].photos[0].file", "không có tệp"),
    ("003", {"articles[0].photos[0].file": REMOVED}, "articles[0].photos[0].file", "thiếu tệp ảnh"),
]


@pytest.fixture
def standard(db):
    load_standard()


@pytest.mark.parametrize(
    ("number", "changes", "path", "words"),
    BAD,
    ids=[f"{number} {path} {words[:12]}" for number, _, path, words in BAD],
)
def test_what_is_wrong_is_named_and_nothing_is_written(number, changes, path, words, tmp_path):
    with pytest.raises(FileProblems) as refused:
        load_all(changed_copy(tmp_path, changes, of=DEMO / f"{number}.yaml"))
    told = {problem.path: problem.reason for problem in refused.value.problems}
    assert words in told.get(path, told)
    assert all(problem.line for problem in refused.value.problems)
    for model in (Conference, Series, Article, Establishment):
        assert not model.objects.exists()


def test_a_series_is_not_moved_as_a_whole():
    with pytest.raises(FileProblems, match="--start"):
        load_all(DEMO / "002.yaml", start=dt.date(2026, 12, 7))


def test_an_article_of_another_event_keeps_its_address(tmp_path):
    load_all(DEMO / "003.yaml")
    slug = Article.objects.get().slug
    copy = changed_copy(tmp_path, {"articles[0].slug": slug}, of=DEMO / "004.yaml")
    with pytest.raises(FileProblems, match="đường dẫn của một bài khác"):
        load_all(copy)


def test_a_broken_photo_is_a_problem_of_the_file(tmp_path):
    copy = changed_copy(tmp_path, {}, of=DEMO / "003.yaml")
    photo = tmp_path / "tep" / "buoi-lam-viec.jpg"
    photo.write_bytes(photo.read_bytes()[:5000])
    with pytest.raises(FileProblems, match=r"articles\[0\].photos\[0\].file: “buoi-lam-viec.jpg” bị hỏng"):
        load_all(copy)
