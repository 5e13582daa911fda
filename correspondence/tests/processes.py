"""Celery processes for the tests: real ones, on the database, the broker and the mail server of the test."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

from celery import current_app
from django.conf import settings as portal
from django.db import connection

LEASE_SECONDS = 3


def database_url() -> str:
    """The database of this test."""
    database = connection.settings_dict
    return (
        f"postgres://{database['USER']}:{quote(database['PASSWORD'])}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )


def celery(smtp_server, *arguments, **environment: str) -> subprocess.Popen:
    """A Celery process; ``environment`` overrides what it is started with."""
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "hoinghi", *map(str, arguments)],
        cwd=portal.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ
        | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": portal.REDIS_URL,
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_server.port}",
            "MEDIA_ROOT": portal.MEDIA_ROOT,
            "OUTBOX_PER_MINUTE": "0",
            "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        | environment,
    )


def worker(smtp_server, **environment: str) -> subprocess.Popen:
    # solo: one process, so that killing it kills everything.
    return celery(
        smtp_server, "worker", "--pool", "solo", "--without-mingle", "--without-gossip", **environment
    )


def beat(smtp_server, folder, **environment: str) -> subprocess.Popen:
    return celery(smtp_server, "beat", "--pidfile=", "--schedule", folder / "beat", **environment)


def is_listening() -> bool:
    """Whether a worker answers."""
    return bool(current_app.control.ping(timeout=0.5))


@contextlib.contextmanager
def running(*processes: subprocess.Popen) -> Iterator[list[subprocess.Popen]]:
    """Kill what is left of the processes at the end; the list may change meanwhile."""
    processes = list(processes)
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def kill(process: subprocess.Popen) -> None:
    """SIGKILL: nothing is said, nothing is tidied up."""
    process.kill()
    process.wait()
