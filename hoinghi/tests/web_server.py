"""The portal's web server of one test's own, started with the command of the Dockerfile and production's settings."""

import contextlib
import fcntl
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psutil
import yaml
from django.conf import settings
from django.test import Client

from hoinghi.tests.waiting import wait_until

HOST = "hoinghi.example.vn"
CSRF = "a" * 32
COLLECT = "import django; django.setup(); from prepare import collect_static; collect_static()"


class WebServer:
    """gunicorn with its workers; each request is one connection, as nginx makes them.

    Attributes:
        port: where it listens on 127.0.0.1.
    """

    def __init__(self, process: subprocess.Popen, port: int, log: Path):
        self.process, self.port, self._log = process, port, log

    @property
    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def kill(self, worker: psutil.Process) -> None:
        """SIGKILL: nothing is said, nothing is tidied up."""
        worker.send_signal(signal.SIGKILL)
        with contextlib.suppress(psutil.NoSuchProcess):
            wait_until(lambda: worker.status() == psutil.STATUS_ZOMBIE or not worker.is_running())

    def serving(self, database_port: int) -> psutil.Process:
        """The worker that holds the database connection from ``database_port``."""
        return next(
            worker
            for worker in self.workers
            if any(each.laddr and each.laddr.port == database_port for each in worker.net_connections())
        )

    def log(self) -> str:
        return self._log.read_text()

    def ask(self, path: str, data: dict | None = None, *, cookie: str = "", timeout: float = 30):
        """GET, or POST with ``data``, as the proxy passes it on; the answer's text is its ``text``.

        Raises:
            OSError: the connection broke, or nobody listens.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/"}
        body = None
        if data is not None:
            cookie = f"{settings.CSRF_COOKIE_NAME}={CSRF}; {cookie}"
            body = urlencode(data | {"csrfmiddlewaretoken": CSRF}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if data is None else "POST", path, body, headers | {"Cookie": cookie})
            answer = connection.getresponse()
            answer.text = answer.read().decode(errors="replace")
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        return answer

    def status(self, path: str, **more) -> int:
        """The status, or 0 when the connection broke."""
        try:
            return self.ask(path, **more).status
        except OSError:
            return 0

    def log_in(self, email: str, password: str) -> str:
        """Through the page; answers the session as a cookie."""
        answer = self.ask("/tai-khoan/login/", {"login": email, "password": password})
        assert answer.status == 302, answer.text
        return re.search(
            rf"{settings.SESSION_COOKIE_NAME}=\w+", answer.headers.as_string().replace("\n", "; ")
        ).group()


def session_of(user) -> str:
    """A session on the test's own database, as a cookie."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def command() -> list[str]:
    """What the image runs, listening on nothing yet."""
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text()
    words = yaml.safe_load(re.search(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE).group(1))
    return [word for word in words if not word.startswith("--bind=")]


def collected() -> str:
    """Static files with hashed names, collected once for all tests."""
    root = f"{settings.STATIC_ROOT}-web"
    with open(f"{root}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [sys.executable, "-c", COLLECT],
            cwd=settings.BASE_DIR,
            env=os.environ | {"STATIC_ROOT": root, "PYTHONPATH": f"{settings.BASE_DIR}:bin/launcher"},
            check=True,
        )
    return root


def production(**environment: str) -> dict[str, str]:
    """The environment of production's processes; the database, broker and folders come from ``environment``."""
    return (
        {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        | {
            "DJANGO_SETTINGS_MODULE": "hoinghi.settings",
            "HOINGHI_ENV": "production",
            "SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": HOST,
            "PUBLIC_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "127.0.0.1",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            # The cast logs in without ceremony.
            "MFA_REQUIRED_FOR_STAFF": "false",
        }
        | environment
    )


@contextlib.contextmanager
def web_server(folder: Path, **environment: str) -> Iterator[WebServer]:
    """Start one; it is gone afterwards, workers included.

    Arguments:
        folder: where it may write its log.
        environment: DATABASE_URL and REDIS_URL at least; overrides production's.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "web.log"
    environment = production(HOINGHI_HOME=str(folder), STATIC_ROOT=collected(), **environment)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command(), f"--bind=127.0.0.1:{port}"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = WebServer(process, port, log)
    try:
        wait_until(lambda: server.status("/readyz") == 200 or process.poll() is not None, seconds=120)
        assert process.poll() is None, server.log()
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
