"""A PostgreSQL of one test's own, which it may crash: the others go on undisturbed."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import psycopg2
from django.conf import settings


class OwnPostgres:
    """The cluster that bin/run would start, with every promise kept (fsync), and the portal's tables in it.

    Attributes:
        url: its DATABASE_URL.
    """

    def __init__(self, postgres, url: str):
        self._postgres = postgres
        self.url = url

    def manage(self, *arguments: str, **environment: str) -> None:
        """Run a command of manage.py on it."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": self.url} | environment,
            check=True,
            capture_output=True,
        )

    def rows(self, statement: str) -> list[tuple]:
        """The answer to a question; the connection is closed at once, for the server may be gone soon."""
        with contextlib.closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def crash(self) -> None:
        """Stop it as a power cut would, without a checkpoint, and start it again on the same port."""
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        self._control("stop", "-m", "fast")

    @property
    def is_up(self) -> bool:
        return (self._postgres.data / "postmaster.pid").exists()

    def start_again(self) -> None:
        """After ``stop``, on the same port."""
        options = f"-p {self._postgres.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._control("start", "-o", options)

    def _control(self, *arguments: str) -> None:
        postgres = self._postgres
        log = postgres.data / "restarted.log"
        done = postgres._run(
            str(postgres.install / "bin" / "pg_ctl"),
            "-D",
            str(postgres.data),
            "-l",
            str(log),
            "-w",
            *arguments,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def own_postgres(folder: Path) -> Iterator[OwnPostgres]:
    """Start one in ``folder``; it is gone afterwards."""
    sys.path.insert(0, str(settings.BASE_DIR / "bin" / "launcher"))
    try:
        home = import_module("home").Home(folder)
        postgres = import_module("database").Postgres(home)
    finally:
        sys.path.pop(0)
    server = OwnPostgres(postgres, postgres.start())
    try:
        server.manage("migrate", "--verbosity", "0")
        yield server
    finally:
        if server.is_up:
            server.stop()
        postgres.child.process.wait()
