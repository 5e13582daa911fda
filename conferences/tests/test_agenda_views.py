"""The agenda in pages and on paper: versions for readers, the draft for staff."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conferences.models import AgendaVersion, Conference
from hoinghi.tests.browser import problems, sign_in
from hoinghi.tests.cast import publish_agenda

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def words_of(pdf: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def published(conference):
    """Version 1 of two items; the draft has another hour and a third item."""
    conference.agenda.create(title="Khai mạc", lasts=15, presenter="{chair}", part="Phần I. Mở đầu")
    conference.agenda.create(title="Báo cáo", starts_after=15, lasts=30, place="Phòng 301")
    publish_agenda(conference)
    conference.agenda.filter(title="Báo cáo").update(starts_after=30)
    conference.agenda.create(title="Phát biểu bất ngờ", starts_after=90)
    return conference


def staff_page(conference) -> str:
    return reverse("agenda-draft", args=[conference.slug])


def test_readers_get_the_version_and_its_differences(client, published):
    page = text_of(client.get(published.get_absolute_url()))
    assert "Bản 1, cập nhật" in page
    assert "8h15" in page
    assert "Phần I. Mở đầu" in page
    assert "Phát biểu bất ngờ" not in page
    publish_agenda(published)
    page = text_of(client.get(published.get_absolute_url()))
    assert "Bản 2, cập nhật" in page
    assert "Khác bản 1: 2 thay đổi" in page
    assert "Phát biểu bất ngờ (mới)" in page


@pytest.mark.parametrize("name", ["conference", "agenda-pdf"])
def test_nobody_but_staff_reads_the_draft(client, published, binh, name):
    client.force_login(binh)
    response = client.get(reverse(name, args=[published.slug]))
    content = response.content if name == "conference" else words_of(response.content).encode()
    assert "Báo cáo".encode() in content
    assert "bất ngờ".encode() not in content


def test_staff_publish_with_a_reason(client, published, an):
    client.force_login(an)
    page = client.get(staff_page(published))
    assert "Phát biểu bất ngờ" in text_of(page)
    assert "Công bố bản 2" in text_of(page)
    done = client.post(
        staff_page(published), {"mark": page.context["mark"], "note": "Theo đề nghị của Sở"}, follow=True
    )
    assert "Đã công bố bản 2 của chương trình." in text_of(done)
    assert "không có gì khác" in text_of(done)
    assert AgendaVersion.objects.first().note == "Theo đề nghị của Sở"
    client.logout()
    assert "Theo đề nghị của Sở" in text_of(client.get(published.get_absolute_url()))


def test_what_a_colleague_has_edited_meanwhile_is_shown_first_and_the_reason_kept(client, published, an):
    client.force_login(an)
    mark = client.get(staff_page(published)).context["mark"]
    published.agenda.create(title="Thêm sau", starts_after=120)
    refused = client.post(staff_page(published), {"mark": mark, "note": "Lý do đã gõ"})
    assert refused.status_code == 409
    assert "đã được sửa sau khi" in text_of(refused)
    assert "Lý do đã gõ" in text_of(refused)
    assert "Thêm sau" in text_of(refused)
    assert AgendaVersion.objects.count() == 1


def test_a_reason_that_cannot_be_kept_is_explained_at_its_field(client, published, an):
    client.force_login(an)
    response = client.post(
        staff_page(published),
        {"mark": client.get(staff_page(published)).context["mark"], "note": "x" * 501},
    )
    assert response.status_code == 200
    assert response.context["form"].errors["note"]
    assert AgendaVersion.objects.count() == 1


def test_html_in_an_item_is_text(client, published):
    published.agenda.create(title="<script>alert(1)</script>", presenter="<b>B</b>", starts_after=100)
    publish_agenda(published)
    page = client.get(published.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    pdf = words_of(client.get(reverse("agenda-pdf", args=[published.slug])).content)
    assert "<script>alert(1)</" in pdf


def test_the_page_says_what_to_do_when_there_is_nothing(client, conference, an):
    client.force_login(an)
    page = text_of(client.get(staff_page(conference)))
    assert "Chương trình chưa có nội dung nào" in page
    assert "Nhập chương trình" in page


class TestPdf:
    def test_it_has_the_official_head_and_every_item(self, client, published):
        response = client.get(reverse("agenda-pdf", args=[published.slug]))
        assert response["Content-Type"] == "application/pdf"
        words = words_of(response.content)
        for part in (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "CHƯƠNG TRÌNH",
            "8h15 – 8h45",
            "Phần I. Mở đầu",
            "Bộ trưởng Bộ Công Thương",
            "Phòng 301",
        ):
            assert part in words

    def test_the_draft_says_so(self, client, published, an):
        client.force_login(an)
        words = words_of(client.get(reverse("agenda-draft-pdf", args=[published.slug])).content)
        assert "DỰ THẢO CHƯƠNG TRÌNH" in words
        assert "Phát biểu bất ngờ" in words

    def test_a_new_version_and_a_new_day_are_printed_at_once(self, client, published):
        url = reverse("agenda-pdf", args=[published.slug])
        client.get(url)
        publish_agenda(published)
        assert "Bản 2, cập nhật" in words_of(client.get(url).content)
        published.start_at = published.start_at.replace(hour=9)
        published.end_at = published.end_at.replace(hour=13)
        published.save()
        assert "9h30 – 10h00" in words_of(client.get(url).content)

    def test_signs_that_the_typeface_lacks_do_not_break_it(self, client, published):
        published.agenda.create(title="Khai mạc 🎉 \u202eABC", starts_after=100)
        publish_agenda(published)
        assert client.get(reverse("agenda-pdf", args=[published.slug])).status_code == 200

    def test_there_is_none_of_a_postponed_conference(self, client, published):
        Conference.objects.update(state="postponed")
        assert client.get(reverse("agenda-pdf", args=[published.slug])).status_code == 404


def test_the_staffs_page_costs_the_same_with_one_item_and_with_three(client, conference, an):
    client.force_login(an)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(staff_page(conference)).status_code == 200
        return len(seen)

    conference.agenda.create(title="Một", starts_after=0, presenter="{chair}")
    queries()  # the frame of the page is kept for a minute
    with_one = queries()
    for number in (2, 3):
        conference.agenda.create(title=f"Mục {number}", starts_after=number, presenter="{chair}")
    assert queries() == with_one


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_publishing_a_new_version_in_the_browser(page, live_server, client, published, an, complaints):
    """Staff press once; a reader on a phone sees version 2 and unfolds what has changed."""
    sign_in(page, live_server, client, an)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + staff_page(published))
        assert problems(page) == []
    page.get_by_label("Lý do thay đổi").fill("Bổ sung bài phát biểu")
    page.get_by_role("button", name="Công bố bản 2").click()
    page.get_by_text("Đã công bố bản 2 của").wait_for()
    page.context.clear_cookies()
    page.goto(live_server.url + published.get_absolute_url())
    page.get_by_text("Khác bản 1: 2 thay đổi").click()
    assert page.get_by_text("Bổ sung bài phát biểu").is_visible()
    assert problems(page) == []
    assert complaints == []
