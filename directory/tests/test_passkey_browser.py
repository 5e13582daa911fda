"""A passkey in a real browser, under the portal's policy for scripts: added, and used for the login."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from hoinghi.tests.browser import problems
from hoinghi.tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(page):
    """What stands in for the fingerprint reader: Chromium's own virtual authenticator."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def log_in(page, url, user):
    page.goto(url + reverse("account_login"))
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit]")


def test_staff_add_a_passkey_and_log_in_with_it(page, live_server, key, an, complaints, settings):
    settings.MFA_REQUIRED_FOR_STAFF = True
    url = live_server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    log_in(page, url, an)
    assert page.url == url + reverse("mfa_index")
    page.click("text=Thêm khóa truy cập")
    page.fill("[name=password]", PASSWORD)  # whoever adds a factor says once more who it is
    page.click("main form button[type=submit]")
    page.fill("[name=name]", "Máy ở cơ quan")
    assert problems(page) == []
    page.click("#passkey")
    page.wait_for_url("**" + reverse("mfa_view_recovery_codes"))
    assert Authenticator.objects.filter(user=an, type=Authenticator.Type.WEBAUTHN).count() == 1

    page.context.clear_cookies()
    log_in(page, url, an)
    assert page.url == url + reverse("mfa_authenticate")
    assert problems(page) == []
    page.click("[data-passkey=authenticateForm]")
    page.wait_for_url("**/quan-tri/")
    assert complaints == []
