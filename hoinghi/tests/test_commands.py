"""bin/run and bin/manage as their users meet them: real processes, in state folders of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from hoinghi.tests.waiting import wait_until

ROOT = settings.BASE_DIR
# One worker runs them all: each starts a whole portal.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("commands")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(home: Path) -> dict[int, str]:
    """Every process of this machine that was started for the state folder: pid → command line."""
    mark = str(home).encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if mark in command or mark in environment:
            found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def services_of(home: Path) -> set[int]:
    """The database and the broker themselves, without the processes that serve one connection."""
    return {pid for pid, command in processes_of(home).items() if " -D " in command or "valkey" in command}


def environment(home: Path, **changes) -> dict[str, str]:
    """A plain user's environment: nothing of the test run's own services leaks in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    # The first portal collects the static files for all: compressing them is most of a first start.
    ours = {
        "HOINGHI_HOME": str(home),
        "HOINGHI_VENV": sys.prefix,
        "STATIC_ROOT": f"{settings.STATIC_ROOT}-run",
    }
    return kept | ours | changes


class Portal:
    """A bin/run in the background."""

    def __init__(self, home: Path, **changes):
        self.home = home
        self.port = free_port()
        self.output = home.parent / f"{home.name}.out"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [ROOT / "bin/run"],
                env=environment(home, PORT=str(self.port), **changes),
                cwd="/",
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def said(self) -> str:
        return self.output.read_text()

    def ready(self):
        ended = lambda: self.process.poll() is not None  # noqa: E731
        wait_until(lambda: "READY" in self.said() or ended(), seconds=120)
        assert f"READY {self.address}\n" in self.said(), self.said()
        return self

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.read().decode()

    def stop(self, number=signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def start(home):
    """``start(HOINGHI_DEMO=…)`` is a portal in ``home``; none outlives the test."""
    started = []

    def start_portal(**changes) -> Portal:
        started.append(Portal(home, **changes))
        return started[-1]

    yield start_portal
    for portal in started:
        portal.process.kill()
        portal.process.wait()


@pytest.fixture
def home():
    """A state folder that the database's own user can enter, unlike pytest's tmp_path."""
    parent = Path(tempfile.mkdtemp(prefix="hoinghi-test-"))
    parent.chmod(0o755)
    yield parent / "home"
    for pid in processes_of(parent):  # a test that failed half way
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(parent)


def manage(home: Path, *arguments, **changes) -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / "bin/manage", *arguments],
        env=environment(home, **changes),
        capture_output=True,
        text=True,
        timeout=120,
    )


def refusal(home: Path, **changes) -> str:
    """What bin/run says when it does not start."""
    done = subprocess.run(
        [ROOT / "bin/run"], env=environment(home, **changes), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    return done.stderr


SEND = "from django.core.mail import send_mail; send_mail('Mời dự', 'Kính gửi', None, ['sct@daklak.example'])"
COUNT_USERS = "from directory.models import User; print('users', User.objects.count())"
ADD_USER = "from directory.models import User; User.objects.create_user(email='moi@portal.example')"


def test_a_day_with_the_portal(home, start):
    """First start, a mail, bin/manage beside it, a clean stop, a quick second start that keeps the data."""
    portal = start().ready()
    assert "<h1" in portal.get("huong-dan/")
    assert str(home / "mail") in portal.said()

    # bin/manage uses the services that run, and its mails go where the portal's go.
    before = services_of(home)
    assert manage(home, "shell", "-v0", "-c", ADD_USER).returncode == 0
    sent = manage(home, "shell", "-v0", "-c", SEND)
    assert sent.returncode == 0, sent.stderr
    (kept,) = (home / "mail").glob("*.eml")
    assert "X-Envelope-To: sct@daklak.example" in kept.read_text()
    assert "Mời dự" in portal.get("hop-thu/")
    assert services_of(home) == before

    # Nobody else can start in the same folder, nor on the same port elsewhere.
    assert f"Another command already runs in {home}" in refusal(home, PORT=str(free_port()))
    assert f"Port {portal.port}" in refusal(home.with_name("other"), PORT=str(portal.port))

    assert portal.stop() == 0
    assert processes_of(home) == {}

    # Alone, bin/manage starts the services for the call and stops them again.
    counted = manage(home, "shell", "-v0", "-c", COUNT_USERS)
    assert processes_of(home) == {}
    again = start().ready()
    assert manage(home, "shell", "-v0", "-c", COUNT_USERS).stdout == counted.stdout
    assert int(counted.stdout.split()[-1]) >= 1
    assert again.stop(signal.SIGINT) == 0
    assert processes_of(home) == {}


def test_a_process_that_dies_is_named_and_stops_the_rest(home, start):
    portal = start(HOINGHI_DEMO="0").ready()
    worker = min(pid for pid, command in processes_of(home).items() if " worker " in command)
    os.kill(worker, signal.SIGKILL)
    assert portal.process.wait(60) == 1
    assert "worker ended with code -9" in portal.said()
    assert processes_of(home) == {}

    # A closed terminal is an orderly end; TERM while it still starts is one, too.
    assert start(HOINGHI_DEMO="0").ready().stop(signal.SIGHUP) == 0
    assert processes_of(home) == {}
    early = start(HOINGHI_DEMO="0")
    wait_until(lambda: any("postgres" in command for command in processes_of(home).values()))
    assert early.stop() == 0
    assert processes_of(home) == {}


def test_after_kill_nothing_lives_on_and_the_next_start_recovers(home, start):
    portal = start(HOINGHI_DEMO="0").ready()
    portal.stop(signal.SIGKILL)
    wait_until(lambda: processes_of(home) == {})

    # A crash of the whole machine leaves the lock file behind; its number belongs to somebody else by now.
    pid_file = home / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{home / 'postgres'}\n")
    assert start(HOINGHI_DEMO="0").ready().stop() == 0
    assert not pid_file.exists()


def test_an_interrupted_first_start_is_made_again(home):
    half = home / "postgres"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert manage(home, "check", "--database", "default").returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's database runs as somebody else")
def test_below_a_folder_that_the_database_user_cannot_enter(home):
    home.parent.chmod(0o700)
    known = set(Path("/var/lib").glob("hoinghi-*"))
    done = manage(home, "check", "--database", "default")
    (outside,) = set(Path("/var/lib").glob("hoinghi-*")) - known
    shutil.rmtree(outside)
    assert done.returncode == 0, done.stderr
    assert not (home / "postgres").exists()


def test_real_services_are_used_when_they_are_named(home):
    done = manage(
        home,
        *[
            "shell",
            "-v0",
            "-c",
            "from django.conf import settings as s; print(s.DATABASES['default']['PORT'])",
        ],
        DATABASE_URL="postgres://a:b@127.0.0.1:54321/c",
        REDIS_URL="redis://127.0.0.1:6379/0",
    )
    assert done.stdout.strip() == "54321", done.stderr
    assert not (home / "postgres").exists()
    assert not (home / "valkey").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(home, port):
    assert "PORT must be a number from 1 to 65535" in refusal(home, PORT=port)


def shell(script: str) -> subprocess.CompletedProcess:
    """Run functions of bin/launcher/setup.sh, without its side effects."""
    return subprocess.run(
        ["sh", "-euc", f". bin/launcher/setup.sh; {script}", "bin/run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_the_probe_tells_a_library_that_is_there_from_one_that_is_not():
    assert shell("has_library libc.so.6").returncode == 0
    assert shell("has_library libhoinghi-nothere.so.1").returncode == 1


def may_hide_files() -> bool:
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"]).returncode == 0


HIDE_LIBRARIES = """
for library in libpangoft2-1.0.so.0 libatomic.so.1; do
    mount --bind empty "$(readlink -f "$(ldconfig -p | sed -n "s/.*$library .*=> //p" | head -n 1)")"
done
ldconfig -C ld.so.cache 2>/dev/null
mount --bind ld.so.cache /etc/ld.so.cache
exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
"""


@pytest.mark.skipif(not may_hide_files(), reason="needs root, to hide libraries from one process")
@pytest.mark.parametrize(
    ("command", "packages"),
    [("run", "libpangoft2-1.0-0"), ("manage", "libpangoft2-1.0-0"), ("test", "libpangoft2-1.0-0 libatomic1")],
)
def test_an_ordinary_user_without_the_libraries_is_told_one_line(home, command, packages):
    """In a mount namespace of its own the libraries are really not there."""
    shutil.copytree(ROOT / "bin", home.parent / "bin")
    (home.parent / "empty").touch()
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-euc", HIDE_LIBRARIES, "sh", f"bin/{command}"],
        cwd=home.parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout + done.stderr == f"sudo apt-get install -y {packages}\n"


def test_a_child_that_ignores_term_is_killed_with_its_own_children(tmp_path):
    script = """
import sys; sys.path.insert(0, "bin/launcher")
from pathlib import Path
from processes import Child
child = Child("stubborn", ["sh", "-c", "trap '' TERM; echo on; sleep 987 & sleep 986"], log=Path(sys.argv[1]))
child.wait_until(lambda: "on" in child.log.read_text())
child.stop(seconds=0.5)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert "stubborn does not stop by itself; killed." in done.stdout, done.stderr
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if path.read_bytes() == b"sleep\x00987\x00"]
    assert left == []
