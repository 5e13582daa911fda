"""The pages of changes, and what people see of a conference that was called off, in Chromium."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from conferences.changes import remember
from conferences.models import AgendaItem
from correspondence import mailings
from correspondence.models import Message
from delegates import answers, changing
from hoinghi.tests.browser import problems, sign_in
from hoinghi.tests.cast import publish_agenda
from venues.services import prepare_rooms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1280, 390)
REASON = "Trùng lịch họp của Chính phủ"


@pytest.fixture
def edited(conference, nomination, other_nomination, em, dung, an):
    """Published and told; then its day, its place and its agenda were changed."""
    prepare_rooms(conference=conference, actor=an, at=timezone.now())
    AgendaItem.objects.create(conference=conference, title="Khai mạc", lasts=15)
    publish_agenda(conference)
    conference.nominations.update(invited_at=timezone.now())
    remember(conference=conference, actor=an, at=timezone.now())
    answers.answer(delegate=em.delegate, coming=True, reason="", at=timezone.now())
    conference.start_at += dt.timedelta(days=7)
    conference.end_at += dt.timedelta(days=7)
    conference.save()
    conference.places.filter(role="central").update(room_name="Hội trường lớn")
    AgendaItem.objects.create(conference=conference, title="Bế mạc", starts_after=180)
    publish_agenda(conference)
    return conference


def looked_at(page, complaints, address: str) -> None:
    """Accessible and no wider than the screen, on a desk and on a telephone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        assert problems(page) == [], width
        expect(page.locator("h1")).to_have_count(1)
    assert complaints == []


@pytest.mark.parametrize("name", ["changes", "postpone", "cancel"])
def test_a_clerk_reads_and_presses(page, complaints, live_server, client, an, edited, name):
    sign_in(page, live_server, client, an)
    looked_at(page, complaints, live_server.url + reverse(name, args=[edited.slug]))
    page.get_by_label("Lý do").fill(REASON)
    page.get_by_role("button", name="Xem lại thư").click()
    expect(page.locator(".letter").first).to_contain_text(REASON)
    page.get_by_label("Tôi đã đọc").check()
    page.get_by_role("button", name="gửi 4 thư").click()
    expect(page).to_have_url(re.compile(r"/thu-gui-di/dot/\d+/$"))
    mailings.carry_out_waiting()
    assert Message.objects.count() == 4


@pytest.mark.parametrize("verb", ["postpone", "cancel"])
def test_everybody_sees_what_has_become_of_it(
    page, complaints, live_server, client, an, binh, em, edited, verb
):
    getattr(changing, verb)(conference=edited, reason=REASON, expected=4, actor=an, at=timezone.now())
    for address in (edited.get_absolute_url(), "/", reverse("delegate-page", args=[em.token])):
        looked_at(page, complaints, live_server.url + address)
        expect(page.get_by_text(REASON).first).to_be_visible()
    sign_in(page, live_server, client, binh)
    looked_at(page, complaints, live_server.url + reverse("invitations"))
    sign_in(page, live_server, client, an)
    for name in ("cockpit", "reschedule"):
        looked_at(page, complaints, live_server.url + reverse(name, args=[edited.slug]))


def test_a_delegate_is_asked_again_and_answers(page, complaints, live_server, client, an, em, edited):
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + reverse("changes", args=[edited.slug]))
    page.get_by_label("Tôi đã đọc").check()
    page.get_by_role("button", name="gửi 4 thư").click()
    own = live_server.url + reverse("delegate-page", args=[em.token])
    looked_at(page, complaints, own)
    expect(page.get_by_text("Ngày họp đã đổi")).to_be_visible()
    page.get_by_role("button", name="Xác nhận tham dự").click()
    expect(page.get_by_text("Ngày họp đã đổi")).to_have_count(0)
    page.get_by_role("button", name="Lấy địa chỉ lịch").click()
    expect(page.get_by_role("link", name="Đăng ký lịch")).to_have_attribute("href", f"{subscribed(page)}")


def subscribed(page) -> str:
    """The webcal address of what stands in the box for copying."""
    address = page.locator("#dia-chi-lich").input_value()
    return "webcal:" + address.partition(":")[2]
