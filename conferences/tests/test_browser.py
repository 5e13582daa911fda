"""Public pages and the staff's desk in Chromium: accessible, fitting, light, nothing inline."""

import pytest
from django.urls import reverse

from conferences.models import Conference, Material
from conferences.services import add_material_version
from conferences.tests.files import pdf
from hoinghi.tests.browser import problems, sign_in, sizes_of
from hoinghi.tests.cast import make_conference, publish_agenda

WIDTHS = [1280, 390]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def full(world, conference, an):
    """A conference with everything that its page can show, beside a plan and a draft."""
    conference.agenda.create(starts_after=10, lasts=15, title="Phát biểu khai mạc", presenter="{chair}")
    conference.agenda.create(starts_after=120, title="Nghỉ giữa giờ", is_break=True)
    publish_agenda(conference)
    conference.notes.create(text="Đề nghị chọn {quota:ubnd-xa} {group:ubnd-xa}", items="Gửi {deadline}")
    for kind in Material.Kind:
        material = Material.objects.create(
            conference=conference,
            kind=kind,
            title="Báo cáo đánh giá hệ thống chính sách",
            visibility="public",
        )
        add_material_version(material=material, upload=pdf(), actor=an)
    make_conference(world, slug="du-kien", title="Hội nghị dự kiến", state=Conference.State.PLANNED)
    make_conference(
        world, slug="nhap", title="Hội nghị nháp", state=Conference.State.DRAFT, announced_at=None
    )
    return conference


@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages(width, full, live_server, page, complaints):
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/", "/?q=khong-co", full.get_absolute_url(), "/hoi-nghi/du-kien/"):
        page.goto(live_server.url + path)
        assert problems(page) == [], path
        assert page.locator("h1").count() == 1
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_draft_that_staff_see(width, full, live_server, page, complaints, client, an):
    sign_in(page, live_server, client, an)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + "/hoi-nghi/nhap/")
    assert problems(page) == []
    assert complaints == []


@pytest.mark.parametrize("name", ["home", "conference"])
def test_public_pages_are_light(full, live_server, page, name):
    path = "/" if name == "home" else full.get_absolute_url()
    sizes = sizes_of(page, live_server.url + path)
    assert len(sizes) <= 6, sizes
    assert 40_000 < sum(sizes.values()) <= 60_000, sizes


def test_the_event_is_read_without_javascript(full, live_server, browser):
    """Notice, agenda and papers stand there, nothing asks for a script, and a paper comes when it is clicked."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    kinds = []
    page.on("request", lambda request: kinds.append(request.resource_type))
    page.goto(live_server.url + full.get_absolute_url())
    for text in (full.title, "Phát biểu khai mạc", "Báo cáo đánh giá hệ thống chính sách"):
        assert page.get_by_text(text).first.is_visible(), text
    assert "script" not in kinds
    with page.expect_download() as download:
        page.locator(".files a").first.click()
    assert download.value.suggested_filename == "Chương trình.pdf"
    context.close()


def test_the_notice_links_to_what_is_on_the_page(full, live_server, page):
    page.goto(live_server.url + full.get_absolute_url())
    anchors = page.eval_on_selector_all(
        'a[href^="#"]', "links => links.map(link => link.getAttribute('href'))"
    )
    assert all(page.locator(anchor).count() == 1 for anchor in anchors if anchor != "#")


def test_the_desk_runs_under_the_content_security_policy(full, live_server, page, complaints, client, an):
    sign_in(page, live_server, client, an)
    for path in (
        reverse("admin:conferences_conference_changelist"),
        reverse("admin:conferences_conference_add"),
        f"{reverse('admin:conferences_conference_add')}?from={full.pk}",
        reverse("admin:conferences_conference_change", args=[full.pk]),
    ):
        page.goto(live_server.url + path, wait_until="networkidle")
        assert page.locator("h1").count() >= 1
    assert complaints == []


def test_rows_are_added_and_chosen_in_the_browser(full, world, live_server, page, complaints, client, an):
    """Django's own scripts work where the rows stand between the fields."""
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + reverse("admin:conferences_conference_change", args=[full.pk]))
    page.locator("#contacts-group .add-row a").click()
    page.fill("#id_contacts-1-full_name", "Trần Thị Hai")
    page.fill("#id_contacts-1-phones", "0912345678")
    page.locator("#places-group .add-row a").click()
    page.select_option("#id_places-2-role", "central")
    page.fill("#id_places-2-label", "Tại Cục")
    page.fill("#id_places-2-room_name", "Phòng họp 301")
    page.locator("#places-2 .field-host .select2-selection").click()
    page.locator(".select2-search__field").last.fill("cuc doi moi")
    page.locator(".select2-results__option", has_text="Cục Đổi mới sáng tạo").click()
    page.locator("input[name=_save]").click()
    page.wait_for_url("**/conference/")
    assert full.contacts.get(position=1, full_name="Trần Thị Hai").phones == "0912345678"
    assert full.places.get(label="Tại Cục").host_name == world.unit.name
    assert complaints == []
