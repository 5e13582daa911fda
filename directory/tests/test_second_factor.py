"""The second factor: who must set one up, and how it opens the door."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from directory import second_factor
from directory.models import AuditEntry
from hoinghi.tests.cast import PASSWORD

HOME = {"an": "/quan-tri/", "binh": "/loi-moi/"}


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def set_up(client, user) -> str:
    """Log in and set up an authenticator app; answers its key."""
    log_in(client, user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code[^>]*>(\w+)</code>", page).group(1)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED_FOR_STAFF = True


def test_staff_without_one_reach_only_the_set_up_pages(client, required, an):
    log_in(client, an)
    for name in ("admin:index", "home", "usersessions_list", "register"):
        for method in (client.get, client.post):
            answer = method(reverse(name))
            assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index")), name
    page = client.get(reverse("mfa_index"))
    assert page.status_code == 200
    assert "Tài khoản này phải có lớp xác thực thứ hai" in page.content.decode()


def test_setting_one_up_opens_the_desk_and_is_written_down(
    client, required, an, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(client, an)
    assert client.get(reverse("admin:index")).status_code == 200
    entries = AuditEntry.objects.filter(action="user.add_factor", object_id=str(an.pk))
    assert {entry.changes["type"][1] for entry in entries} == {"totp", "recovery_codes"}
    kept = Authenticator.objects.get(user=an, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)


def test_the_login_asks_for_it(client, required, an):
    secret = set_up(client, an)
    client.post(reverse("account_logout"))
    answer = log_in(client, an)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302  # the password alone opens nothing
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Mã chưa đúng" in wrong.content.decode()
    cache.clear()  # a code works once, and the one of the set-up is the same still
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert answer.headers["Location"] == HOME["an"]
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_recovery_code_opens_the_door_once(client, required, an):
    set_up(client, an)
    text = client.get(reverse("mfa_download_recovery_codes")).content.decode()
    assert text.startswith("Mã dự phòng của an@moit.example")
    code = text.split()[-1]
    for expected in (302, 200):
        client.post(reverse("account_logout"))
        log_in(client, an)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_a_changed_secret_key_makes_codes_wrong_and_breaks_no_page(client, required, an, settings):
    secret = set_up(client, an)
    client.post(reverse("account_logout"))
    settings.SECRET_KEY = "another-key-of-at-least-fifty-characters-for-this-test-alone"
    log_in(client, an)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert (answer.status_code, "Mã chưa đúng" in answer.content.decode()) == (200, True)


def test_codes_outlive_a_changed_key_once_they_are_sealed_anew(client, required, an, settings):
    secret = set_up(client, an)
    client.post(reverse("account_logout"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-at-least-fifty-characters-for-this-test-alone"
    call_command("reseal", stdout=StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    log_in(client, an)
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret)}).status_code == 302


def test_focal_points_may_and_must_only_when_the_setting_says_so(client, required, binh, settings):
    log_in(client, binh)
    assert client.get(HOME["binh"]).status_code == 200
    settings.MFA_REQUIRED_FOR_MANDATES = True
    assert client.get(HOME["binh"]).headers["Location"] == reverse("mfa_index")


def test_strangers_to_the_setting_are_left_alone(client, required, world):
    assert client.get(reverse("home")).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_activate_totp", "usersessions_list"],
)
def test_pages_are_vietnamese_and_closed_to_strangers(client, an, name):
    assert client.get(reverse(name)).headers["Location"].startswith("/tai-khoan/login/")
    log_in(client, an)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert not re.search(
        r"Authenticator|Recovery|Security [Kk]ey|Sessions|>Name",
        page.replace("Google Authenticator", "").replace("Microsoft Authenticator", ""),
    )


def test_whoever_lost_the_telephone_is_let_in_by_an_administrator(client, required, an, binh):
    set_up(client, an)
    set_up(Client(), binh)
    data = {"action": "remove_second_factors", "_selected_action": [binh.pk]}
    url = reverse("admin:directory_user_changelist")
    assert "Gọi lại số điện thoại đã biết" in client.post(url, data).content.decode()
    assert second_factor.has_one(binh)
    client.post(url, data | {"confirmed": "yes"})
    assert not second_factor.has_one(binh)
    assert AuditEntry.objects.filter(action="user.remove_second_factor", actor_id=an.pk).count() == 1
    # nobody takes off his own: whoever found the machine open could
    client.post(url, data | {"_selected_action": [an.pk], "confirmed": "yes"})
    assert second_factor.has_one(an)


def test_one_signs_out_of_the_other_machines(client, an, binh):
    other, strangers = Client(), Client()
    for browser, user in ((client, an), (other, an), (strangers, binh)):
        log_in(browser, user)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert page.count("Đăng nhập lúc") == 2
    client.post(reverse("usersessions_list"))
    signed_in = [browser.get(reverse("mfa_index")).status_code for browser in (client, other, strangers)]
    assert signed_in == [200, 302, 200]
