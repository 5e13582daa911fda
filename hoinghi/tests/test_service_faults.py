"""The portal as production runs it while what stands behind it goes away: the database, the broker, beat.

Whoever asks meanwhile is told so in clear words; what was said to be saved is there afterwards; and everything
works again by itself, without a process being started anew.
"""

import re
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from correspondence.tests.processes import beat, kill, running, worker
from delegates.demo.accounts import PASSWORD
from delegates.tests.lists import person
from delegates.tests.test_focal_views import post_data
from hoinghi.tests.own_broker import OwnBroker, own_broker
from hoinghi.tests.own_postgres import OwnPostgres, own_postgres
from hoinghi.tests.waiting import wait_until
from hoinghi.tests.web_server import WebServer, web_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service faults")]

ANNOUNCE = """
from django.utils import timezone
from conferences.models import Conference
from delegates import publishing
from directory.models import User
twin = Conference.objects.get(state="planned")
publishing.publish(conference=twin, actor=User.objects.get(email="an@moit.example"), at=timezone.now())
"""
TWIN = """
    SELECT n.id FROM delegates_nomination n
    JOIN conferences_conference c ON c.id = n.conference_id
    WHERE c.state = 'announced' AND n.unit_name LIKE '%Đắk Lắk%' AND c.start_at > now()
"""
# The lock, the question who has it, the commit: a request that began before its server went.
PATIENCE = 30


@dataclass
class Portal:
    postgres: OwnPostgres
    broker: OwnBroker
    web: WebServer
    list_address: str

    def log_in(self) -> str:
        return self.web.log_in("binh@daklak.example", PASSWORD)

    def save(self, cookie: str, name: str) -> int:
        """Save a draft with one person of that name; answers the status, or 0."""
        data = post_data([person("so-cong-thuong", "Sở Công Thương", full_name=name)], self.version, "draft")
        return self.web.status(self.list_address, data=data, cookie=cookie)

    @property
    def version(self) -> int:
        return self._list[0]

    @property
    def kept(self) -> str:
        """Whom the draft names."""
        draft = self._list[1]
        return draft[0]["full_name"] if draft else ""

    @property
    def _list(self) -> tuple:
        number = re.search(r"\d+", self.list_address).group()
        return self.postgres.rows(f"SELECT version, draft FROM delegates_nomination WHERE id = {number}")[0]

    def write_letters(self, count: int, prefix: str) -> None:
        """From a process that reaches another broker: no worker here is told of them."""
        code = f"from correspondence.tests.letters import write_many; write_many({count}, {prefix!r})"
        self.postgres.manage("shell", "-c", code)

    def states(self, prefix: str) -> set[str]:
        where = f"WHERE key LIKE '{prefix}:%'"
        return {state for (state,) in self.postgres.rows(f"SELECT state FROM correspondence_message {where}")}

    @property
    def here(self) -> dict[str, str]:
        return {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.broker.url}


@pytest.fixture(scope="module")
def portal():
    """The demo with its live conference announced, on services of its own."""
    # The database's own user must be able to enter it, unlike pytest's.
    with tempfile.TemporaryDirectory(prefix="hoinghi-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with own_postgres(folder / "home") as postgres, own_broker(folder) as broker:
            postgres.manage("load_demo", HOINGHI_DEMO="1")
            postgres.manage("shell", "-c", ANNOUNCE)
            ((pk,),) = postgres.rows(TWIN)
            with web_server(folder, DATABASE_URL=postgres.url, REDIS_URL=broker.url) as web:
                yield Portal(postgres, broker, web, f"/de-cu/{pk}/")


@pytest.fixture
def mail(smtp_server):
    return SimpleNamespace(port=smtp_server.port, server=smtp_server)


def is_clear(answer) -> bool:
    """An error page that says in Vietnamese what to do, and nothing of what is inside."""
    inside = ("OperationalError", "psycopg2", "127.0.0.1", "Traceback")
    return (
        answer.status == 503
        and "Cổng tạm thời gián đoạn" in answer.text
        and answer.headers["Retry-After"].isdigit()
        and not any(word in answer.text for word in inside)
    )


def test_a_database_that_is_away(portal):
    web, cookie = portal.web, portal.log_in()
    assert portal.save(cookie, "Trước Khi Dừng") == 302
    portal.postgres.stop()
    try:
        without_database(web, cookie)
    finally:
        portal.postgres.start_again()
    for path, who in (("/", ""), ("/readyz", ""), (portal.list_address, cookie), ("/api/v1/events", "")):
        # Each process looks at its connection before it uses it: not one more error.
        for _ in range(6):
            assert web.status(path, cookie=who) == 200, path
    assert portal.kept == "Trước Khi Dừng"
    assert portal.save(cookie, "Sau Khi Chạy") == 302


def without_database(web: WebServer, cookie: str) -> None:
    time.sleep(1.5)  # finished pages are given away for a second
    assert is_clear(web.ask("/"))
    assert is_clear(web.ask("/loi-moi/", cookie=cookie))
    assert is_clear(web.ask("/de-cu/1/", post_data([], 1, "draft"), cookie=cookie))
    assert is_clear(web.ask("/tai-khoan/login/", {"login": "binh@daklak.example", "password": PASSWORD}))
    api = web.ask("/api/v1/events")
    assert (api.status, api.headers["Content-Type"]) == (503, "application/problem+json")
    assert (web.status("/healthz"), web.status("/readyz")) == (200, 503)


def test_a_database_that_crashes_under_work(portal):
    """Somebody saves again and again: what was answered with success is there, and it goes on by itself."""
    cookie, told, ended = portal.log_in(), [], threading.Event()

    def saves():
        number = 0
        while not ended.is_set():
            number += 1
            try:
                status = portal.save(cookie, f"Lần {number}")
            except Exception:  # noqa: BLE001  # this test's own look at the version found nobody
                status = None
            told.append((number, status))

    somebody = threading.Thread(target=saves, daemon=True)
    somebody.start()
    try:
        for _ in range(2):
            before = len(told)
            wait_until(lambda before=before: len(told) > before + 3, seconds=PATIENCE)
            portal.postgres.crash()
        before = len(told)
        wait_until(lambda: len(told) > before + 3, seconds=PATIENCE)
    finally:
        ended.set()
        somebody.join(PATIENCE)
    statuses = {status for _, status in told}
    assert statuses <= {302, 503, 409, None}, statuses
    assert [status for _, status in told[-2:]] == [302, 302]
    saved = [number for number, status in told if status == 302]
    assert portal.kept == f"Lần {saved[-1]}"


def test_a_broker_that_is_away(portal, mail, tmp_path):
    """Pages, login and saving go on; letters wait for it, and go by themselves when it is back."""
    web, broker = portal.web, portal.broker
    with running(beat(mail, tmp_path, **portal.here), worker(mail, **portal.here)):
        portal.write_letters(5, "truoc")
        wait_until(lambda: portal.states("truoc") == {"sent"}, seconds=60)
        broker.stop()
        cookie = portal.log_in()
        began = time.monotonic()
        for path in ("/", "/tim-kiem/", "/api/v1/events"):
            assert web.status(path) == 200, path
        assert web.status(portal.list_address, cookie=cookie) == 200
        assert portal.save(cookie, "Không Có Redis") == 302
        assert portal.kept == "Không Có Redis"
        assert time.monotonic() - began < 15
        assert (web.status("/healthz"), web.status("/readyz")) == (200, 503)
        portal.write_letters(5, "trong-luc")
        broker.start()  # empty: whatever was in it is gone
        wait_until(lambda: portal.states("trong-luc") == {"sent"}, seconds=90)
    assert web.status("/readyz") == 200
    assert len(mail.server.envelopes) == 10


def test_a_broker_that_is_emptied(portal, mail, tmp_path):
    """Nobody is logged out, and the same worker finds its next work."""
    cookie = portal.log_in()
    with running(beat(mail, tmp_path, **portal.here), worker(mail, **portal.here)):
        portal.write_letters(1, "mot")
        wait_until(lambda: portal.states("mot") == {"sent"}, seconds=60)
        portal.broker.empty()
        assert portal.web.status(portal.list_address, cookie=cookie) == 200
        portal.write_letters(5, "hai")
        wait_until(lambda: portal.states("hai") == {"sent"}, seconds=60)
    assert len(mail.server.envelopes) == 6


def test_beat_that_is_killed(portal, mail, tmp_path):
    """Whoever starts it anew, as the engine does, loses nothing; its schedule may have been half written."""
    with running(beat(mail, tmp_path, **portal.here), worker(mail, **portal.here)) as processes:
        portal.write_letters(1, "nhip-1")
        wait_until(lambda: portal.states("nhip-1") == {"sent"}, seconds=60)
        kill(processes[0])
        portal.write_letters(5, "nhip-2")
        for file in tmp_path.glob("beat*"):
            content = file.read_bytes()
            file.write_bytes(content[: len(content) // 2])
        processes[0] = beat(mail, tmp_path, **portal.here)
        wait_until(lambda: portal.states("nhip-2") == {"sent"}, seconds=60)
    assert len(mail.server.envelopes) == 6
