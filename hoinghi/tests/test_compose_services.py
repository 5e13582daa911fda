"""Each service of docker-compose.yml as written, in the order in which Compose starts them (``composed``).

The proxy has a test of its own (test_proxy.py), and of the job “backup” the waiting for the night (test_settings.py).
What only an engine can show is not shown here: that the image builds, and that the containers reach one another.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from hoinghi.tests import composed
from hoinghi.tests.composed import VALUES, compose
from hoinghi.tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("compose services")]


@pytest.fixture(scope="module")
def house():
    """Everything before the portal itself, upgraded by two at once: one waits for the other's lock."""
    with tempfile.TemporaryDirectory(prefix="hoinghi-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with composed.house(folder) as house:
            house.folder = folder
            done = []
            both = [threading.Thread(target=lambda: done.append(house.run("upgrade"))) for _ in range(2)]
            for each in both:
                each.start()
            for each in both:
                each.join()
            assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
            first = "python manage.py createsuperuser --noinput --email=quantri@moit.example --full_name=An"
            made = house.run("web", *first.split(), DJANGO_SUPERUSER_PASSWORD="mat-khau-dau-tien-2026")
            assert made.returncode == 0, made.stderr
            yield house


def stop(process: subprocess.Popen) -> int:
    """As the engine stops a container; the code with which it ended."""
    process.send_signal(signal.SIGTERM)
    return process.wait(60)


@contextlib.contextmanager
def database(house, role: str, password: str, name: str = "hoinghi"):
    """A cursor whose statements stand for themselves."""
    address = f"postgres://{role}:{password}@127.0.0.1:{house.postgres.port}/{name}"
    with contextlib.closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        yield connection.cursor()


def refuse_to_rewrite(house) -> None:
    """The portal's own role reads the trail and can't touch it."""
    with database(house, "hoinghi_app", VALUES["DB_APP_PASSWORD"]) as cursor:
        cursor.execute("SELECT count(*) FROM directory_auditentry")
        assert cursor.fetchone()[0] > 10
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("UPDATE directory_auditentry SET action = 'x'")


def test_the_database_is_as_the_portal_wants_it(house):
    refuse_to_rewrite(house)
    with pytest.raises(psycopg2.OperationalError), database(house, "hoinghi", "sai-mat-khau"):
        pass


def test_the_log_of_the_database_keeps_no_row(house):
    """As it comes it would write the whole statement and the row that it refuses."""
    statement = "INSERT INTO directory_organisationkind (code, name) VALUES ('Trần Thị Bốn 0977000111', NULL)"
    with (
        database(house, "hoinghi_app", VALUES["DB_APP_PASSWORD"]) as cursor,
        pytest.raises(psycopg2.IntegrityError),
    ):
        cursor.execute(statement)
    log = "".join(each.read_text() for each in house.folder.glob("postgres/**/*.log"))
    assert "violates not-null constraint" in log
    assert "0977000111" not in log


def test_web(house):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    log = house.folder / "web.log"
    places = ((":8000/", f":{port}/"),)
    web = house.start("web", log, PORT=port)
    try:
        wait_until(lambda: house.is_healthy("web", places=places) or web.poll() is not None, seconds=60)
        assert web.poll() is None, log.read_text()
    finally:
        assert stop(web) == 0, log.read_text()
    assert not house.is_healthy("web", places=places)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert "gunicorn.error" in {line["logger"] for line in lines}
    asked = [line for line in lines if line["event"] == "request_finished"]
    assert asked
    assert all(line["request_id"] for line in asked)


@pytest.mark.parametrize("service", ["worker", "worker-mail", "worker-pdf"])
def test_worker(house, service):
    log = house.folder / f"{service}.log"
    worker = house.start(service, log)
    try:
        wait_until(lambda: " ready." in log.read_text() or worker.poll() is not None, seconds=60)
        assert house.is_healthy(service), log.read_text()
    finally:
        assert stop(worker) == 0, log.read_text()
    assert not house.is_healthy(service)


def test_beat(house):
    log = house.folder / "beat.log"
    assert not house.is_healthy("beat")
    beat = house.start("beat", log)
    try:
        wait_until(lambda: house.is_healthy("beat") or beat.poll() is not None, seconds=60)
        wait_until(lambda: "Sending due task" in log.read_text(), seconds=60)
    finally:
        assert stop(beat) == 0, log.read_text()


@pytest.mark.skipif(not composed.may_confine(), reason="needs root, to close the file system for one process")
def test_nobody_writes_outside_of_the_volumes(house):
    """What is confined here is really closed."""
    probe = "import os; open(os.environ['MARK'], 'w').close()"
    for place, code in ((house.home, 0), (house.media, 0), (settings.BASE_DIR, 1), (Path("/etc"), 1)):
        done = house.run("web", "python", "-c", probe, MARK=str(place / "mark"))
        assert done.returncode == code, (place, done.stderr)
        (place / "mark").unlink(missing_ok=True)


def drill() -> list[tuple[str, list[str]]]:
    """Service and words of every ``dc run`` of the restore drill in the manual, in its order."""
    text = (settings.BASE_DIR / "docs/van-hanh.md").read_text()
    section = text.partition("\n## 4. ")[2].partition("\n## ")[0]
    return [
        (service, words.split())
        for service, words in re.findall(r"`dc run --rm (?:--no-deps )?([\w-]+)((?: [^`]+)?)`", section)
    ]


def test_backup_and_the_drill_of_the_manual(house):
    """Backed up by the job, restored in an empty database and empty folders by the manual's own commands."""
    (house.media / "papers").mkdir(exist_ok=True)
    (house.media / "papers/Công văn.pdf").write_bytes(os.urandom(200_000))
    kept = (house.media / "papers/Công văn.pdf").read_bytes()
    assert not house.is_healthy("backup")
    (written,) = re.findall(
        r"do (python manage\.py backup .*?);", compose()["services"]["backup"]["command"][-1]
    )
    made = house.run("backup", *written.split())
    assert made.returncode == 0, made.stderr
    assert house.is_healthy("backup")
    (backup,) = house.backups.glob("hoinghi-*.backup")

    # The other machine: the same .env, nothing in the database and in the folder.
    (house.media / "papers/Công văn.pdf").unlink()
    (house.media / "papers").rmdir()
    with database(house, "postgres", VALUES["DB_SUPERUSER_PASSWORD"], "postgres") as cursor:
        cursor.execute("DROP DATABASE hoinghi WITH (FORCE)")
        cursor.execute("CREATE DATABASE hoinghi OWNER hoinghi")
    steps = drill()
    assert [service for service, _ in steps] == ["backup", "upgrade", "web", "web"]
    for service, words in steps:
        done = house.run(service, *(word.replace("TỆP", backup.name) for word in words))
        # Without a mail server that answers the doctor has something to say, but nothing hard.
        assert done.returncode == 0, (service, words, done.stdout, done.stderr)
    assert (house.media / "papers/Công văn.pdf").read_bytes() == kept
    refuse_to_rewrite(house)
