"""The staff's pages of a conference in Chromium: accessible, fitting, nothing inline."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.followers import follow
from delegates import services
from delegates.tests.lists import full_list, person
from directory.models import RegionTile
from hoinghi.tests.browser import problems, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lively(world, nomination, other_nomination, binh, an):
    """Two provinces on the tile grid: one list sent twice, one nobody has opened; the curve has begun."""
    for column, province in enumerate((world.dak_lak, world.ca_mau), start=1):
        RegionTile.objects.create(
            layout="thu", unit=province.unit, region=f"Vùng {column}", region_position=column, row=1, column=1
        )
    now = timezone.now()
    services.submit(nomination=nomination, rows=full_list(), version=0, actor=binh, at=now)
    rows = [*full_list()[:3], person("chu-dau-tu", "Công ty CP Hạ tầng B")]
    services.submit(nomination=nomination, rows=rows, version=1, actor=binh, at=now)
    conference = nomination.conference
    conference.announced_at = now - dt.timedelta(days=3)
    conference.save()
    follow(conference=conference, actor=an, at=timezone.now())
    return conference


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages(width, lively, nomination, other_nomination, live_server, page, complaints, client, an):
    sign_in(page, live_server, client, an)
    page.set_viewport_size({"width": width, "height": 900})
    for path in (
        reverse("cockpit", args=[lively.slug]),
        reverse("cockpit", args=[lively.slug]) + "?tim=khong-co",
        reverse("publish", args=[lively.slug]),
        reverse("invite", args=[lively.slug]),
        reverse("nomination-review", args=[lively.slug, nomination.pk]),
        reverse("nomination-review", args=[lively.slug, other_nomination.pk]),
        reverse("reminders", args=[lively.slug]),
        reverse("remind-now", args=[lively.slug, "focal_points"]),
        reverse("remind-now", args=[lively.slug, "delegates"]),
    ):
        page.goto(live_server.url + path)
        assert problems(page) == [], path
        assert page.locator("h1").count() == 1
    assert complaints == []


@pytest.mark.parametrize(
    ("width", "first"), [(1280, "Theo vùng"), (390, "Chưa gửi danh sách: 1 tỉnh, thành phố")]
)
def test_a_phone_shows_first_who_has_not_answered(width, first, lively, live_server, page, client, an):
    sign_in(page, live_server, client, an)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + reverse("cockpit", args=[lively.slug]))
    assert page.locator("main h2:visible").first.inner_text() == first


def test_everything_works_without_scripts(lively, nomination, live_server, browser, client, an):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + reverse("cockpit", args=[lively.slug]))
    page.get_by_label("Tỉnh, thành phố", exact=True).fill("dak lak")
    page.get_by_role("button", name="Lọc").click()
    page.locator("table.matrix").get_by_role("link", name="Đắk Lắk").click()
    page.get_by_role("button", name="Tiếp nhận danh sách").click()
    nomination.refresh_from_db()
    assert nomination.state == "accepted"
    context.close()
