"""What browsers are told about every answer of the portal, whoever gives it; and what its cookies may not do."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from hoinghi.tests.cast import PASSWORD
from hoinghi.tests.matrix import MATRIX
from hoinghi.tests.test_settings import in_production
from hoinghi.tests.things import address

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
OTHERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
# kind of answer → (who asks, method, address or name in the matrix, code)
ANSWERS = {
    "a public page": ("", "get", "home", 200),
    "a page of a conference": ("", "get", "conference", 200),
    "the login": ("", "get", "/tai-khoan/login/", 200),
    "the way to the login": ("", "get", "cockpit", 302),
    "a page of a province": ("binh", "get", "nomination", 200),
    "a page of staff": ("an", "get", "cockpit", 200),
    "a page by personal link": ("", "get", "delegate-page", 200),
    "the desk": ("an", "get", "/quan-tri/", 200),
    "a form of the desk": ("an", "get", "/quan-tri/conferences/conference/add/", 200),
    "a script of the desk": ("an", "get", "/quan-tri/jsi18n/", 200),
    "no such page": ("", "get", "/khong-co/", 404),
    "no such page of the desk": ("an", "get", "/quan-tri/khong-co/", 404),
    "no right": ("binh", "get", "cockpit", 404),
    "no role": ("dung-only-looks", "post", "reminders", 403),
    "no text": ("", "get", "/?q=%FF", 400),
    "no such method": ("", "post", "home", 405),
    "a wrong state": ("binh", "post", "nomination", 409),
    "a download": ("an", "get", "material", 200),
    "a file that is shown": ("an", "get", "material-inline", 200),
    "a sheet of persons": ("an", "get", "cockpit-export", 200),
    "a photo": ("an", "get", "photo", 200),
    "a feed": ("", "get", "conferences-atom", 200),
    "a calendar": ("", "get", "conference-calendar", 200),
    "the health": ("", "get", "/healthz", 200),
}


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def policy_of(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts if name}


def is_armoured(answer, **others) -> bool:
    expected = OTHERS | others
    assert policy_of(answer) == POLICY
    assert {name: answer.headers.get(name) for name in expected} == expected
    return True


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_carries_them(kind, request, things):
    who, method, where, code = ANSWERS[kind]
    client = Client(raise_request_exception=False)
    if who == "dung-only-looks":
        user = request.getfixturevalue("dung")
        user.is_staff = True
        user.save()
        client.force_login(user)
    elif who:
        client.force_login(request.getfixturevalue(who))
    url = where if where.startswith("/") else address(where, MATRIX[where][0], things)
    answer = getattr(client, method)(url, secure=True)
    if answer.streaming:
        list(answer.streaming_content)
    assert answer.status_code == code
    # The address of a personal link opens the page, so it is told to nobody, not even to ourselves.
    by_link = {"Referrer-Policy": "strict-origin"} if kind == "a page by personal link" else {}
    assert is_armoured(answer, **by_link)


def test_forged_forms_large_ones_and_errors_carry_them(an, conference, monkeypatch):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    forged = strict.post(reverse("account_login"), secure=True)
    assert forged.status_code == 403
    large = strict.generic("POST", "/", b"", secure=True, CONTENT_LENGTH=str(10**10))
    assert large.status_code == 413

    def breaks(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("conferences.models.Conference.get_absolute_url", breaks)
    broken = strict.get("/", secure=True)
    assert broken.status_code == 500
    assert all(is_armoured(answer) for answer in (forged, large, broken))


def test_too_many_tries_carry_them(db):
    client = Client()
    for number in range(30):
        data = {"email": f"khong-co-{number}@y.example"}
        answer = client.post(reverse("account_reset_password"), data, secure=True)
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert is_armoured(answer)


def test_static_files_carry_them(settings, tmp_path):
    (tmp_path / "anh.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings.STATIC_ROOT = str(tmp_path)
    answer = Client().get("/static/anh.svg", secure=True)
    assert (answer.status_code, b"".join(answer)[:4]) == (200, b"<svg")
    assert is_armoured(answer)


def test_no_answer_of_all_loosens_the_policy(client, an, things):
    """Some tighten it: letters are shown in a sandbox, under styles of their own and with nothing else."""
    client.force_login(an)
    for name, (row, _) in MATRIX.items():
        answer = client.get(address(name, row, things), secure=True)
        if answer.streaming:
            list(answer.streaming_content)
        found = policy_of(answer)
        scripts = found.get("script-src", found["default-src"])
        assert scripts in ("'self'", "'none'"), name
        if "unsafe" in answer["Content-Security-Policy"]:
            assert found["default-src"] == "'none'", name
            assert "sandbox" in found, name


class TestCookies:
    def test_of_a_login(self, binh):
        client = Client()
        client.get(reverse("account_login"), secure=True)
        answer = client.post(
            reverse("account_login"), {"login": binh.email, "password": PASSWORD}, secure=True
        )
        session, form = answer.cookies["sessionid"], client.cookies["csrftoken"]
        assert (session["httponly"], session["secure"], session["samesite"]) == (True, True, "Lax")
        assert (session["path"], session["domain"]) == ("/", "")
        assert (form["secure"], form["samesite"]) == (True, "Lax")
        # Another number after the login than before: whoever planted one has nothing.
        assert session.value not in (None, "")

    def test_a_session_planted_before_the_login_is_not_the_one_after(self, binh):
        client = Client()
        client.post(reverse("account_reset_password"), {"email": "x@y.example"}, secure=True)
        session = client.session
        session["planted"] = True
        session.save()
        client.cookies["sessionid"] = session.session_key
        client.post(reverse("account_login"), {"login": binh.email, "password": PASSWORD}, secure=True)
        assert client.cookies["sessionid"].value != session.session_key

    def test_in_production_they_are_for_https_alone(self):
        names = [
            "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE",
            "SESSION_COOKIE_HTTPONLY",
            "SECURE_SSL_REDIRECT",
        ]
        done = in_production(
            "-c", f"import hoinghi.settings as s; print(*[getattr(s, name) for name in {names}])"
        )
        assert done.stdout.split() == ["True"] * len(names), done.stderr

    def test_visitors_get_none(self, db):
        assert not Client().get("/", secure=True).cookies
        assert not re.search(r"csrftoken|sessionid", str(Client().get("/tin-tuc/", secure=True).cookies))
