"""The read API: what it answers, whom it names, what it refuses, and whether its description says so."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import validate

from conferences.api.parameters import EventsQuery, NewsQuery, cursor_of
from conferences.models import (
    AgendaItem,
    Article,
    Conclusion,
    ConclusionItem,
    Conference,
    GroupMember,
    Material,
    Sector,
    Series,
)
from conferences.services import add_material_version
from conferences.tests.files import pdf
from hoinghi.proxies import read_networks
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination, publish_agenda

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"
OF_EVENT = ("", "/agenda", "/materials", "/results")
# Names, telephones, addresses of everybody who is in the database.
PERSONS = (
    *("Lê Văn An", "Nguyễn Thị Bình", "Phạm Thị Cúc", "Hoàng Văn Dũng", "Trần Thị Em", "Nguyễn Văn Liên"),
    *("Đỗ Thị Hạnh", "Vũ Văn Giang", "Ngô Thị Khánh", "Bùi Văn Lâm", "0912345678", "22218288", "0988310581"),
    *("an@moit", "binh@daklak", "cuc@camau", "dung@daklak", "em@daklak", "lien@moit", "@"),
)


@pytest.fixture
def document(client) -> dict:
    return client.get(f"{ROOT}openapi.json").json()


def schema_of(document: dict, path: str, status: str = "200") -> dict:
    """The schema of an answer, which lets no field pass that is not described."""
    answer = document["paths"][path]["get"]["responses"][status]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
    (content,) = answer["content"].values()
    return {
        **content["schema"],
        "unevaluatedProperties": False,
        "components": {"schemas": closed(document["components"]["schemas"])},
    }


def closed(part, *, is_combined: bool = False):
    """A schema that takes no property which it does not describe; those that others extend stay open themselves."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {
        name: [closed(each, is_combined=True) for each in value] if name == "allOf" else closed(value)
        for name, value in part.items()
    }
    is_extended = "links" in part.get("properties", {})
    if {"allOf", "properties", "$ref"} & part.keys() and not is_combined and not is_extended:
        found["unevaluatedProperties"] = False
    return found


def check(document: dict, path: str, response, status: int = 200) -> dict:
    assert response.status_code == status, response.content
    body = json.loads(response.content)
    validator = OAS31Validator(schema_of(document, path, str(status)), format_checker=oas31_format_checker)
    problems = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(body)]
    assert not problems
    return body


@pytest.fixture
def full(world, conference, an, binh, cuc, dung, em):
    """A concluded conference with something in every list, and persons wherever one can be named."""
    start = timezone.now() - dt.timedelta(days=3)
    Conference.objects.filter(pk=conference.pk).update(
        start_at=start,
        end_at=start + dt.timedelta(hours=4),
        nomination_deadline=None,
        state=Conference.State.CONCLUDED,
        chair_name="Đỗ Thị Hạnh",
        chair_honorific="bà",
        purpose="Đánh giá {name}. Hỏi {contact_name}, {contact_phones}, {chair_person}, {contact_email}.",
    )
    conference.refresh_from_db()
    GroupMember.objects.create(
        group=conference.groups.first(), full_name="Ngô Thị Khánh", post="Phó Cục trưởng"
    )
    conference.sectors.add(Sector.objects.create(slug="khuyen-cong", name="Khuyến công"))
    conference.provinces.add(world.dak_lak.unit)
    item = AgendaItem.objects.create(
        conference=conference,
        title="Báo cáo của {chair}",
        presenter="Vũ Văn Giang",
        chair="Ngô Thị Khánh",
        lasts=20,
    )
    publish_agenda(conference)
    public = Material.objects.create(
        conference=conference, title="Báo cáo", visibility="public", agenda_item=item
    )
    add_material_version(material=public, upload=pdf(), actor=an)
    invited = Material.objects.create(conference=conference, title="Tài liệu riêng", visibility="invited")
    add_material_version(material=invited, upload=pdf(), actor=an)
    conclusion = Conclusion.objects.create(
        conference=conference,
        state=Conclusion.State.PUBLISHED,
        published_at=timezone.now(),
        opening="{chair} kết luận; liên hệ {contact}.",
    )
    for kind in ("conclusion", "recommendation", "conclusion"):
        ConclusionItem.objects.create(
            conclusion=conclusion, kind=kind, text=f"Nội dung {kind}", due_on=dt.date(2027, 1, 1)
        )
    for number in range(3):
        write_article(conference, f"tin-{number}", f"Tin {number}", number)
    return conference


def write_article(conference, slug: str, title: str, days_ago: int = 1) -> Article:
    return Article.objects.create(
        conference=conference,
        slug=slug,
        title=title,
        printed_title=title,
        author="Bùi Văn Lâm",
        published_at=timezone.now() - dt.timedelta(days=days_ago, minutes=1),
    )


class TestAnswers:
    def test_the_description_is_valid_openapi_3_1(self, document):
        validate(document)
        assert document["openapi"].startswith("3.1")

    def test_the_description_names_the_parameters_that_are_read(self, document):
        for path, form in (("events", EventsQuery), ("news", NewsQuery)):
            shared = document["components"]["parameters"]
            listed = document["paths"][f"{ROOT}{path}"]["get"]["parameters"]
            names = {
                shared[each["$ref"].rsplit("/", 1)[-1]]["name"] if "$ref" in each else each["name"]
                for each in listed
            }
            assert names == set(form.base_fields)

    def test_every_path_answers_as_described(self, client, document, full):
        for path in document["paths"]:
            url = path.replace("{slug}", full.slug)
            check(document, path, client.get(url))
            refused = client.get(url, {"khong-co": "1"})
            assert refused["Content-Type"] == "application/problem+json"
            check(document, path, refused, 400)
            if "{slug}" in path:
                check(document, path, client.get(path.replace("{slug}", "khong-co")), 404)

    def test_a_control_the_schemas_do_refuse(self, client, document, full):
        body = client.get(f"{ROOT}events/{full.slug}").json()
        schema = schema_of(document, f"{ROOT}events/{{slug}}")
        assert OAS31Validator(schema).is_valid(body)
        assert not OAS31Validator(schema).is_valid(body | {"phone": "0912345678"})
        assert not OAS31Validator(schema).is_valid({**body, "state": "draft"})

    def test_what_there_is_to_know_of_a_conference(self, client, full):
        body = client.get(f"{ROOT}events/{full.slug}").json()
        assert body["title"] == full.title
        assert body["state"] == "concluded"
        assert body["chair_title"] == "Bộ trưởng Bộ Công Thương"
        assert body["start"] == timezone.localtime(full.start_at).isoformat()
        assert body["start"].endswith("+07:00")
        assert body["provinces"] == [{"uid": "66-dak-lak", "name": "Tỉnh Đắk Lắk"}]
        assert "Sở Công Thương" in [each["name"] for each in body["composition"]]
        for url in body["links"].values():
            assert client.get(url.split("8000", 1)[-1]).status_code == 200

    def test_the_agenda_as_published(self, client, full):
        (item,) = client.get(f"{ROOT}events/{full.slug}/agenda").json()["items"]
        assert item["title"] == "Báo cáo của Bộ trưởng Bộ Công Thương"
        AgendaItem.objects.filter(conference=full).update(title="Bản nháp")
        assert "Bản nháp" not in client.get(f"{ROOT}events/{full.slug}/agenda").content.decode()

    def test_public_materials_only(self, client, full):
        (item,) = client.get(f"{ROOT}events/{full.slug}/materials").json()["items"]
        assert item["title"] == "Báo cáo"
        download = client.get(item["url"].split("8000", 1)[-1])
        assert b"".join(download.streaming_content).startswith(b"%PDF")

    def test_results(self, client, full):
        body = client.get(f"{ROOT}events/{full.slug}/results").json()
        assert [(each["kind"], each["number"]) for each in body["conclusion"]["items"]] == [
            ("conclusion", 1),
            ("recommendation", 1),
            ("conclusion", 2),
        ]
        assert body["conclusion"]["opening"] == "Bộ trưởng Bộ Công Thương kết luận; liên hệ […]."
        assert [each["slug"] for each in body["news"]] == ["tin-0", "tin-1", "tin-2"]

    def test_a_conclusion_that_was_taken_back_is_gone(self, client, full):
        Conclusion.objects.update(state="draft", published_at=None)
        assert client.get(f"{ROOT}events/{full.slug}/results").json()["conclusion"] is None

    def test_drafts_do_not_exist(self, client, full, an):
        Conference.objects.update(state="draft")
        client.force_login(an)  # staff see them on the pages, programs see what the public sees
        assert client.get(f"{ROOT}events").json()["items"] == []
        for end in OF_EVENT:
            assert client.get(f"{ROOT}events/{full.slug}{end}").status_code == 404

    def test_a_postponed_one_has_no_day(self, client, full):
        Conference.objects.update(state="postponed")
        body = client.get(f"{ROOT}events/{full.slug}").json()
        assert (body["start"], body["end"], body["places"]) == (None, None, [])
        assert client.get(f"{ROOT}events/{full.slug}/agenda").json()["items"] == []

    def test_nobody_is_named(self, client, full, em, world):
        make_delegate(make_nomination(full, world.ca_mau))
        urls = [f"{ROOT}events", f"{ROOT}news", ROOT]
        urls += [f"{ROOT}events/{full.slug}{end}" for end in OF_EVENT]
        said = "".join(json.dumps(client.get(url).json(), ensure_ascii=False) for url in urls)
        assert full.title in said
        assert [person for person in PERSONS if person in said] == []
        # The control: the conference's page does name them.
        page = client.get(full.get_absolute_url()).content.decode()
        assert "Nguyễn Văn Liên" in page


class TestLists:
    @pytest.fixture
    def several(self, world, conference):
        conference.delete()
        made = {}
        for number, slug in enumerate("abcde"):
            start = timezone.now().replace(microsecond=0) - dt.timedelta(days=400 * (number // 2))
            made[slug] = make_conference(
                world, slug=slug, title=f"Hội nghị {slug}", start_at=start,
                end_at=start + dt.timedelta(hours=4), nomination_deadline=None,
            )  # fmt: skip
        made["b"].provinces.add(world.dak_lak.unit)
        Sector.objects.create(slug="khuyen-cong", name="Khuyến công").conferences.add(made["a"])
        Series.objects.create(slug="x", title="X").conferences.add(made["c"])
        return made

    def slugs(self, client, **query) -> str:
        return "".join(each["slug"] for each in client.get(f"{ROOT}events", query).json()["items"])

    def test_pages_follow_each_other_without_gap_or_double(self, client, several):
        url, seen = f"{ROOT}events?limit=2", ""
        while url:
            response = client.get(url)
            body = response.json()
            seen += "".join(each["slug"] for each in body["items"])
            assert body["next"] is None or f'<{body["next"]}>; rel="next"' == response["Link"]
            url = body["next"] and body["next"].split("8000", 1)[-1]
        assert seen == "badce"

    def test_a_new_one_does_not_shift_the_pages(self, client, world, several):
        first = client.get(f"{ROOT}events?limit=2").json()
        make_conference(world, slug="moi")
        second = client.get(first["next"].split("8000", 1)[-1]).json()
        assert [each["slug"] for each in second["items"]] == ["d", "c"]

    def test_the_next_page_keeps_the_filters(self, client, several):
        year = timezone.localdate().year
        first = client.get(f"{ROOT}events", {"limit": 1, "year": year}).json()
        assert f"year={year}" in first["next"]
        second = client.get(first["next"].split("8000", 1)[-1]).json()
        assert ([each["slug"] for each in second["items"]], second["next"]) == (["a"], None)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"province": "66-dak-lak"}, "b"),
            ({"sector": "khuyen-cong"}, "a"),
            ({"series": "x"}, "c"),
            ({"kind": "hoi-nghi", "when": "upcoming"}, "ba"),
            ({"when": "past"}, "dce"),
            ({"updated_since": "2100-01-01T00:00:00+07:00"}, ""),
            ({"updated_since": "2020-01-01T00:00:00Z", "limit": 1}, "b"),
        ],
    )
    def test_filters(self, client, several, query, expected):
        assert self.slugs(client, **query) == expected

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"nam": "2023"}, "nam"),
            ({"year": "hai nghìn"}, "year"),
            ({"year": "99999999999999999999"}, "year"),
            ({"kind": "khong-co"}, "kind"),
            ({"sector": "<b>"}, "sector"),
            ({"when": "tomorrow"}, "when"),
            ({"limit": "0"}, "limit"),
            ({"limit": "101"}, "limit"),
            ({"cursor": "abc"}, "cursor"),
            ({"cursor": cursor_of(timezone.now(), 1)[:-6]}, "cursor"),
            ({"cursor": "WyIyMDI2IiwgbnVsbF0="}, "cursor"),
            ({"updated_since": "hôm qua"}, "updated_since"),
            ({"updated_since": "2026-13-45T00:00:00+07:00"}, "updated_since"),
            ({"updated_since": "2026-11-01T00:00:00"}, "updated_since"),
            ({"cursor": "[" * 5000}, "cursor"),
            ({"limit": ["1", "2"]}, "limit"),
            ({"x" * 5000: "1"}, "x" * 60),
        ],
    )
    def test_bad_parameters_are_named(self, client, several, query, name):
        response = client.get(f"{ROOT}events", query)
        assert response.status_code == 400
        assert [each["parameter"] for each in response.json()["errors"]] == [name]
        assert all(each["detail"] for each in response.json()["errors"])

    @pytest.mark.parametrize(
        "url", ["events", "news", "events/tuong-tu/results", "events/tuong-tu/materials"]
    )
    def test_lists_cost_the_same_for_one_and_for_three(self, client, world, conference, an, url):
        one = make_conference(world, slug="tuong-tu")

        def add(number: int) -> None:
            made = make_conference(world, slug=f"hn-{number}")
            made.provinces.add(world.dak_lak.unit)
            write_article(one, f"bai-{number}", "Bài")
            paper = Material.objects.create(conference=one, title=f"Số {number}", visibility="public")
            add_material_version(material=paper, upload=pdf(), actor=an)

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"{ROOT}{url}").status_code == 200
            return len(seen)

        add(1)
        with_one = queries()
        add(2)
        add(3)
        assert queries() == with_one <= 12


class TestConditions:
    @pytest.mark.parametrize("end", ["events", "news", "openapi.json", "events/cum-cong-nghiep"])
    def test_304_until_something_changes(self, client, full, end):
        first = client.get(f"{ROOT}{end}")
        assert first["Cache-Control"] == "public, max-age=60"
        again = client.get(f"{ROOT}{end}", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Access-Control-Allow-Origin"] == "*"
        if "Last-Modified" in first:
            since = {"If-Modified-Since": first["Last-Modified"]}
            assert client.get(f"{ROOT}{end}", headers=since).status_code == 304
        other = client.get(f"{ROOT}{end}", headers={"If-None-Match": '"khac"'})
        assert other.status_code == 200

    @pytest.mark.parametrize("end", ["events", "events/cum-cong-nghiep"])
    def test_a_change_is_seen(self, client, full, end):
        first = client.get(f"{ROOT}{end}")
        full.title = "Tên khác"
        full.save()
        again = client.get(f"{ROOT}{end}", headers={"If-None-Match": first["ETag"]})
        assert "Tên khác" in again.content.decode()

    @pytest.mark.parametrize("end", ["events", "events/cum-cong-nghiep"])
    def test_so_is_the_passing_of_time(self, client, conference, end, time_machine):
        first = client.get(f"{ROOT}{end}")
        time_machine.move_to(conference.start_at + dt.timedelta(minutes=1), tick=False)
        again = client.get(f"{ROOT}{end}", headers={"If-Modified-Since": first["Last-Modified"]})
        assert '"ongoing"' in again.content.decode()

    def test_pages_of_other_sites_may_ask(self, client, conference):
        asked = client.options(f"{ROOT}events", headers={"Origin": "https://so.example"})
        assert asked.status_code == 204
        assert "GET" in asked["Access-Control-Allow-Methods"]
        response = client.get(f"{ROOT}events", headers={"Origin": "https://so.example"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_written(self, client, conference, method):
        response = getattr(client, method)(f"{ROOT}events")
        assert response.status_code == 405
        assert response.json()["title"] == "Chỉ đọc, không ghi được"
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    def test_other_addresses_are_problems_too(self, client):
        response = client.get(f"{ROOT}khong/co")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"

    def test_what_nobody_foresaw_is_answered_in_json_and_reported(self, client, conference, monkeypatch):
        def break_down(*args, **options):
            raise RuntimeError("bí mật")

        client.raise_request_exception = False
        monkeypatch.setattr("conferences.api.rows.event", break_down)
        monkeypatch.setattr("conferences.api.rows.event_in_full", break_down)
        for path in ("events", f"events/{conference.slug}"):
            response = client.get(f"{ROOT}{path}")
            body = json.loads(response.content)
            assert (response.status_code, body["status"], body["instance"]) == (500, 500, f"{ROOT}{path}")
            assert response["Content-Type"] == "application/problem+json"
            assert "bí mật" not in response.content.decode()
        # Pages for people stay pages.
        monkeypatch.setattr("conferences.views.pages.readable_versions", break_down)
        page = client.get(conference.get_absolute_url())
        assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")


class TestLimit:
    @pytest.fixture(autouse=True)
    def _three(self, settings, time_machine):
        settings.API_PER_MINUTE = 3
        time_machine.move_to(dt.datetime(2026, 12, 1, 8, 0, 15, tzinfo=dt.UTC), tick=False)

    def codes(self, client, calls: int = 4, **extra) -> list[int]:
        return [client.get(ROOT, **extra).status_code for _ in range(calls)]

    def test_the_fourth_call_waits(self, client, time_machine):
        assert self.codes(client) == [200, 200, 200, 429]
        refused = client.get(ROOT)
        assert refused["Content-Type"] == "application/problem+json"
        assert (refused["Retry-After"], refused["RateLimit-Remaining"]) == ("45", "0")
        time_machine.shift(45)
        assert self.codes(client, 1) == [200]

    def test_by_address(self, client):
        self.codes(client)
        assert self.codes(client, 1, REMOTE_ADDR="203.0.113.9") == [200]

    def test_a_whole_network_is_one_caller_where_addresses_are_free(self, client):
        assert self.codes(client, 3, REMOTE_ADDR="2001:db8::1") == [200] * 3
        assert self.codes(client, 1, REMOTE_ADDR="2001:db8::2") == [429]
        assert self.codes(client, 1, REMOTE_ADDR="2001:db8:0:1::1") == [200]

    def test_what_a_client_writes_about_its_address_is_not_believed(self, client):
        self.codes(client)
        assert self.codes(client, 1, headers={"X-Forwarded-For": "203.0.113.9"}) == [429]

    def test_a_proxy_of_ours_is(self, client):
        with override_settings(TRUSTED_PROXIES=read_networks(["127.0.0.1"])):
            self.codes(client, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
            assert self.codes(client, 1, headers={"X-Forwarded-For": "8.8.8.8, 203.0.113.9"}) == [429]
            assert self.codes(client, 1, headers={"X-Forwarded-For": "203.0.113.9, 203.0.113.10"}) == [200]

    def test_it_holds_while_redis_is_away(self, client, settings):
        settings.CACHES = settings.CACHES | {
            "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
        }
        from django.core.cache import caches

        caches["process"].clear()
        assert self.codes(client) == [200, 200, 200, 429]

    def test_none_at_all(self, client, settings):
        settings.API_PER_MINUTE = 0
        assert self.codes(client, 9) == [200] * 9
        assert "RateLimit-Limit" not in client.get(ROOT)


def test_the_page_for_people(client, document):
    page = client.get(reverse("api-page")).content.decode()
    assert all(path in page for path in document["paths"])
    assert "updated_since" in page
    assert reverse("api-page") in client.get(reverse("site-map")).content.decode()
    assert reverse("api-page") in client.get("/sitemap-trang.xml").content.decode()
