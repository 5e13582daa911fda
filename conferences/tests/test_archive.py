"""The archive, months, series, provinces, bodies; what programs read: site map, feed, microdata."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.listing import years_of
from conferences.models import Conference, Sector, Series
from conferences.month import month_bounds
from directory.models import AdministrativeUnit, Organisation
from hoinghi.tests.browser import problems
from hoinghi.tests.cast import make_conference

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def at(year: int, month: int = 5, day: int = 4) -> dict:
    start = timezone.make_aware(dt.datetime(year, month, day, 8))
    return {"start_at": start, "end_at": start + dt.timedelta(hours=4), "nomination_deadline": None}


def shown(client, url: str, query: dict | None = None) -> set[str]:
    """The titles on a page."""
    page = text_of(client.get(url, query or {}))
    return {title for title in Conference.objects.values_list("title", flat=True) if f">{title}</a>" in page}


@pytest.fixture
def several(world, conference):
    """Four conferences: two years, two kinds, two provinces, a sector."""
    conference.delete()
    made = {
        name: make_conference(world, slug=name, title=f"Hội nghị {name}", **at(year))
        for name, year in (("a", 2023), ("b", 2023), ("c", 2024), ("d", 2025))
    }
    made["b"].provinces.add(world.dak_lak.unit)
    made["c"].groups.first().provinces.add(world.ca_mau.unit)
    Sector.objects.create(slug="khuyen-cong", name="Khuyến công").conferences.add(made["a"], made["d"])
    return made


class TestArchive:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, "abcd"),
            ({"nam": 2023}, "ab"),
            ({"nam": "2024", "loai": "hoi-nghi"}, "c"),
            ({"linhvuc": "khuyen-cong"}, "ad"),
            ({"tinh": "66-dak-lak"}, "b"),
            ({"tinh": "96-ca-mau"}, "c"),
            ({"tinh": "96-ca-mau", "nam": 2023}, ""),
        ],
    )
    def test_by_year_kind_province_and_sector(self, client, several, query, expected):
        assert shown(client, "/hoi-nghi/", query) == {f"Hội nghị {name}" for name in expected}

    def test_only_years_with_something_to_see_are_offered(self, client, several):
        Conference.objects.filter(slug="c").update(state="draft")
        choices = client.get("/hoi-nghi/").context["form"].fields["nam"].choices
        assert [year for year, _ in choices] == ["", 2025, 2023]

    def test_a_year_is_that_of_hanoi(self, several):
        midnight = dt.datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone())  # still 2025 in UTC
        Conference.objects.filter(slug="d").update(start_at=midnight, end_at=midnight + dt.timedelta(hours=1))
        assert years_of(Conference.objects.published()) == [2026, 2024, 2023]
        Conference.objects.exclude(slug="d").delete()
        assert years_of(Conference.objects.published()) == [2026]
        Conference.objects.all().delete()
        assert years_of(Conference.objects.published()) == []

    @pytest.mark.parametrize("name", ["nam", "loai", "tinh", "linhvuc", "trang"])
    @pytest.mark.parametrize("value", ["khong-co", "99999999999999999999", "-1", "<b>"])
    def test_what_is_not_offered_is_told_and_finds_nothing(self, client, several, name, value):
        response = client.get("/hoi-nghi/", {name: value})
        assert response.status_code == 200
        assert "<b>" not in response.content.decode().split("<main")[1].replace("<b>0", "")[:200]
        if name != "trang":
            assert "Chọn trong danh sách" in text_of(response)
            assert "0 hội nghị theo điều kiện đã chọn" in text_of(response)

    def test_a_link_with_a_merged_province_finds_what_its_successor_has(self, client, several, world):
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        old, new = world.dak_lak.unit, world.ca_mau.unit
        old.valid_to, old.successor = yesterday, new
        old.save()
        found = shown(client, "/hoi-nghi/", {"tinh": new.uid})
        assert shown(client, "/hoi-nghi/", {"tinh": old.uid}) == found == {"Hội nghị b", "Hội nghị c"}

    def test_drafts_are_staffs_own(self, client, several, an):
        Conference.objects.filter(slug="a").update(state="draft")
        assert "Hội nghị a" not in shown(client, "/hoi-nghi/")
        client.force_login(an)
        assert "Hội nghị a" in shown(client, "/hoi-nghi/")

    def test_it_is_there_with_nothing_in_it(self, client, world):
        assert "Không có hội nghị nào" in text_of(client.get("/hoi-nghi/"))

    @pytest.mark.parametrize(
        "url", ["/hoi-nghi/", "/lich/2023/5/", "/chuoi/x/", "/dia-phuong/66-dak-lak/", "/co-quan/moit/"]
    )
    def test_lists_cost_the_same_for_one_and_for_three(self, client, world, conference, url):
        conference.delete()
        series = Series.objects.create(slug="x", title="X")

        def add(slug):
            made = make_conference(world, slug=slug, title=f"Hội nghị {slug}", series=series, **at(2023))
            made.provinces.add(world.dak_lak.unit)

        def queries() -> int:
            client.get(url)  # what every page's frame prints is kept from now on
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            return len(seen)

        add("a")
        with_one = queries()
        add("b")
        add("c")
        assert queries() == with_one <= 12


class TestMonth:
    @pytest.mark.parametrize("month", ["2026/12", "2024/2", "2000/1", "2100/12"])
    def test_months_open(self, client, conference, month):
        assert client.get(f"/lich/{month}/").status_code == 200

    @pytest.mark.parametrize("month", ["0/1", "2026/13", "2026/0", "1999/12", "99999999999/1"])
    def test_others_are_not_there(self, client, month):
        assert client.get(f"/lich/{month}/").status_code == 404

    def test_a_day_names_three_and_leads_to_all(self, client, several, world):
        link = 'href="/tim-kiem/?q=04/05/2023"'
        Conference.objects.filter(slug="a").update(short_title="Tên gọi tắt")
        sheet = text_of(client.get("/lich/2023/5/")).split("month--names")[1].split("</section>")[0]
        assert "<span>Tên gọi tắt</span></a>" in sheet
        assert "<span>Hội nghị b</span></a>" in sheet
        assert link not in sheet
        for slug in "xy":
            make_conference(world, slug=slug, title=f"Hội nghị {slug}", **at(2023))
        sheet = text_of(client.get("/lich/2023/5/")).split("month--names")[1].split("</section>")[0]
        assert f"{link}>Cả 4 hội nghị" in sheet
        assert "Hội nghị y" not in sheet
        assert len(shown(client, "/tim-kiem/", {"q": "04/05/2023"})) == 4

    def test_a_full_month_is_read_page_by_page(self, client, several, world):
        for day in range(1, 24):
            make_conference(world, slug=f"m{day}", title=f"Họp {day}", **at(2023, 6, day))
        assert "23 hội nghị trong tháng" in text_of(client.get("/lich/2023/6/"))
        assert shown(client, "/lich/2023/6/") == {f"Họp {day}" for day in range(1, 21)}
        assert shown(client, "/lich/2023/6/", {"trang": 2}) == {"Họp 21", "Họp 22", "Họp 23"}

    def test_what_only_touches_the_month_is_in_it(self, client, several):
        """Its last moment counts as much as its first; what ends as the month begins is in both."""
        start, end = month_bounds(dt.date(2023, 6, 1))
        minute = dt.timedelta(minutes=1)
        for slug, begins, ends in (
            ("a", start - minute, start),
            ("b", end - minute, end + minute),
            ("c", start - minute * 2, start - minute),
            ("d", end, end + minute),
        ):
            Conference.objects.filter(slug=slug).update(start_at=begins, end_at=ends)
        found = Conference.objects.meeting_between(start, end)
        assert {each.slug for each in found} == {"a", "b"}

    def test_a_month_is_found_by_its_time_however_many_there_are(self, several):
        """Not by walking from the first conference ever, nor back from the last."""
        like = several["a"]
        Conference.objects.bulk_create(
            Conference(
                **{
                    name: getattr(like, name)
                    for name in ("kind_id", "frame_id", "organiser_id", "issuing_unit_id", "chair_title")
                },
                slug=f"n{number}",
                title="Họp",
                state="concluded",
                start_at=like.start_at + dt.timedelta(days=number),
                end_at=like.start_at + dt.timedelta(days=number, hours=4),
            )
            for number in range(3000)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE conferences_conference")
        for first in (dt.date(2023, 6, 1), dt.date(2027, 6, 1), dt.date(2031, 6, 1)):
            meeting = Conference.objects.published().meeting_between(*month_bounds(first))
            for rows in (meeting, meeting.order_by("start_at", "pk")):
                assert "conference_meets" in rows.explain()

    def test_a_postponed_conference_stands_on_no_day(self, client, several):
        Conference.objects.filter(slug="c").update(state="postponed")
        assert shown(client, "/lich/2024/5/") == set()


class TestPagesOf:
    def test_a_series_with_what_came_before(self, client, several):
        before = Series.objects.create(slug="truoc", title="Chuỗi trước")
        series = Series.objects.create(slug="chuoi", title="Chuỗi mới", purpose="lấy ý kiến", previous=before)
        Conference.objects.filter(slug__in="ab").update(series=series)
        page = text_of(client.get("/chuoi/chuoi/"))
        assert "lấy ý kiến" in page
        # Nothing of the earlier one is public yet: it is named, and leads nowhere.
        assert "Chuỗi trước" in page
        assert "/chuoi/truoc/" not in page
        Conference.objects.filter(slug="c").update(series=before)
        assert "/chuoi/truoc/" in text_of(client.get("/chuoi/chuoi/"))
        assert shown(client, "/chuoi/chuoi/") == {"Hội nghị a", "Hội nghị b"}
        assert "/chuoi/chuoi/" in text_of(client.get("/hoi-nghi/a/"))

    def test_a_series_of_drafts_is_not_there(self, client, several, an):
        series = Series.objects.create(slug="chuoi", title="Chuỗi mới")
        Conference.objects.filter(slug="a").update(series=series, state="draft")
        assert client.get("/chuoi/chuoi/").status_code == 404
        client.force_login(an)
        assert client.get("/chuoi/chuoi/").status_code == 200

    def test_a_province_has_what_those_had_that_became_part_of_it(self, client, several, world):
        old = AdministrativeUnit.objects.create(
            uid="54-phu-yen",
            level=world.levels["province"],
            code="54",
            name="Tỉnh Phú Yên",
            short_name="Phú Yên",
            kind="tinh",
            valid_to=dt.date(2025, 6, 30),
            successor=world.dak_lak.unit,
        )
        several["a"].provinces.add(old)
        assert shown(client, "/dia-phuong/66-dak-lak/") == {"Hội nghị a", "Hội nghị b"}
        assert shown(client, "/dia-phuong/54-phu-yen/") == {"Hội nghị a"}
        assert "Gồm cả hội nghị của Tỉnh Phú Yên (đến 30/6/2025)" in text_of(
            client.get("/dia-phuong/66-dak-lak/")
        )

    def test_a_body_has_what_it_called_under_its_old_names(self, client, several, world):
        old = Organisation.objects.create(
            uid="cuc-cu",
            kind=world.kinds["cuc"],
            name="Cục cũ",
            valid_to=dt.date(2024, 1, 1),
            successor=world.unit,
        )
        Conference.objects.filter(slug="a").update(issuing_unit=old)
        assert shown(client, "/co-quan/moit-dck/") == {f"Hội nghị {name}" for name in "abcd"}
        assert shown(client, "/co-quan/cuc-cu/") == {"Hội nghị a"}

    @pytest.mark.parametrize(
        "url",
        ["/chuoi/khong-co/", "/dia-phuong/khong-co/", "/co-quan/khong-co/", "/dia-phuong/66-dak-lak-xa-1/"],
    )
    def test_what_is_not_there(self, client, world, url):
        assert client.get(url).status_code == 404


class TestForPrograms:
    def test_the_site_map_names_what_is_public(self, client, several):
        Conference.objects.filter(slug="a").update(state="draft")
        index = ElementTree.fromstring(client.get("/sitemap.xml").content)
        sections = [place.text for place in index.findall(".//{*}loc")]
        assert len(sections) == 4
        addresses = set()
        for section in sections:
            tree = ElementTree.fromstring(client.get(section.removeprefix("http://testserver")).content)
            addresses |= {place.text.removeprefix("http://testserver") for place in tree.findall(".//{*}loc")}
        assert {"/", "/hoi-nghi/", "/hoi-nghi/b/", "/hoi-nghi/d/"} <= addresses
        assert "/hoi-nghi/a/" not in addresses
        assert all(client.get(address).status_code == 200 for address in addresses)

    @pytest.mark.parametrize(
        "url", ["/sitemap-khong-co.xml", "/sitemap-hoi-nghi.xml?p=99", "/sitemap-hoi-nghi.xml?p=x"]
    )
    def test_site_maps_that_are_not_there(self, client, url):
        assert client.get(url).status_code == 404

    def test_robots_are_kept_out_of_what_is_not_for_them(self, client):
        lines = client.get("/robots.txt").content.decode().splitlines()
        assert "Disallow: /theo-doi/" in lines
        assert lines[-1].endswith("/sitemap.xml")

    def test_the_feed_tells_of_new_and_called_off_conferences(self, client, several):
        Conference.objects.filter(slug="b").update(state="cancelled", purpose="1 < 2 & 3")
        Conference.objects.filter(slug="a").update(state="draft")
        feed = ElementTree.fromstring(client.get("/hoi-nghi.atom").content)
        entries = {
            entry.findtext("{*}title"): entry.findtext("{*}summary") for entry in feed.findall(".//{*}entry")
        }
        assert set(entries) == {"Hội nghị b", "Hội nghị c", "Hội nghị d"}
        assert entries["Hội nghị b"] == "Hủy. Ngày 04/5/2023. 1 &lt; 2 &amp; 3"

    def test_an_event_says_to_programs_what_it_says_to_people(self, client, conference):
        page = client.get(conference.get_absolute_url()).content.decode()
        assert 'itemtype="https://schema.org/Event"' in page
        assert (
            f'<meta itemprop="startDate" content="{timezone.localtime(conference.start_at).isoformat()}">'
            in page
        )
        assert "OnlineEventAttendanceMode" in page
        assert f'rel="canonical" href="http://127.0.0.1:8000{conference.get_absolute_url()}"' in page
        Conference.objects.update(state="postponed", updated_at=timezone.now())
        page = client.get(conference.get_absolute_url()).content.decode()
        assert "EventPostponed" in page
        assert "startDate" not in page

    def test_the_map_for_people(self, client, several):
        Sector.objects.create(slug="dien", name="Điện lực")
        Conference.objects.filter(slug="c").update(state="draft")
        page = text_of(client.get(reverse("site-map")))
        assert "?nam=2023" in page
        assert "?nam=2024" not in page  # nothing is public of that year
        assert "?linhvuc=khuyen-cong" in page
        assert "?linhvuc=dien" not in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_lists_in_the_browser(page, live_server, several, world, complaints, width):
    series = Series.objects.create(slug="chuoi", title="Chuỗi hội nghị về chính sách", purpose="lấy ý kiến")
    Conference.objects.filter(slug="a").update(series=series)
    page.set_viewport_size({"width": width, "height": 900})
    for url in (
        "/hoi-nghi/",
        "/lich/2023/5/",
        "/chuoi/chuoi/",
        "/dia-phuong/66-dak-lak/",
        "/co-quan/moit/",
        "/so-do-trang/",
        "/tim-kiem/",
        "/tim-kiem/?q=khong+co+gi",
    ):
        page.goto(live_server.url + url)
        assert problems(page) == [], url
    page.goto(live_server.url + "/lich/2023/5/")
    name = page.locator(".month__names").get_by_role("link", name="Hội nghị a")
    assert name.is_visible() == (width == 1280)  # on a phone the day is marked, and the list says why
    page.emulate_media(media="print")
    assert name.is_visible()
    page.emulate_media(media="screen")
    page.goto(live_server.url + "/hoi-nghi/")
    page.get_by_label("Năm").select_option("2024")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_text("1 hội nghị theo điều kiện").wait_for()
    assert complaints == []
