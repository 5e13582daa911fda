"""Production refuses to start half configured, and each refusal names the variable."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

COMPLETE = {
    "HOINGHI_ENV": "production",
    "SECRET_KEY": "".join(map(chr, range(40, 120))),
    "ALLOWED_HOSTS": "hoinghi.example.vn",
    "DATABASE_URL": "postgres://hoinghi:secret@db.internal/hoinghi",
    "REDIS_URL": "redis://:secret@redis.internal:6379/0",
    "PUBLIC_URL": "https://hoinghi.example.vn",
    "EMAIL_URL": "smtp+tls://cong%40moit:p%2Fw@mail.internal:587",
    "DEFAULT_FROM_EMAIL": "Cổng hội nghị <hoinghi@moit.gov.vn>",
}


def in_production(*arguments, **changes):
    """Run Python with a production environment; a change to None leaves that variable out."""
    environment = {key: value for key, value in (COMPLETE | changes).items() if value is not None}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
def test_production_without_a_variable_does_not_start(name, value):
    done = in_production("-c", "import hoinghi.wsgi", **{name: value})
    assert done.returncode != 0
    assert f"{name} must be set" in done.stderr


def test_production_refuses_demo_data():
    done = in_production("-c", "import hoinghi.wsgi", HOINGHI_DEMO="1")
    assert done.returncode != 0
    assert "HOINGHI_DEMO must not be set" in done.stderr


def test_complete_production_passes_djangos_deployment_checks():
    done = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "identity"),
    [
        ({"PUBLIC_URL": None}, "hoinghi.W001"),
        ({"PUBLIC_URL": "https://elsewhere.example.vn"}, "hoinghi.W001"),
        ({"EMAIL_URL": None}, "hoinghi.W002"),
        ({"DEFAULT_FROM_EMAIL": None}, "hoinghi.W003"),
    ],
)
def test_values_that_only_suit_a_desk_are_warned_about(changes, identity):
    done = in_production("manage.py", "check", **changes)
    assert identity in done.stderr


def test_email_url_is_taken_apart():
    done = in_production(
        "-c",
        "import hoinghi.settings as s;"
        "print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS)",
    )
    assert done.stdout.split() == ["mail.internal", "587", "cong@moit", "p/w", "True"], done.stderr


@pytest.mark.django_db
class TestClientAddress:
    """What the audit trail and the rate limits take for the client's address."""

    def seen(self, client, **headers):
        response = client.get(reverse("healthz"), REMOTE_ADDR="10.0.0.1", **headers)
        return response.wsgi_request.META["REMOTE_ADDR"]

    def test_a_client_cannot_choose_it(self, client):
        assert self.seen(client, HTTP_X_FORWARDED_FOR="203.0.113.9") == "10.0.0.1"

    def test_behind_the_proxy_only_its_own_entry_counts(self, client, settings):
        settings.BEHIND_PROXY = True
        assert self.seen(client, HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9") == "203.0.113.9"
        assert self.seen(client) == "10.0.0.1"
