"""From an account without password to a login: the letter, the page behind its link, the dead link."""

import datetime as dt
import re

import pytest
from django.contrib.auth import get_user
from django.urls import reverse
from django.utils import timezone

from correspondence.accounts import invite_account, mail_new_password
from correspondence.models import Message
from correspondence.sending import send_due
from correspondence.tests.letters import state_of, write
from directory import links
from directory.models import AuditEntry, PersonalLink, User

State = Message.State
NEW = "bốn-từ-dễ-nhớ-2026"
pytestmark = pytest.mark.django_db


@pytest.fixture
def token(binh):
    """The token of a live set-password link of Bình, who has no password yet."""
    binh.set_unusable_password()
    binh.save()
    message = invite_account(user=binh, actor="hệ thống", at=timezone.now())
    return links.token_of(message.link)


def page(token: str) -> str:
    return reverse("set-password", args=[token])


def renew(token: str) -> str:
    return reverse("set-password-renew", args=[token])


def passwords(first: str, second: str | None = None) -> dict:
    return {"new_password1": first, "new_password2": first if second is None else second}


# ── the letter ──────────────────────────────────────────────────────────────────────────────────────


def test_the_letter_says_who_for_whom_and_until_when(smtp_server, settings, an, binh):
    settings.PUBLIC_URL = "https://hoinghi.example"
    message = invite_account(user=binh, actor=an, at=timezone.now())
    send_due()
    (mail,) = smtp_server.mails
    url = f"https://hoinghi.example{page(links.token_of(message.link))}"
    for part in ("plain", "html"):
        body = mail.get_body((part,)).get_content()
        assert url in body
        assert "Nguyễn Thị Bình" in body
        assert "binh@daklak.example" in body
        assert "Sở Công Thương tỉnh Đắk Lắk" in body
    assert str(mail["To"]) == "Nguyễn Thị Bình <binh@daklak.example>"
    assert mail["Subject"] == "Đặt mật khẩu tài khoản Cổng hội nghị"
    assert message.link.expires_at - timezone.now() > dt.timedelta(days=6, hours=23)
    binh.refresh_from_db()
    assert binh.invited_at is not None
    assert AuditEntry.objects.get(action="user.invite").actor_id == an.pk


def test_nothing_stored_opens_the_page(smtp_server, token):
    send_due()
    assert token in smtp_server.mails[0].get_body(("plain",)).get_content()
    message = Message.objects.get()
    assert token not in str(message.__dict__)
    assert "{link}" in message.text
    assert "{link}" in message.html
    assert token.partition("-")[2] not in str(PersonalLink.objects.values())


def test_a_letter_whose_link_was_revoked_is_not_sent(smtp_server, token):
    links.revoke(holder=PersonalLink.objects.get().holder, at=timezone.now())
    send_due()
    message = Message.objects.get()
    assert state_of(message) == State.FAILED
    assert "đường dẫn cá nhân trong thư đã hết hạn" in message.answer


def test_a_newer_letter_takes_the_place_of_one_that_still_waits(token, an, binh):
    second = invite_account(user=binh, actor=an, at=timezone.now())
    first = Message.objects.exclude(pk=second.pk).get()
    assert (first.state, second.state) == (State.CANCELLED, State.QUEUED)
    assert first.answer == "Không gửi: đã có thư với đường dẫn mới hơn."


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def test_the_password_is_set_and_works(client, token, binh):
    response = client.get(page(token))
    assert response.status_code == 200
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]
    assert "binh@daklak.example" in response.content.decode()
    response = client.post(page(token), passwords(NEW), follow=True)
    assert response.redirect_chain == [(reverse("account_login"), 302)]
    assert "Đã đặt mật khẩu." in response.content.decode()
    client.post(reverse("account_login"), {"login": "binh@daklak.example", "password": NEW})
    assert get_user(client) == binh
    assert AuditEntry.objects.filter(action="user.set_password", actor_id=binh.pk).exists()


def test_the_link_works_once(client, token, binh):
    client.post(page(token), passwords(NEW))
    assert client.get(page(token)).status_code == 410
    assert client.post(page(token), passwords("mật-khẩu-của-kẻ-khác-1")).status_code == 410
    binh.refresh_from_db()
    assert binh.check_password(NEW)


def test_somebody_else_who_is_logged_in_here_is_logged_out(client, token, an):
    client.force_login(an)
    client.post(page(token), passwords(NEW))
    assert get_user(client).is_anonymous


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (passwords(NEW, "khác-hẳn-mật-khẩu-kia"), "Hai trường mật khẩu không giống nhau."),
        (passwords("ngắn"), "cần ít nhất 10 ký tự"),
        (passwords("9" * 12), "hoàn toàn là số"),
        (passwords("binh@daklak.example"), "quá giống với email"),
        (passwords(""), "Cần điền mục này."),
    ],
)
def test_a_bad_password_is_explained_and_the_link_stays(client, token, binh, typed, said):
    response = client.post(page(token), typed)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert client.get(page(token)).status_code == 200
    binh.refresh_from_db()
    assert not binh.has_usable_password()


@pytest.mark.parametrize("token", ["1-abc", "x", "999999-" + "0" * 40, "１-" + "0" * 40])
def test_a_forged_token_opens_nothing(client, token):
    assert client.get(page(token)).status_code == 404
    assert client.post(renew(token)).status_code == 404


def test_a_link_for_something_else_opens_nothing(client, em):
    assert client.get(page(em.token)).status_code == 404


def test_an_account_that_is_switched_off_cannot_be_opened(client, token, binh):
    User.objects.update(is_active=False)
    assert client.get(page(token)).status_code == 404
    PersonalLink.objects.update(expires_at=timezone.now())
    response = client.get(page(token))
    assert response.status_code == 410
    assert renew(token) not in response.content.decode()
    Message.objects.all().delete()
    assert client.post(renew(token)).status_code == 302
    assert not Message.objects.exists()


# ── dead links and forgotten passwords ──────────────────────────────────────────────────────────────


def expire_all() -> None:
    past = timezone.now() - dt.timedelta(days=30)
    PersonalLink.objects.update(created_at=past, expires_at=past + dt.timedelta(days=7))


def test_a_dead_link_offers_a_new_one_to_the_same_account(client, token, binh):
    expire_all()
    response = client.get(page(token))
    assert response.status_code == 410
    assert renew(token) in response.content.decode()
    assert Message.objects.count() == 1  # looking mails nothing
    response = client.post(renew(token), follow=True)
    assert "Thư có đường dẫn mới sẽ tới trong ít phút." in response.content.decode()
    message = Message.objects.latest("pk")
    assert message.address == "binh@daklak.example"
    assert client.get(page(links.token_of(message.link))).status_code == 200


def test_a_new_link_goes_to_the_present_address_not_to_a_former_one(client, token, binh):
    """Staff have mended a mistyped address; whoever got the old letter gets nothing more."""
    binh.email = "binh.dung@daklak.example"
    binh.save()
    expire_all()
    client.post(renew(token))
    assert Message.objects.latest("pk").address == "binh.dung@daklak.example"


def test_pressing_twice_mails_once(client, token):
    expire_all()
    client.post(renew(token))
    client.post(renew(token))
    assert Message.objects.count() == 2  # the invitation and one renewal


def test_a_get_on_the_renewal_mails_nothing(client, token):
    expire_all()
    assert client.get(renew(token)).status_code == 405


def test_a_live_link_needs_no_renewal(client, token):
    assert client.post(renew(token)).url == page(token)
    assert Message.objects.count() == 1


def reset(client, email: str):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_a_forgotten_password_is_mailed_through_the_outbox(client, binh):
    response = reset(client, "Binh@DakLak.example")
    assert response.url == reverse("account_reset_password_done")
    message = Message.objects.get()
    assert (message.kind, message.address) == ("password_reset", "binh@daklak.example")
    assert "mật khẩu đang dùng vẫn giữ nguyên" in message.text
    token = links.token_of(message.link)
    client.post(page(token), passwords(NEW))
    binh.refresh_from_db()
    assert binh.check_password(NEW)


def test_the_answer_is_the_same_for_accounts_that_do_not_exist(client, binh, mailoutbox):
    existing = reset(client, "binh@daklak.example")
    client.cookies.clear()
    strange = reset(client, "khong-co@daklak.example")
    assert (existing.status_code, existing.url) == (strange.status_code, strange.url)
    pages = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(answer.url).content.decode())
        for answer in (existing, strange)
    ]
    assert pages[0] == pages[1]
    assert Message.objects.count() == 1
    assert mailoutbox == []  # nothing leaves by another door


def test_asking_again_at_once_mails_nothing_more(client, binh):
    reset(client, binh.email)
    reset(client, binh.email)
    assert Message.objects.count() == 1
    assert mail_new_password(user=binh, at=timezone.now() + dt.timedelta(minutes=6)) is not None


def test_asking_without_end_is_stopped(client, binh):
    answers = [reset(client, binh.email).status_code for _ in range(7)]
    assert answers[0] == 302
    assert answers[-1] == 429


def test_a_switched_off_account_gets_no_letter(client, binh):
    User.objects.update(is_active=False)
    assert reset(client, binh.email).status_code == 302
    assert not Message.objects.exists()


def test_the_librarys_own_reset_page_is_closed(client):
    assert client.get("/tai-khoan/password/reset/key/1-set-password/").status_code == 404


# ── the desk ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


ADD = reverse("admin:directory_user_add")
LIST = reverse("admin:directory_user_changelist")


def new_account(**changes) -> dict:
    values = {
        "full_name": "Trần Văn Hòa",
        "email": "hoa@gialai.example",
        "is_active": "on",
        "send_letter": "on",
        "mandates-TOTAL_FORMS": 0,
        "mandates-INITIAL_FORMS": 0,
    }
    return {key: value for key, value in (values | changes).items() if value is not None}


def test_a_new_account_gets_its_letter_with_its_mandate(desk, world):
    assert 'name="send_letter"' in desk.get(ADD).content.decode()
    mandate = {
        "mandates-TOTAL_FORMS": 1,
        "mandates-0-organisation": world.ca_mau.so.pk,
        "mandates-0-role": "focal_point",
    }
    response = desk.post(ADD, new_account(**mandate), follow=True)
    assert "Thư đặt mật khẩu được gửi tới hoa@gialai.example." in response.content.decode()
    message = Message.objects.get()
    assert message.address == "hoa@gialai.example"
    assert "Sở Công Thương tỉnh Cà Mau" in message.text


@pytest.mark.parametrize("changes", [{"send_letter": None}, {"is_active": None}])
def test_a_new_account_without_letter(desk, changes):
    desk.post(ADD, new_account(**changes))
    assert User.objects.filter(email="hoa@gialai.example").exists()
    assert not Message.objects.exists()


def test_changing_an_account_mails_nothing(desk, binh):
    url = reverse("admin:directory_user_change", args=[binh.pk])
    assert 'name="send_letter"' not in desk.get(url).content.decode()
    desk.post(url, new_account(email=binh.email))
    binh.refresh_from_db()
    assert binh.full_name == "Trần Văn Hòa"
    assert not Message.objects.exists()


def action(users, **extra) -> dict:
    return {"action": "send_set_password_letters", "_selected_action": [user.pk for user in users]} | extra


def test_the_action_asks_first_and_says_how_many_to_whom(desk, binh, cuc, dung):
    User.objects.filter(pk=dung.pk).update(is_active=False)
    text = desk.post(LIST, action([binh, cuc, dung])).content.decode()
    assert "Sẽ gửi <b>2 thư</b> tới <b>2 tài khoản</b>" in text
    assert "binh@daklak.example" in text
    assert "Không gửi cho 1 tài khoản" in text
    assert not Message.objects.exists()
    response = desk.post(LIST, action([binh, cuc], confirmed="yes"), follow=True)
    assert "Đã đưa 2 thư đặt mật khẩu vào hàng chờ." in response.content.decode()
    assert {message.address for message in Message.objects.all()} == {binh.email, cuc.email}


def test_the_action_on_nobody_sends_nothing(desk, dung):
    User.objects.filter(pk=dung.pk).update(is_active=False)
    response = desk.post(LIST, action([dung], confirmed="yes"), follow=True)
    assert "Không gửi thư nào" in response.content.decode()
    desk.post(LIST, action([], confirmed="yes"), follow=True)
    assert not Message.objects.exists()


def test_personal_links_of_two_letters_do_not_mix(binh, cuc):
    first = invite_account(user=binh, actor="hệ thống", at=timezone.now())
    second = invite_account(user=cuc, actor="hệ thống", at=timezone.now())
    first.link.refresh_from_db()
    assert first.link.revoked_at is None
    assert write("x", link=second.link, text="{link}").link == second.link
