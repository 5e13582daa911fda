"""Web processes that are killed while they serve: a list is there whole or not at all, and the server recovers."""

import contextlib
import os
import random
import threading
import time
from collections import Counter

import psutil
import psycopg2
import pytest
from django.conf import settings as portal
from django.db import connection
from django.urls import reverse

from correspondence.tests.processes import database_url
from delegates.models import Delegate, NominationVersion, Seat
from delegates.tests.lists import full_list
from delegates.tests.test_focal_views import post_data
from hoinghi.tests.waiting import wait_until
from hoinghi.tests.web_server import session_of, web_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WHOLE = len(full_list())
SHORTER = [*full_list()[:2], *full_list()[3:]]  # one commune, which the quota allows as well as two
# What a submission writes, in this order: it is stopped at each.
WRITTEN = ("delegates_seat", "delegates_delegate", "delegates_nominationversion", "directory_auditentry")
WAITING = """
    SELECT client_port FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s
"""


@pytest.fixture
def web(tmp_path, binh, nomination):
    with web_server(tmp_path, DATABASE_URL=database_url(), REDIS_URL=portal.REDIS_URL) as server:
        yield server


@contextlib.contextmanager
def stopped_at(table: str):
    """Nobody's insertion into ``table`` gets further; yields a question for the port of the database's client."""
    with contextlib.closing(psycopg2.connect(database_url())) as holder, holder.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")

        def stopped() -> int | None:
            # On the test's own connection: within a transaction the answer would stay the same.
            with connection.cursor() as asking:
                asking.execute(WAITING, [f'INSERT INTO "{table}"%'])
                found = asking.fetchone()
            return found and found[0]

        yield stopped
        holder.rollback()


def there() -> tuple[int, int, int]:
    """Seats, delegates and kept versions."""
    return Seat.objects.count(), Delegate.objects.count(), NominationVersion.objects.count()


class Press(threading.Thread):
    """Somebody presses “Gửi danh sách” and waits; ``status`` is 0 when the connection broke."""

    def __init__(self, web, address: str, cookie: str, rows: list[dict], version: int):
        super().__init__(daemon=True)
        self._ask = lambda: web.status(address, data=post_data(rows, version, "submit"), cookie=cookie)
        self.status = None
        self.start()

    def run(self):
        self.status = self._ask()


def spread(web) -> list[int]:
    """How many workers each core has that has any."""
    cores = [worker.cpu_affinity() for worker in web.workers]
    assert all(len(each) == 1 for each in cores)
    return sorted(Counter(core for (core,) in cores).values())


def test_workers_keep_to_cores_of_their_own_and_a_new_one_to_the_one_that_is_free(web):
    total, cores = len(web.workers), len(os.sched_getaffinity(0))
    evenly = sorted(total // cores + (number < total % cores) for number in range(min(cores, total)))
    assert spread(web) == evenly
    for worker in web.workers[:2]:
        web.kill(worker)
        wait_until(
            lambda: len([each for each in web.workers if each.status() != psutil.STATUS_ZOMBIE]) == total
        )
        assert spread(web) == evenly


def test_a_process_killed_in_the_middle_of_a_submission(web, binh, nomination):
    """At each table that it writes: nothing is left of it, the others go on, and sent again it is there whole."""
    address, cookie = reverse("nomination", args=[nomination.pk]), session_of(binh)
    for table in WRITTEN:
        with stopped_at(table) as stopped:
            press = Press(web, address, cookie, full_list(), 0)
            victim = web.serving(wait_until(stopped))
            web.kill(victim)
            press.join(30)
            assert press.status == 0, table
            # The other processes answer while the master still makes a new one.
            assert web.status("/") == 200
        assert there() == (0, 0, 0), table
        nomination.refresh_from_db()
        assert (nomination.version, nomination.submitted_at) == (0, None)
        wait_until(lambda gone=victim.pid: gone not in {each.pid for each in web.workers})
        wait_until(lambda: len(web.workers) == 3, seconds=60)
    assert web.ask(address, post_data(full_list(), 0, "submit"), cookie=cookie).status == 302
    assert there() == (WHOLE, WHOLE, 1)


def test_processes_killed_at_any_moment(web, binh, nomination):
    """Each list is kept with its version or has left nothing, whatever the focal point was told."""
    address, cookie = reverse("nomination", args=[nomination.pk]), session_of(binh)
    told = []
    for _ in range(8):
        nomination.refresh_from_db()
        rows = full_list() if nomination.version % 2 == 0 else SHORTER
        press = Press(web, address, cookie, rows, nomination.version)
        time.sleep(random.random() / 2)
        for worker in web.workers:
            web.kill(worker)
        press.join(30)
        before = nomination.version
        # Whoever was at work when its client died has gone when a new one may have the list.
        wait_until(lambda: web.status("/healthz") == 200, seconds=60)
        assert web.ask(address, cookie=cookie).status == 200
        nomination.refresh_from_db()
        told.append((press.status, nomination.version - before))
        assert Seat.objects.filter(is_live=True).count() == len(nomination.draft)
        versions = list(nomination.versions.order_by("number"))
        assert all(len(each.rows) in (WHOLE, WHOLE - 1) for each in versions)
    assert {status for status, _ in told} <= {0, 302}
    # Who was told that it is done can rely on it.
    assert all(more >= 1 for status, more in told if status == 302)
    assert web.ask(address, post_data(full_list(), nomination.version, "submit"), cookie=cookie).status == 302
    assert Seat.objects.filter(is_live=True).count() == WHOLE
