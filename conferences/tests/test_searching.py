"""Searching: without diacritics, the best first, and nobody sees a word of what he or she may not read."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences import audiences, indexing
from conferences.indexing import index_changes
from conferences.models import Article, Conclusion, Conference, ExtractedText, Findable, Material
from conferences.searching import answers_of, search
from conferences.services import add_material_version
from conferences.tests.files import pdf
from hoinghi.tests.browser import problems
from hoinghi.tests.cast import make_conference, publish_agenda
from hoinghi.text import find_letters, format_date

pytestmark = pytest.mark.django_db

SECRET = "Kịch bản xử lý khủng hoảng truyền thông"


@pytest.fixture
def invited(monkeypatch, binh, conference):
    """binh's province is invited, as the app above says."""
    monkeypatch.setattr(audiences, "_invited_checks", [lambda viewer, found: viewer == binh])
    scope = lambda viewer: Conference.objects.values("pk") if viewer == binh else None  # noqa: E731
    monkeypatch.setattr(audiences, "_invited_scopes", [scope])
    return binh


def paper(conference, title, text, actor, **values) -> Material:
    """A material whose file says ``text``, as the reader has read it."""
    material = Material.objects.create(
        conference=conference, title=title, **({"visibility": "public"} | values)
    )
    version = add_material_version(material=material, upload=pdf(f"{title}.pdf"), actor=actor)
    ExtractedText.objects.create(version=version, state="read", text=text)
    return material


def titles(query: str, viewer=None, **options) -> list[str]:
    found = search(query, viewer=viewer or AnonymousUser(), at=timezone.now(), **options)
    return [answer.row.title for answer in answers_of(found.ids, found.words)]


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def page(client, query: str, **more):
    return client.get(reverse("search"), {"q": query} | more)


class TestFinding:
    @pytest.mark.parametrize(
        "query", ["hoi nghi cum cong nghiep", "CỤM CÔNG NGHIỆP", "nghiep cong cum", "cum cong ngh", "quản lý"]
    )
    def test_words_in_any_order_with_or_without_diacritics(self, conference, query):
        index_changes()
        assert titles(query) == [conference.title]

    @pytest.mark.parametrize("query", ["cum cong nghiep khong co", "ngh cum", "%", "' OR 1=1 --", "a & !b"])
    def test_what_is_not_there_is_not_found(self, conference, query):
        index_changes()
        assert titles(query) == []

    def test_what_stands_on_the_page_is_found(self, conference):
        conference.agenda.create(title="Tham luận về khuyến công xanh")
        publish_agenda(conference)
        conference.agenda.create(title="Chưa công bố gì cả", starts_after=60)
        conference.save()
        index_changes()
        assert titles("khuyen cong xanh") == [conference.title]
        assert titles("54 Hai Ba Trung") == [conference.title]
        assert titles("chua cong bo gi ca") == []

    def test_words_inside_files_articles_and_conclusions(self, conference, an):
        paper(conference, "Báo cáo", "Tình hình xử lý nước thải tại các cụm", an)
        Article.objects.create(
            slug="tin",
            title="Tin hội nghị",
            printed_title="Tin hội nghị",
            printed_text="Đoàn khảo sát nhà máy đường",
            published_at=timezone.now() - dt.timedelta(hours=1),
        )
        conclusion = Conclusion.objects.create(
            conference=conference, state="published", published_at=timezone.now(), opening="Ghi nhận"
        )
        conclusion.items.create(text="Giao rà soát quy hoạch điện mặt trời")
        index_changes()
        assert titles("nuoc thai") == ["Báo cáo"]
        assert titles("dien mat troi") == [f"Kết luận: {conference.title}"]
        if Findable.objects.filter(kind="article").exists():  # its page may not be there yet
            assert titles("nha may duong") == ["Tin hội nghị"]

    def test_a_kind_alone(self, conference, an):
        paper(conference, "Báo cáo cụm công nghiệp", "", an)
        index_changes()
        assert titles("cum cong nghiep", kind="material") == ["Báo cáo cụm công nghiệp"]
        assert titles("cum cong nghiep", kind="event") == [conference.title]

    def test_title_before_text_and_new_before_old(self, world, conference, an):
        old = make_conference(
            world,
            slug="cu",
            title="Tổng kết điện gió",
            start_at=conference.start_at - dt.timedelta(days=900),
            end_at=conference.end_at - dt.timedelta(days=900),
            nomination_deadline=None,
        )
        make_conference(world, slug="khac", title="Tổng kết điện gió lần hai", nomination_deadline=None)
        Conference.objects.filter(pk=conference.pk).update(
            purpose="trao đổi về điện gió", updated_at=timezone.now()
        )
        index_changes()
        assert titles("dien gio") == ["Tổng kết điện gió lần hai", old.title, conference.title]

    def test_a_wrong_letter_is_answered_with_what_may_be_meant(self, client, conference):
        index_changes()
        shown = text_of(page(client, "cum cong nghiepp"))
        assert "Có phải muốn tìm" in shown
        assert conference.get_absolute_url() in shown

    def test_common_words_rank_only_so_many(self, conference, monkeypatch, world):
        monkeypatch.setattr("conferences.searching.CANDIDATES", 3)
        for number in range(5):
            make_conference(world, slug=f"h{number}", title=f"Hội nghị {number}", nomination_deadline=None)
        index_changes()
        found = search("hoi nghi", viewer=AnonymousUser(), at=timezone.now())
        assert found.is_capped
        assert 3 <= len(found.ids) <= 6


class TestRights:
    """One paper of each kind, each with a word of its own."""

    @pytest.fixture
    def papers(self, conference, an):
        paper(conference, "Công khai", "từ khóa congkhai ai cũng đọc", an)
        paper(conference, "Đơn vị được mời", "từ khóa duocmoi cho người được mời", an, visibility="invited")
        paper(conference, "Nội bộ", f"từ khóa noibo {SECRET}", an, visibility="internal")
        later = timezone.now() + dt.timedelta(days=1)
        paper(conference, "Chưa mở", "từ khóa chuamo", an, opens_at=later)
        index_changes()

    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            (None, {"Công khai"}),
            ("cuc", {"Công khai"}),
            ("invited", {"Công khai", "Đơn vị được mời"}),
            ("an", {"Công khai", "Đơn vị được mời", "Nội bộ", "Chưa mở"}),
        ],
    )
    def test_everybody_finds_what_they_may_read(self, client, papers, invited, who, expected, request):
        if who:
            client.force_login(request.getfixturevalue(who))
        shown = text_of(page(client, "tu khoa"))
        assert {
            name for name in ("Công khai", "Đơn vị được mời", "Nội bộ", "Chưa mở") if f">{name}<" in shown
        } == expected
        assert ("khủng hoảng" in shown) == (who == "an")

    def test_closing_a_paper_hides_it_before_the_index_knows(self, client, papers, conference):
        assert titles("congkhai") == ["Công khai"]
        Material.objects.filter(title="Công khai").update(visibility="internal")
        assert titles("congkhai") == []
        Material.objects.filter(title="Công khai").update(
            visibility="public", closes_at=timezone.now() - dt.timedelta(minutes=1)
        )
        assert titles("congkhai") == []

    def test_drafts_are_found_by_staff_only(self, world, an):
        draft = make_conference(world, slug="n", title="Bản thảo kín", state="draft", announced_at=None)
        paper(draft, "Tài liệu kín", "công khai sau", an)
        index_changes()
        assert titles("kin") == []
        assert set(titles("kin", an)) == {"Bản thảo kín", "Tài liệu kín"}

    def test_articles_and_conclusions_that_are_not_out_yet(self, conference, an):
        Conclusion.objects.create(conference=conference, opening="Kết luận chưa ký")
        index_changes()
        assert titles("chua ky") == []
        assert titles("chua ky", an) == [f"Kết luận: {conference.title}"]

    def test_a_postponed_conference_gives_nothing_new_away(self, conference):
        conference.state = "postponed"
        conference.save()
        conference.places.update(room_name="Hội trường Bí Mật")
        conference.save()
        index_changes()
        assert titles("hoi truong bi mat") == []
        assert titles("cum cong nghiep") == [conference.title]


class TestIndex:
    def test_the_sweep_takes_up_what_changed_and_only_that(self, conference, world):
        make_conference(world, slug="hai", title="Hội thảo khác", nomination_deadline=None)
        assert index_changes() == 2
        assert index_changes() == 0
        conference.title = "Tên mới hẳn"
        conference.save()
        assert index_changes() == 1
        assert titles("ten moi han") == ["Tên mới hẳn"]

    def test_rows_that_say_the_same_are_not_written_again(self, conference):
        index_changes()
        conference.save()
        with CaptureQueriesContext(connection) as queries:
            index_changes()
        assert not [each for each in queries if '"folded_body" =' in each["sql"]]

    def test_html_and_odd_letters_are_kept_as_text(self, client, conference):
        conference.title = "<script>alert(1)</script> \u202e ngược"
        conference.save()
        index_changes()
        shown = page(client, "alert").content.decode()
        assert "<script>alert" not in shown
        assert "&lt;script&gt;<mark>alert</mark>" in shown

    def test_a_text_of_any_length_fits(self, conference, an):
        words = " ".join(f"tu{number}" for number in range(60_000))
        paper(conference, "Dài", words, an)
        index_changes()
        row = Findable.objects.get(kind="material")
        assert len(row.body) <= indexing.MAX_LETTERS
        assert row.folded_body == find_letters(row.body)
        assert titles("tu9999") == ["Dài"]

    def test_rebuilding_reads_everything_anew(self, conference):
        index_changes()
        Findable.objects.update(folded_title="hỏng", title="hỏng")
        assert indexing.rebuild() == 1
        assert titles("cum cong nghiep") == [conference.title]


class TestPage:
    def test_the_snippet_shows_the_words_as_they_were_written(self, client, conference, an):
        paper(
            conference, "Báo cáo", "Mở đầu. " * 50 + "Tại Đắk Lắk, Nước thải được xử lý." + " Kết." * 50, an
        )
        index_changes()
        shown = text_of(page(client, "nuoc thai"))
        assert "<mark>Nước thải</mark>" in shown
        assert "1 kết quả" in shown

    def test_two_of_one_name_are_told_apart_by_day_and_place(self, client, conference):
        index_changes()
        shown = text_of(page(client, "cum cong nghiep"))
        where = "Phòng họp 210 nhà B, số 54 Hai Bà Trưng, Hà Nội"
        assert f"Hội nghị, {format_date(conference.start_at)}, {where}</p>" in shown

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("Nước thải\nKhí thải", "<mark>Nước thải</mark> · Khí thải"),
            ("Nước thải.\nKhí thải", "<mark>Nước thải</mark>. Khí thải"),
            ("Nước thải:\n- Khí thải", "<mark>Nước thải</mark>: - Khí thải"),
            ("Nước thải\n- Khí thải", "<mark>Nước thải</mark> - Khí thải"),
        ],
    )
    def test_lines_of_a_text_do_not_run_together(self, client, conference, written, read):
        index_changes()
        Findable.objects.update(body=written, folded_body=find_letters(written))
        assert read in text_of(page(client, "nuoc thai"))

    def test_a_date_lists_the_day(self, client, conference):
        day = timezone.localtime(conference.start_at)
        assert "1 hội nghị ngày" in text_of(page(client, f"{day:%d/%m/%Y}"))
        assert "Không có hội nghị nào vào ngày này" in text_of(page(client, "01/01/2001"))

    @pytest.mark.parametrize(
        "query",
        [
            {"q": "%_\\"},
            {"q": "a " * 300},
            {"q": "x" * 5000},
            {"q": "31/2/2026"},
            {"q": "<b>"},
            {"q": "cum", "trang": "9" * 40},
            {"q": "cum", "trang": "-1"},
            {"q": "cum", "loai": "x"},
            {},
            {"q": "'; DROP TABLE x; --"},
            {"q": ":* & | !"},
            {"q": "\u202e\u200b"},
            {"q": "𝔘𝔫𝔦"},
        ],
    )
    def test_odd_queries_are_answered(self, client, conference, query):
        index_changes()
        assert client.get(reverse("search"), query).status_code == 200

    def test_pages_of_ten(self, client, world):
        for number in range(12):
            make_conference(
                world, slug=f"h{number}", title=f"Hội thảo điện {number}", nomination_deadline=None
            )
        index_changes()
        assert text_of(page(client, "hoi thao dien")).count("<li><p") == 10
        assert text_of(page(client, "hoi thao dien", trang=2)).count("<li><p") == 2

    def test_the_old_address_leads_here(self, client):
        assert client.get("/", {"q": "cụm"})["Location"] == "/tim-kiem/?q=c%E1%BB%A5m"

    def test_it_costs_the_same_for_one_answer_and_for_three(self, client, world):
        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                page(client, "hoi thao")
            return len(seen)

        make_conference(world, slug="h1", title="Hội thảo một", nomination_deadline=None)
        index_changes()
        queries()
        with_one = queries()
        for number in (2, 3):
            make_conference(world, slug=f"h{number}", title=f"Hội thảo {number}", nomination_deadline=None)
        index_changes()
        assert queries() == with_one <= 4

    @pytest.mark.browser
    @pytest.mark.django_db(transaction=True)
    def test_searching_from_the_home_page(self, page, live_server, conference, complaints):
        index_changes()
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(live_server.url)
        page.get_by_role("searchbox").fill("hoi nghi cum cong nghiep")
        page.get_by_role("button", name="Tìm").click()
        page.get_by_role("heading", name="1 kết quả").wait_for()
        assert problems(page) == []
        page.get_by_role("link", name=conference.title).click()
        page.get_by_role("heading", level=1, name=conference.title).wait_for()
        assert complaints == []
