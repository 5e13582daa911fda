"""The portal's web server, as bin/run starts it, and browsers that press on it from many connections at once."""

import contextlib
import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from directory import session_limits
from directory.models import User
from hoinghi.bench._portal import environment_of_children, wait_until

CONNECTIONS = 16
# Any 32 letters are a token: what counts is that cookie and form agree.
CSRF = "a" * 32


@contextlib.contextmanager
def web_server(application: str = "hoinghi.wsgi", **environment: str) -> Iterator[int]:
    """Two gunicorn workers of four threads on the benchmark's database; yields their port.

    Arguments:
        application: what they serve, as gunicorn names it.
        environment: settings of the portal.
    """
    port = free_port()
    options = {
        "env": environment_of_children() | environment,
        "cwd": settings.BASE_DIR,
        "stderr": subprocess.DEVNULL,
    }
    if application == "hoinghi.wsgi":
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, check=True, timeout=120, **options)
    arguments = ["--config", "python:hoinghi.web_workers", "--workers", "2", "--threads", "4"]
    arguments += ["--preload", "--no-control-socket"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *arguments],
        stdout=subprocess.DEVNULL,
        **options,
    )
    try:
        wait_until(lambda: accepts(port), seconds=60)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def session_of(user: User) -> str:
    """The cookies of somebody who has logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session_limits.start(session, timezone.now())
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"


@dataclass(frozen=True)
class Press:
    """One request: a GET, or with a ``body`` the press of a form's button (``body_of``)."""

    path: str
    cookies: str = ""
    body: str = ""


def body_of(form: list[tuple[str, str]]) -> str:
    """A form as a browser sends it; made before the clock runs, for it is the browser's work."""
    return urlencode([*form, ("csrfmiddlewaretoken", CSRF)])


@dataclass(frozen=True)
class Outcome:
    """What came of many requests: answers per second, statuses, bytes of the last page."""

    rate: float
    statuses: list[int]
    size: int


def press_all(port: int, presses: Iterable[Press]) -> Outcome:
    """Send all requests over ``CONNECTIONS`` connections, each as soon as one is free."""
    waiting, lock = iter(presses), threading.Lock()
    statuses: list[int] = []
    sizes: list[int] = []

    def take() -> Press | None:
        with lock:
            return next(waiting, None)

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while (press := take()) is not None:
            status, size = _send(connection, press)
            statuses.append(status)
            sizes.append(size)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    return Outcome(len(statuses) / seconds, statuses, sizes[-1] if sizes else 0)


def rate_of(port: int, path: str, cookies: str = "", *, seconds: float = 4) -> Outcome:
    """How often a page is answered in a second; every answer must be 200."""
    press = Press(path, cookies)
    press_all(port, [press] * CONNECTIONS)
    outcome = press_all(port, _until(time.monotonic() + seconds, lambda: press))
    if set(outcome.statuses) != {200}:
        raise RuntimeError(f"{path}: {sorted(set(outcome.statuses))}")
    return outcome


def _until(end: float, make: Callable[[], Press]) -> Iterator[Press]:
    while time.monotonic() < end:
        yield make()


def _send(connection: http.client.HTTPConnection, press: Press) -> tuple[int, int]:
    headers = {"Cookie": press.cookies} if press.cookies else {}
    if press.body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", press.path, press.body, headers)
    else:
        connection.request("GET", press.path, headers=headers)
    answer = connection.getresponse()
    return answer.status, len(answer.read())
