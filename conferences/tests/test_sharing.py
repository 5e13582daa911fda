"""Finished pages that visitors share: the same for all of them, nobody's own, and never behind what is published."""

import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Article, Conclusion, Conference, Material
from conferences.services import add_material_version
from conferences.tests.files import pdf
from hoinghi import sharing
from hoinghi.sharing import LATEST, OLDEST, STAMP, TRUSTED, Page, Parts, SharingMiddleware, Shelf
from hoinghi.tests.cast import publish_agenda
from hoinghi.tests.waiting import Clock, wait_until


@pytest.fixture
def clock(settings, monkeypatch, db):
    """The shelf is in use, and its clock stands until it is moved."""
    settings.SHARED_PAGES_MB = 16
    clock = Clock()
    monkeypatch.setattr(SharingMiddleware, "clock", staticmethod(clock))
    return clock


def queries_of(client, url: str, **headers) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, headers=headers).status_code in (200, 304)
    return len(queries)


def text_of(client, url: str, **headers) -> str:
    return client.get(url, headers=headers).content.decode()


class TestAPageIsMadeOnce:
    @pytest.mark.parametrize("name", ["home", "conference", "materials", "archive", "news", "feed", "search"])
    def test_whoever_comes_next_costs_nothing(self, client, conference, clock, name):
        url = reverse(name, args=[conference.slug] if name in ("conference", "materials") else [])
        first = client.get(url)
        assert queries_of(client, url) == 0
        assert client.get(url).content == first.content

    def test_later_one_query_tells_that_nothing_has_changed(self, client, conference, clock):
        url = conference.get_absolute_url()

        def nothing_has_changed():
            client.get(url)
            clock.now += TRUSTED
            return queries_of(client, url) == 1

        # A transaction in any database of the server is a change, and other tests have theirs beside this one.
        wait_until(nothing_has_changed, seconds=10)
        assert queries_of(client, url) == 0

    def test_a_page_grows_old_by_the_clock_too(self, client, conference, clock):
        client.get(conference.get_absolute_url())
        clock.now += OLDEST
        assert queries_of(client, conference.get_absolute_url()) > 1

    def test_while_one_looks_the_others_are_not_kept_waiting(self, client, conference, clock, monkeypatch):
        url = conference.get_absolute_url()
        client.get(url)
        clock.now += TRUSTED
        seen = []

        def look():
            seen.append(queries_of(client, url))
            return "something has changed"

        monkeypatch.setattr(sharing, "_stamp", look)
        client.get(url)
        assert seen[0] == 0

    def test_the_answer_is_the_stranger_s_own_answer(self, client, conference, clock, settings):
        url = conference.get_absolute_url()
        client.get(url)
        shared = client.get(url)
        settings.SHARED_PAGES_MB = 0
        alone = Client().get(url)
        assert shared.content == alone.content
        own = {"Content-Length", "Content-Encoding"}
        assert {name: shared[name] for name in alone.headers if name not in own} == {
            name: alone[name] for name in alone.headers if name not in own
        }
        assert "default-src 'self'" in shared["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
class TestAChangeIsSeen:
    """Each within a second, on the page that shows it, by whoever has just been given the old one.

    What is asked is whether anything was committed, so nothing here may run in a transaction that is taken back.
    """

    def seen(self, client, clock, url: str, change, text: str) -> None:
        assert text not in text_of(client, url)
        change()
        assert text not in text_of(client, url), "the control: a page is kept at all"
        clock.now += LATEST
        assert text in text_of(client, url)

    def test_of_a_conference(self, client, clock, conference):
        def change():
            Conference.objects.filter(pk=conference.pk).update(title="Tên đã đổi")

        self.seen(client, clock, conference.get_absolute_url(), change, "Tên đã đổi")
        assert "Tên đã đổi" in text_of(client, "/")

    def test_of_an_article_on_the_home_page(self, client, clock, conference):
        def change():
            Article.objects.create(
                slug="tin", title="Tin vừa đăng", printed_title="Tin vừa đăng", published_at=timezone.now()
            )

        self.seen(client, clock, "/", change, "Tin vừa đăng")

    def test_of_the_agenda(self, client, clock, conference):
        def change():
            conference.agenda.create(starts_after=10, title="Tham luận của Cà Mau")
            publish_agenda(conference)

        self.seen(client, clock, conference.get_absolute_url(), change, "Tham luận của Cà Mau")

    def test_of_a_paper(self, client, clock, conference, an):
        paper = Material.objects.create(conference=conference, title="Báo cáo mới", visibility="public")

        def change():
            add_material_version(material=paper, upload=pdf(), actor=an)

        self.seen(client, clock, reverse("materials", args=[conference.slug]), change, "Báo cáo mới")

    def test_of_a_conclusion(self, client, clock, conference):
        Conference.objects.filter(pk=conference.pk).update(state=Conference.State.CONCLUDED)
        made = Conclusion.objects.create(conference=conference, opening="Bộ trưởng kết luận như sau")

        def change():
            Conclusion.objects.filter(pk=made.pk).update(
                state=Conclusion.State.PUBLISHED, published_at=timezone.now()
            )

        self.seen(client, clock, conference.get_absolute_url(), change, "Bộ trưởng kết luận như sau")

    def test_what_is_taken_back_is_gone(self, client, clock, conference):
        url = conference.get_absolute_url()
        client.get(url)
        Conference.objects.filter(pk=conference.pk).update(state=Conference.State.DRAFT)
        clock.now += LATEST
        assert client.get(url).status_code == 404
        assert conference.title not in text_of(client, "/")

    def test_by_another_process(self, clock, conference):
        """Each client here has a shelf of its own, as each process has."""
        one, other = Client(), Client()
        url = conference.get_absolute_url()
        for client in (one, other):
            client.get(url)
        Conference.objects.filter(pk=conference.pk).update(title="Tên đã đổi")
        clock.now += LATEST
        for client in (one, other):
            assert "Tên đã đổi" in text_of(client, url)


class TestNobodysOwn:
    def test_an_account_is_never_given_a_shared_page(self, client, clock, conference, an):
        url = conference.get_absolute_url()
        client.get(url)
        client.force_login(an)
        assert "Đăng xuất" in text_of(client, url)

    def test_an_account_never_leaves_its_page(self, client, clock, conference, an):
        url = conference.get_absolute_url()
        client.force_login(an)
        client.get(url)
        client.cookies.clear()
        page = text_of(client, url)
        assert "Đăng xuất" not in page
        assert "Sửa trong phần quản trị" not in page

    def test_a_cookie_of_another_house_gets_the_page_but_leaves_none(self, client, clock, conference):
        url = conference.get_absolute_url()
        client.cookies["thong_ke"] = "1"
        client.get(url)
        assert queries_of(client, url) > 0
        client.cookies.clear()
        client.get(url)
        client.cookies["thong_ke"] = "1"
        assert queries_of(client, url) == 0

    def test_a_message_that_waits_is_not_lost(self, client, clock, conference):
        client.get("/")
        client.cookies["messages"] = "x"
        assert queries_of(client, "/") > 0

    def test_a_page_that_sets_a_cookie_is_made_each_time(self, client, clock, conference, monkeypatch):
        def with_cookie(self, request, answer=SharingMiddleware.__call__):
            inner = self.get_response

            def get_response(request):
                response = inner(request)
                response.set_cookie("a", "b")
                return response

            self.get_response = get_response
            try:
                return answer(self, request)
            finally:
                self.get_response = inner

        monkeypatch.setattr(SharingMiddleware, "__call__", with_cookie)
        client.get("/")
        client.cookies.clear()
        assert queries_of(client, "/") > 0

    @pytest.mark.parametrize("header", ["authorization", "hx-request"])
    def test_headers_that_change_the_answer(self, client, clock, conference, header):
        client.get("/")
        assert queries_of(client, "/", **{header: "true"}) > 0


class TestTheAddress:
    def test_every_host_scheme_and_query_is_another_page(self, client, clock, conference, settings):
        settings.ALLOWED_HOSTS = ["testserver", "khac.example"]
        client.get("/tin-tuc/")
        for url, options in (
            ("/tin-tuc/", {"headers": {"host": "khac.example"}}),
            ("/tin-tuc/", {"secure": True}),
            ("/tin-tuc/?trang=1", {}),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url, **options).status_code == 200
            assert len(queries) > 1, (url, options)

    def test_a_host_that_is_not_ours_is_refused_and_leaves_nothing(self, client, clock, conference):
        client.get("/")
        for _ in range(2):
            assert client.get("/", headers={"host": "xau.example"}).status_code == 400
        assert "xau.example" not in text_of(client, "/")
        assert "xau.example" not in text_of(client, "/", **{"x-forwarded-host": "xau.example"})

    def test_a_query_that_the_page_does_not_know_is_not_kept(self, client, clock, conference):
        for _ in range(2):
            assert queries_of(client, "/?xau=1") > 1
        assert queries_of(client, "/hoi-nghi/?trang=1&nam=2026") > 1
        assert queries_of(client, "/hoi-nghi/?trang=1&nam=2026") == 0

    def test_what_is_not_there_is_not_kept(self, client, clock, conference):
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/hoi-nghi/khong-co/").status_code == 404
            assert len(queries) > 1


class TestWhatIsSent:
    @pytest.mark.parametrize(
        ("accepted", "is_packed"),
        [
            ("gzip, deflate, br", True),
            ("br;q=1.0, gzip;q=0.8", True),
            ("identity", False),
            ("", False),
            ("gzip;q=0, br", False),
        ],
    )
    def test_each_browser_gets_what_it_takes(self, client, clock, conference, accepted, is_packed):
        plain = client.get("/").content
        for _ in range(2):
            answer = client.get("/", headers={"accept-encoding": accepted})
            assert ("Content-Encoding" in answer) is is_packed
            assert (gzip.decompress(answer.content) if is_packed else answer.content) == plain
            assert int(answer["Content-Length"]) == len(answer.content)
            assert "Accept-Encoding" in answer["Vary"]

    def test_a_browser_that_has_it_is_answered_in_short(self, client, clock, conference):
        first = client.get("/")
        assert first["Cache-Control"] == "no-cache"
        for header in (first["ETag"], f'"x", {first["ETag"]}', "*"):
            again = client.get("/", headers={"if-none-match": header})
            assert (again.status_code, again.content) == (304, b"")
            assert again["ETag"] == first["ETag"]
        assert client.get("/", headers={"if-none-match": 'W/"x"'}).status_code == 200

    def test_head_tells_the_same_without_a_body(self, client, clock, conference):
        whole = client.get("/")
        head = client.head("/")
        assert (head.status_code, head.content) == (200, b"")
        assert (head["Content-Length"], head["ETag"]) == (str(len(whole.content)), whole["ETag"])

    def test_pages_are_read_while_the_broker_is_away(self, client, clock, conference, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        settings.CACHES = settings.CACHES | {
            "default": settings.CACHES["default"] | {"LOCATION": settings.REDIS_URL}
        }
        for path in ("/", conference.get_absolute_url(), "/hoi-nghi/", "/tim-kiem/?q=hoi"):
            assert client.get(path).status_code == 200


class TestShelf:
    """Its bounds, without pages."""

    def page(self, size: int) -> Page:
        return Page({}, b"x" * size, b"")

    def test_it_never_holds_more_than_its_room(self):
        shelf = Shelf(100_000)
        for number in range(1000):
            shelf.keep(("k", number), self.page(7000), "1", 0)
            assert shelf.size <= 100_000
        assert len(shelf) == 10
        assert shelf.take(("k", 999), 0) is not None
        assert shelf.take(("k", 0), 0) is None

    def test_what_is_asked_for_stays(self):
        shelf = Shelf(100_000)
        for number in range(1000):
            shelf.keep(("k", number), self.page(7000), "1", 0)
            assert shelf.take(("k", 0), 0) is not None

    def test_a_page_larger_than_the_room_is_not_kept(self):
        shelf = Shelf(5000)
        shelf.keep(("k",), self.page(5000), "1", 0)
        assert len(shelf) == 0

    def test_a_slow_one_does_not_replace_a_newer_page(self):
        shelf = Shelf(100_000)
        newer = self.page(2)
        shelf.keep(("k",), newer, "2", 5.0)
        shelf.keep(("k",), self.page(1), "1", 4.0)
        assert shelf.take(("k",), 5.0) is newer


class TestPartsOfPages:
    @pytest.fixture
    def parts(self, settings):
        settings.SHARED_PAGES_MB = 16
        return Parts(most=2)

    def test_a_part_is_made_again_when_the_database_has_moved_on(self, parts):
        made = iter(range(9))
        assert [parts.get("a", stamp, lambda: next(made)) for stamp in ("1", "1", "2", "2", "1")] == [
            0,
            0,
            1,
            1,
            2,
        ]

    def test_it_grows_old_by_the_clock_too(self, parts, monkeypatch):
        clock = Clock()
        monkeypatch.setattr(sharing.time, "monotonic", clock)
        assert parts.get("a", "1", lambda: "first") == "first"
        clock.now += OLDEST + 1
        assert parts.get("a", "1", lambda: "second") == "second"

    def test_what_was_not_made_for_longest_makes_room(self, parts):
        for key in "abc":
            parts.get(key, "1", lambda: "old")
        assert [parts.get(key, "1", lambda: "new") for key in "cba"] == ["old", "old", "new"]


@pytest.mark.django_db(transaction=True)
def test_the_stamp_moves_with_every_commit_and_stands_still_between_them(conference):
    def stamp():
        return Conference.objects.annotate(stamp=STAMP).values_list("stamp", flat=True)[0]

    # Transactions are numbered for the whole server: another database's commit (tests that run beside this one)
    # moves the stamp too, so it may differ between two readings, but not between every two.
    assert any(stamp() == stamp() for _ in range(50))
    before = stamp()
    Conference.objects.update(title="Tên khác")
    assert stamp() != before
