"""Public pages: works, stranger, draft, bad input, equal query counts, cheap for visitors."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import AgendaItem, Conference, Material
from conferences.services import add_material_version
from conferences.tests.files import pdf
from hoinghi.tests.cast import make_conference, publish_agenda

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_home_lists_what_is_coming_and_what_has_been(client, world, conference):
    then = timezone.now() - dt.timedelta(days=900)
    make_conference(
        world,
        slug="da-qua",
        title="Hội nghị năm trước",
        start_at=then,
        end_at=then + dt.timedelta(hours=4),
        nomination_deadline=None,
    )
    response = client.get("/")
    page = text_of(response)
    assert page.count("<h1") == 1
    assert page.index("Sắp diễn ra") < page.index(conference.title) < page.index("Đã diễn ra")
    assert page.index("Đã diễn ra") < page.index("Hội nghị năm trước")
    assert "Còn 14 ngày" in page


def test_home_says_what_to_do_when_there_is_nothing(client, world, an):
    assert "Chưa có hội nghị nào sắp diễn ra" in text_of(client.get("/"))
    assert "Tạo hội nghị" not in text_of(client.get("/"))
    client.force_login(an)
    assert reverse("admin:conferences_conference_add") in text_of(client.get("/"))


@pytest.mark.parametrize("query", [{"x": "\x07"}, {"trang": "9" * 40}, {"thang": "x"}])
def test_odd_queries_are_answered(client, conference, query):
    assert client.get("/", query).status_code == 200


@pytest.mark.parametrize("typed", ["cụm công nghiệp", "ộ" * 5000, "🎉" * 5000])
def test_an_old_address_of_the_search_leads_there(client, conference, typed):
    found = client.get("/", {"q": typed}, follow=True)
    assert found.redirect_chain[0][0].startswith("/tim-kiem/?q=")
    assert found.context["query"] == typed[:150]


def test_odd_numbers_are_nobodys_material(client, conference, binh):
    client.force_login(binh)
    assert client.get(f"/tai-lieu/{'9' * 40}/").status_code == 404


def test_the_month_marks_the_days_of_a_long_conference(client, world):
    start = timezone.make_aware(dt.datetime(2023, 10, 31, 8))
    visit = make_conference(
        world,
        start_at=start,
        end_at=timezone.make_aware(dt.datetime(2023, 11, 3, 17)),
        nomination_deadline=None,
    )
    for month, number in (("10", 1), ("11", 3), ("12", 0)):
        sheet = text_of(client.get(f"/lich/2023/{month}/")).split("month--names")[1].split("</section>")[0]
        assert sheet.count(f'<a href="{visit.get_absolute_url()}">') == number
        assert sheet.count("has-names") == number


def test_home_marks_the_days_of_this_month(client, world, conference):
    today = timezone.localtime().replace(hour=8, minute=0)
    Conference.objects.update(start_at=today, end_at=today + dt.timedelta(hours=2), nomination_deadline=None)
    assert text_of(client.get("/")).count(f'<a href="{conference.get_absolute_url()}"><small>') == 1


def test_the_conference_page_says_everything_once_typed(client, conference):
    conference.agenda.create(starts_after=10, title="Khai mạc", presenter="{chair}")
    publish_agenda(conference)
    response = client.get(conference.get_absolute_url())
    page = text_of(response)
    assert page.count("<h1") == 1
    for part in (
        "Khai mạc",
        "Chương trình",
        "1÷2",
        "Nguyễn Văn Liên",
        "024 2221 8288",
        "2 điểm cầu địa phương",
    ):
        assert part in page
    assert "Chi cục Quản lý thị trường tỉnh Đắk Lắk" in page
    assert "Cập nhật lần cuối" in page


def test_a_draft_is_there_for_staff_only(client, world, an, binh):
    draft = make_conference(world, slug="nhap", state=Conference.State.DRAFT, announced_at=None)
    urls = [draft.get_absolute_url(), reverse("conference-calendar", args=["nhap"])]
    for url in urls:
        assert client.get(url).status_code == 404
    assert draft.title not in text_of(client.get("/"))
    client.force_login(binh)
    for url in urls:
        assert client.get(url).status_code == 404
    client.force_login(an)
    for url in urls:
        assert client.get(url).status_code == 200
    assert "Bản nháp" in text_of(client.get(urls[0]))


@pytest.mark.parametrize(
    ("shift", "state", "shown"),
    [
        (dt.timedelta(days=3), "announced", "Đã thông báo"),
        (dt.timedelta(hours=-1), "announced", "Đang diễn ra"),
        (dt.timedelta(days=-3), "announced", "Đã kết thúc"),
        (dt.timedelta(days=3), "planned", "Dự kiến"),
        (dt.timedelta(days=3), "postponed", "Hội nghị hoãn"),
        (dt.timedelta(days=3), "cancelled", "Hội nghị đã hủy"),
        (dt.timedelta(days=-3), "concluded", "Đã kết luận"),
    ],
)
def test_the_state_is_shown_by_the_clock(client, world, shift, state, shown):
    start = timezone.now() + shift
    found = make_conference(
        world, state=state, start_at=start, end_at=start + dt.timedelta(hours=4), nomination_deadline=None
    )
    assert shown in text_of(client.get(found.get_absolute_url()))


def add_rows(conference, numbers, an) -> None:
    for number in numbers:
        AgendaItem.objects.create(
            conference=conference,
            starts_after=number,
            title=f"Về {{abbr:ccn}}, {number}",
            presenter="{chair}",
        )
        conference.groups.create(
            code=f"them-{number}",
            name=f"Nhóm {{abbr:ccn}} {number}",
            nominator="focal_point",
            max_organisations=1,
        )
        material = Material.objects.create(
            conference=conference, title=f"Tài liệu {number}", visibility=Material.Visibility.PUBLIC
        )
        add_material_version(material=material, upload=pdf(f"{number}.pdf", number), actor=an)
    publish_agenda(conference)


def queries_of(client, url) -> int:
    client.get(url)  # what every page's frame prints is kept from now on
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_conference_page_costs_the_same_with_one_row_and_with_three(client, an, conference):
    conference.abbreviations.create(code="ccn", phrase="cụm công nghiệp", short="CCN")
    add_rows(conference, [1], an)
    with_one = queries_of(client, conference.get_absolute_url())
    add_rows(conference, [2, 3], an)
    assert queries_of(client, conference.get_absolute_url()) == with_one
    assert with_one <= 20


def test_home_costs_the_same_with_one_conference_and_with_three(client, world, conference):
    with_one = queries_of(client, "/")
    make_conference(world, slug="hai")
    make_conference(world, slug="ba")
    assert queries_of(client, "/") == with_one


def test_the_calendar_file_has_a_name_and_the_right_type(client, conference):
    response = client.get(reverse("conference-calendar", args=[conference.slug]))
    assert response["Content-Type"].startswith("text/calendar")
    assert "cum-cong-nghiep.ics" in response["Content-Disposition"]
    assert response.content.startswith(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize("name", ["home", "conference", "conference-calendar"])
def test_pages_are_for_reading(client, conference, name):
    url = reverse(name, args=[] if name == "home" else [conference.slug])
    assert client.post(url).status_code == 405
