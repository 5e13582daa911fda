"""No text that anybody typed acts in a page: every free text of the database is hostile, and Chromium opens the pages.

The control shows that the browser's answers would tell: the same texts, unescaped, in a page without our headers.
"""

from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse

from conferences.models import Conference
from hoinghi.tests.browser import sign_in
from hoinghi.tests.matrix import MATRIX
from hoinghi.tests.snapshot import OUR_APPS
from hoinghi.tests.things import address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

MARK = "dau-vet"
HOSTILE = (
    f"{MARK}\"' autofocus onfocus=alert(1) x=\"'><img src=/{MARK} onerror=alert(1)><script>alert(1)</script>"
)
# What programs read and write, what has a form of its own, and what nobody may change.
NO_TEXT = {
    "html",
    "slug",
    "uid",
    "code",
    "key",
    "sha256",
    "email",
    "address",
    "phone",
    "password",
    "content_type",
    "nonce",
    "holder",
    "purpose",
    "scope",
}
NOT_OURS = {"directory.AuditEntry"}


def poison() -> int:
    """Put the hostile text into every free text that the database takes it in; answers how many fields those are."""
    count = 0
    for model in apps.get_models():
        if model._meta.app_label not in OUR_APPS or model._meta.label in NOT_OURS:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.TextField) or (
                isinstance(field, models.CharField) and (field.max_length or 0) >= 60
            )
            if not is_text or field.choices or field.unique or field.name in NO_TEXT:
                continue
            if isinstance(field, models.FileField | models.SlugField | models.URLField | models.EmailField):
                continue
            try:
                with transaction.atomic():
                    text = HOSTILE[: field.max_length] if field.max_length else HOSTILE
                    count += bool(model._default_manager.update(**{field.attname: text}))
            except DatabaseError:
                continue  # a constraint of its own
    return count


class Listener:
    """What a page must not make the browser say or do."""

    def __init__(self, page):
        self.heard: list[str] = []
        page.on("dialog", self._on_dialog)
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("console", self._on_console)
        page.on("request", self._on_request)

    def _on_dialog(self, dialog):
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_console(self, message):
        if "Content Security Policy" in message.text:
            self.heard.append(message.text)

    def _on_request(self, request):
        if MARK in urlsplit(request.url).path:
            self.heard.append(f"request: {request.url}")


def pages_that_show_it(client: Client, things) -> list[str]:
    found = []
    for name, (row, _) in sorted(MATRIX.items()):
        path = address(name, row, things)
        answer = client.get(path)
        assert answer.status_code < 500, name
        is_page = not answer.streaming and "html" in answer.get("Content-Type", "")
        if is_page and MARK in answer.content.decode():
            found.append(path)
        answer.close()
    return found


@pytest.mark.parametrize("who", ["anonymous", "binh", "dung", "an"])
def test_no_script_runs(who, request, things, live_server, page):
    conference = Conference.objects.get(slug=things.slug)
    assert poison() > 60
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        user = request.getfixturevalue(who)
        client.force_login(user)
        sign_in(page, live_server, client, user)
    paths = pages_that_show_it(client, things)
    if who == "an":
        paths += [
            reverse("admin:conferences_conference_change", args=[conference.pk]),
            reverse("admin:conferences_conference_changelist"),
            reverse("admin:directory_user_changelist"),
            reverse("admin:directory_organisation_changelist"),
        ]
    assert len(paths) > {"anonymous": 5, "binh": 10, "dung": 8, "an": 30}[who]
    listener, faults = Listener(page), {}
    for path in paths:
        page.goto(live_server.url + path)
        if listener.heard:
            faults[path] = listener.heard.copy()
            listener.heard.clear()
    assert faults == {}


def test_control_the_browser_would_tell(page):
    listener = Listener(page)
    page.route(
        "http://kiem.example/**", lambda route: route.fulfill(body=f"<p>{HOSTILE}", content_type="text/html")
    )
    page.goto("http://kiem.example/")
    assert any("dialog" in each for each in listener.heard)
    assert any("request" in each for each in listener.heard)
