"""The outbox and the set-password page in a real browser, on a wide screen and on a telephone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from correspondence.accounts import invite_account
from correspondence.models import Attempt, Mailing, Message
from correspondence.outbox import FileAttachment
from correspondence.tests.letters import write
from correspondence.tests.test_drafts import held
from correspondence.tests.test_mailing_pages import carry_out
from directory import links
from hoinghi.tests.browser import problems, sign_in

State = Message.State
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [1280, 390]


@pytest.fixture
def messages(binh, an):
    """A letter in each state."""
    for state in State:
        message = write(
            f"i:{state}",
            link_path="/de-cu/7/",
            text="Mở {link}",
            attachments=[FileAttachment("Giấy mời.pdf", "application/pdf", b"%PDF")],
        )
        Message.objects.filter(pk=message.pk).update(state=state, handed_over_at=timezone.now())
        Attempt.objects.create(
            message=message, at=timezone.now(), outcome="permanent", answer="550 5.1.1 " + "x" * 90
        )
    invite_account(user=binh, actor=an, at=timezone.now())
    return Message.objects.all()


@pytest.mark.parametrize("width", WIDTHS)
def test_staff_pages_are_accessible_and_fit(width, live_server, page, client, an, complaints, messages):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, client, an)
    addresses = [
        reverse("outbox"),
        reverse("outbox") + "?q=khong-co",
        *[each.get_absolute_url() for each in messages],
        reverse("outbox-edit", args=[held().pk]),
        reverse("outbox-confirm", args=["thu-lai"]) + "?tat_ca=1",
        reverse("outbox-confirm", args=["gui-thu-chua-ro"]) + "?tat_ca=1",
        reverse("outbox-confirm", args=["huy"]),
        reverse("letter-texts"),
        reverse("letter-text", args=["set_password"]),
    ]
    for address in addresses:
        page.goto(live_server.url + address)
        assert problems(page) == [], address
        assert page.locator("h1").count() == 1
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_order_of_letters_is_watched_on_its_way(width, live_server, page, client, an, complaints):
    """The page follows by itself, and stops asking when nothing moves any more."""
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, client, an)
    mailing = Mailing.objects.create(kind="invitation", topic="conference:1", expected=3, actor=an)
    page.goto(live_server.url + mailing.get_absolute_url())
    assert "0 trên 3" in page.locator("#tien-do").inner_text()
    assert problems(page) == []
    carry_out(mailing)
    page.get_by_text("3 trên 3").wait_for(timeout=20_000)
    page.goto(live_server.url + reverse("outbox"))
    assert problems(page) == []
    page.get_by_role("region", name="Đợt đang gửi").get_by_role("link").click()
    Message.objects.update(state=State.SENT)
    page.get_by_text("Đợt gửi đã xong.").wait_for(timeout=20_000)
    assert page.locator("[hx-get]").count() == 0
    assert problems(page) == []
    Message.objects.update(state=State.DRAFT)
    page.reload()
    assert problems(page) == []
    assert complaints == []


def test_a_failed_letter_is_ticked_confirmed_and_queued(live_server, page, client, an, messages, complaints):
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + reverse("outbox"))
    failed = messages.get(state=State.FAILED)
    page.check(f"input[name=thu][value='{failed.pk}']")
    page.get_by_role("button", name="Thử gửi lại").click()
    assert page.locator("h1").inner_text() == "Thử gửi lại"
    assert "Sẽ gửi 1 thư tới 1 địa chỉ." in page.locator(".big-ask").inner_text()
    page.get_by_role("button", name="Gửi lại 1 thư").click()
    assert "Đã đưa 1 thư vào hàng chờ." in page.locator("main").inner_text()
    failed.refresh_from_db()
    assert failed.state == State.QUEUED
    assert complaints == []


def test_the_letters_html_is_shown_and_its_link_leads_nowhere(live_server, page, client, an, messages):
    sign_in(page, live_server, client, an)
    page.goto(live_server.url + messages.get(kind="set_password").get_absolute_url())
    frame = page.frame_locator("iframe")
    assert frame.locator("h1").inner_text() == "Đặt mật khẩu tài khoản Cổng hội nghị"
    assert frame.locator("a.btn").get_attribute("href").endswith("/•••")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_password_is_set_in_the_browser(width, live_server, page, binh, complaints):
    """A form sent from a page with Referrer-Policy no-referrer would be refused; only a browser shows it."""
    page.set_viewport_size({"width": width, "height": 900})
    message = invite_account(user=binh, actor="hệ thống", at=timezone.now())
    address = live_server.url + reverse("set-password", args=[links.token_of(message.link)])
    page.goto(address)
    assert problems(page) == []
    submit = page.get_by_role("button", name="Đặt mật khẩu")
    page.locator("[name=new_password1]").fill("ngắn")
    page.locator("[name=new_password2]").fill("ngắn")
    submit.click()
    assert "cần ít nhất 10 ký tự" in page.locator("main").inner_text()
    assert problems(page) == []
    page.locator("[name=new_password1]").fill("bốn-từ-dễ-nhớ-2026")
    page.locator("[name=new_password2]").fill("bốn-từ-dễ-nhớ-2026")
    submit.click()
    page.wait_for_url(live_server.url + reverse("account_login"))
    assert "Đã đặt mật khẩu." in page.locator("main").inner_text()
    assert complaints == []
