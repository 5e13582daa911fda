"""Production refuses to start half configured, and each refusal names the variable."""

import datetime as dt
import os
import re
import subprocess
import sys

import pytest
import yaml
from celery import current_app
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hoinghi.proxies import read_networks

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


def production_environment(changes: dict) -> dict[str, str]:
    environment = {key: value for key, value in (COMPLETE | changes).items() if value is not None}
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment


def in_production(*arguments, **changes):
    """Run Python with a production environment; a change to None leaves that variable out."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=production_environment(changes),
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


@pytest.mark.parametrize("name", ["REMINDER_HOURS", "REMINDER_HOLIDAYS"])
def test_odd_office_hours_are_refused_by_name(name):
    done = in_production("-c", "import hoinghi.wsgi", **{name: "7-18"})
    assert done.returncode != 0
    assert name in done.stderr
    assert "7-18" in done.stderr


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


@pytest.mark.parametrize(
    "url", ["s3://máy/kho", "s3://k:bi-mat@máy", "s3://k:bi-mat@máy/a/b", "https://k:bi-mat@máy/kho"]
)
def test_an_odd_storage_url_is_refused_without_its_secret(url):
    done = in_production("-c", "import hoinghi.settings", STORAGE_URL=url)
    assert done.returncode != 0
    assert "STORAGE_URL must look like" in done.stderr
    assert "bi-mat" not in done.stderr


def documented() -> set[str]:
    """The variables of the README's settings table."""
    text = (settings.BASE_DIR / "README.md").read_text()
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", text, re.MULTILINE)
    return set(re.findall(r"[A-Z_]+", " ".join(rows)))


def test_the_readme_lists_every_variable_and_no_other():
    source = (settings.BASE_DIR / "hoinghi/settings.py").read_text()
    read = set(re.findall(r"""env\.\w+\(\s*"([A-Z_]+)\"""", source))
    assert len(read) > 20
    assert documented() == read | {"PORT", "HOINGHI_VENV"}


def test_the_compose_file_sets_documented_variables_and_runs_what_is_there():
    services = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]
    workers = {"worker", "worker-mail", "worker-pdf"}
    assert workers | {"proxy", "web", "beat", "upgrade", "backup", "postgres", "redis"} == set(services)
    portal = [service for service in services.values() if service["image"] == "hoinghi"]
    assert len(portal) == 7
    for service in portal:
        assert set(service["environment"]) <= documented() | {"TZ"}
        assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"} <= set(service["environment"])


def test_the_images_command_is_understood():
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text()
    command = yaml.safe_load(re.search(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE).group(1))
    done = in_production("-m", *command, "--check-config")
    assert done.returncode == 0, done.stderr


def test_every_queue_has_a_worker_and_a_worker_on_a_desk_serves_all():
    services = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]
    served = re.findall(
        r"--queues=(\w+)", " ".join(" ".join(each.get("command", [])) for each in services.values())
    )
    assert sorted(served) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} < set(served)
    assert set(current_app.amqp.queues.consume_from) == set(served)
    current_app.loader.import_default_modules()
    assert set(settings.CELERY_TASK_ROUTES) <= set(current_app.tasks)


def test_the_backup_job_waits_for_the_night_and_goes_on_after_a_failure(tmp_path):
    """Its shell command as written, with programs in its path that note how they are called."""
    compose = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
    command = [part.replace("$$", "$") for part in compose["services"]["backup"]["command"]]
    for name, code in (("sleep", "[ $(grep -c sleep calls) -lt 3 ]"), ("python", "false")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} $* >>calls\n{code}\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "TZ": "Asia/Ho_Chi_Minh"}
    subprocess.run(command, cwd=tmp_path, env=environment, timeout=30)
    calls = [line.split() for line in (tmp_path / "calls").read_text().splitlines()]
    assert [call[0] for call in calls] == ["sleep", "python", "sleep", "python", "sleep"]
    assert calls[1][1:] == ["manage.py", "backup", "/backups", "--keep", "14"]
    now = timezone.localtime()
    wakes = now + dt.timedelta(seconds=int(calls[4][1]))
    assert now <= wakes <= now + dt.timedelta(days=1)
    assert abs(wakes - wakes.replace(hour=1, minute=30, second=0)) < dt.timedelta(minutes=1)


@pytest.mark.django_db
class TestClientAddress:
    """What the audit trail and the rate limits take for the client's address."""

    def seen(self, client, **headers):
        response = client.get(reverse("healthz"), REMOTE_ADDR="10.0.0.1", **headers)
        return response.wsgi_request.META["REMOTE_ADDR"]

    def test_a_client_cannot_choose_it(self, client):
        assert self.seen(client, HTTP_X_FORWARDED_FOR="203.0.113.9") == "10.0.0.1"

    @pytest.mark.parametrize(
        ("forwarded", "expected"),
        [
            ("198.51.100.7, 203.0.113.9", "203.0.113.9"),  # what stands before was written by the client
            (
                "198.51.100.7, 203.0.113.9, 10.0.0.2",
                "203.0.113.9",
            ),  # two proxies of ours, one behind the other
            ("10.0.0.2, 203.0.113.9", "203.0.113.9"),
            ("10.0.0.2, 10.0.0.3", "10.0.0.2"),  # somebody in our own network
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("203.0.113.9, <script>", "10.0.0.1"),
            (" , ", "10.0.0.1"),
        ],
    )
    def test_behind_our_proxies_the_last_strange_address_counts(self, client, settings, forwarded, expected):
        settings.TRUSTED_PROXIES = read_networks(["10.0.0.0/24"])
        assert self.seen(client, HTTP_X_FORWARDED_FOR=forwarded) == expected
        assert self.seen(client) == "10.0.0.1"

    def test_somebody_elses_proxy_is_not_believed(self, client, settings):
        settings.TRUSTED_PROXIES = read_networks(["10.9.9.9"])
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
        assert self.seen(client, **forged) == "10.0.0.1"
        request = client.get(reverse("healthz"), REMOTE_ADDR="10.0.0.1", **forged).wsgi_request
        assert not request.is_secure()
        request = client.get(reverse("healthz"), REMOTE_ADDR="10.9.9.9", **forged).wsgi_request
        assert request.is_secure()


def test_a_proxy_that_is_no_address_is_named():
    done = in_production("-c", "import hoinghi.wsgi", TRUSTED_PROXIES="10.0.0.1/8")
    assert done.returncode != 0
    assert "TRUSTED_PROXIES: 10.0.0.1/8 has host bits set" in done.stderr
