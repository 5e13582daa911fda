"""An officer prepares a room on a telephone in Chromium, with and without scripts; staff look at their pages."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from hoinghi.tests.browser import problems, sign_in
from venues import services
from venues.models import Booking
from venues.tests.rooms import PASSED, make_item, make_round, picture, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def waiting(booking, an):
    """Two points to tick, one with a photo; the line has passed."""
    make_item(booking.conference, "Micro rõ")
    make_item(booking.conference, "Camera thấy rõ", needs_photo=True, position=2)
    record(make_round(booking.conference, [booking], an), booking, PASSED, an)
    return booking


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_officer_prepares_a_room_on_a_phone(
    scripts, browser, browser_context_args, live_server, waiting, giang
):
    context = browser.new_context(**browser_context_args, viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url + reverse("officer-page", args=[giang.token]))
    if scripts:
        assert problems(page) == []

    page.get_by_role("button", name=re.compile("Đã xong.*Micro rõ")).click()
    expect(page.locator(".ready__state")).to_contain_text("Đã xong 1/2")
    page.get_by_role("button", name=re.compile("Đã xong.*Camera")).click()
    expect(page.locator(".error-summary")).to_contain_text("Mục này cần ảnh")
    upload = picture("camera.jpg", size=(640, 480))
    chosen = {"name": upload.name, "mimeType": "image/jpeg", "buffer": upload.read()}
    page.locator("input[type=file]:visible").set_input_files(chosen)
    page.get_by_role("button", name=re.compile("Đã xong.*Camera")).click()
    expect(page.locator(".ready__state")).to_contain_text("Đã xong 2/2")
    proof = page.get_by_alt_text("Ảnh xác nhận: Camera thấy rõ")
    expect(proof).to_be_visible()
    if scripts:
        page.wait_for_function("image => image.naturalWidth === 640", arg=proof.element_handle())
        assert problems(page) == []

    page.get_by_role("button", name="Báo sẵn sàng").click()
    expect(page.locator(".ready__state")).to_contain_text("Sẵn sàng")
    assert Booking.objects.get(pk=waiting.pk).state == Booking.State.READY

    page.get_by_role("link", name=re.compile("^Bàn giao")).click()
    page.get_by_label("Họ và tên").fill("Lý Thị Hoa")
    page.get_by_label("Điện thoại").fill("0912345678")
    page.get_by_label("Email").fill("hoa@daklak.example")
    if scripts:
        assert problems(page) == []
    page.get_by_role("button", name="Bàn giao").click()
    expect(page.locator("h1")).to_have_text("Đã bàn giao điểm cầu")
    page.reload()
    expect(page.get_by_role("button", name="Gửi đường dẫn mới")).to_have_count(0)
    assert waiting.officers.live().get().full_name == "Lý Thị Hoa"
    # The page that the dead link opens is an answer of its own, 410.
    assert [text for text in said if "410" not in text] == []
    context.close()


def test_staff_pages_are_accessible_on_a_desk_and_on_a_phone(
    page, complaints, live_server, client, an, waiting, giang
):
    sign_in(page, live_server, client, an)
    slug = waiting.conference.slug
    services.add_sub(
        parent=waiting,
        unit=None,
        name="Cụm công nghiệp Tân An",
        room=services.PlaceTyped(name="Phòng họp", host_name="Ban quản lý", address="Tân An"),
        actor=an,
        at=waiting.conference.announced_at,
    )
    addresses = [
        reverse("rooms"),
        reverse("room", args=[waiting.room_id]),
        waiting.get_absolute_url(),
        reverse("booking-choose", args=[waiting.pk]),
        reverse("booking-add-sub", args=[waiting.pk]),
        reverse("booking-describe", args=[waiting.pk]),
        reverse("booking-officer-add", args=[waiting.pk]),
        reverse("conference-rooms", args=[slug]),
        reverse("checklist", args=[slug]),
        reverse("line-tests", args=[slug]),
        reverse("line-test-plan", args=[slug]),
        reverse("line-test-round", args=[slug, 1]),
        reverse("line-test-result", args=[slug, 1, waiting.line_tests.get().pk]),
    ]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(live_server.url + address)
            assert problems(page) == [], (address, width)
            expect(page.locator("h1")).to_have_count(1)
    assert complaints == []
