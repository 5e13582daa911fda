"""Fixtures for every test: own broker database, own media folder, real SMTP, the system's Chromium."""

import os
import shutil
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections

pytest_plugins = [
    "hoinghi.tests.cast",
    "hoinghi.tests.things",
    "hoinghi.tests.browser",
    "delegates.tests.day",
]


def pytest_configure(config):
    """Give each xdist worker a Redis database of its own, before anything connects."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    settings.REDIS_URL = urlsplit(settings.REDIS_URL)._replace(path=f"/{int(worker) + 1}").geturl()
    settings.CELERY_BROKER_URL = settings.REDIS_URL
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    # Tests change things and look at once, some within a transaction that nobody sees from outside.
    settings.SHARED_PAGES_MB = 0
    # A real hash is slow on purpose: half of the time of a test with four people.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Names without hashes, straight from static/: no collectstatic before each run.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    # The cast logs in without ceremony; the tests of the second factor and of fresh logins ask for them.
    settings.MFA_REQUIRED_FOR_STAFF = False
    settings.FRESH_LOGIN_SECONDS = 0
    # Reading a file's head takes a process; the tests of uploads ask for it.
    settings.READ_STAMPS = False
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True, scope="session")
def media_root(tmp_path_factory):
    """Uploads of the tests go to a folder of this session."""
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def empty_broker():
    """Rate limits and tasks of one test, and what it cached, never reach the next."""
    yield
    from django.core.cache import caches

    from hoinghi.caching import SteadyCache

    SteadyCache.asked_again_at = 0.0  # whatever this test had done to Redis
    for cache in caches.all():
        cache.clear()  # of the default one: empties the whole Redis database of this worker


class SmtpServer:
    """A real SMTP server for one test.

    ``envelopes`` has what was accepted, in order, as aiosmtpd saw it (mail_from, rcpt_tos, content);
    ``mails`` the same, parsed.
    """

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.envelopes = []
        self._answers: dict[str, str] = {}

    def start(self) -> None:
        from aiosmtpd.controller import Controller

        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True)
        self.controller.start()

    def stop(self) -> None:
        """Go away, in the middle of a sentence if need be; ``start`` comes back on the same port."""
        self.controller.stop()

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(each.content, policy=policy.default) for each in self.envelopes]

    def refuse(self, address: str, answer: str = "550 5.1.1 No such mailbox") -> None:
        """Answer RCPT TO this address with ``answer``; "451 4.3.0 Try again later" is a passing trouble."""
        self._answers[address] = answer

    def accept(self, address: str) -> None:
        self._answers.pop(address, None)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options) -> str:
        if address in self._answers:
            return self._answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.envelopes.append(envelope)
        return "250 Kept"


@pytest.fixture
def smtp_server(settings):
    """The portal sends over real SMTP to this server (Django's test runner would keep mails in memory)."""
    server = SmtpServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def playwright(playwright):
    """While its loop runs in this thread, Django's connection is another one (asgiref), which nobody else would close:
    the test database could not be dropped.
    """
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Chromium of the system (pytest-playwright would look for its own download)."""
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
