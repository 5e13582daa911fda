"""Real Celery workers on the real broker: a letter that is written arrives, also when workers are killed."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import quote

import pytest
from django.conf import settings as portal
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from correspondence import handling
from correspondence.models import Message
from correspondence.tests.letters import state_of, write, write_many
from hoinghi.tests.waiting import wait_until

State = Message.State
pytestmark = pytest.mark.django_db(transaction=True)
LEASE_SECONDS = 3


def celery(smtp_server, *arguments) -> subprocess.Popen:
    """A Celery process on the database and the broker of this test."""
    database = connection.settings_dict
    address = (
        f"postgres://{database['USER']}:{quote(database['PASSWORD'])}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "hoinghi", *arguments],
        cwd=portal.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ
        | {
            "DATABASE_URL": address,
            "REDIS_URL": portal.REDIS_URL,
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_server.port}",
            "OUTBOX_PER_MINUTE": "0",
            "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
        },
    )


@contextlib.contextmanager
def running(*processes):
    """Kill what is left of the processes at the end; the list may change meanwhile."""
    processes = list(processes)
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def worker(smtp_server) -> subprocess.Popen:
    # solo: one process, so that killing it kills everything.
    return celery(smtp_server, "worker", "--pool", "solo", "--without-mingle", "--without-gossip")


def test_a_written_letter_wakes_a_worker(smtp_server):
    """No beat runs here: it is the commit that wakes."""
    with running(worker(smtp_server)):
        with transaction.atomic():
            message = write()
            time.sleep(0.2)
            assert smtp_server.envelopes == []
        wait_until(lambda: state_of(message) == State.SENT, seconds=40)
    assert len(smtp_server.envelopes) == 1


@pytest.mark.slow
def test_a_letter_whose_wake_up_was_lost_is_found_by_the_sweep(smtp_server, tmp_path):
    message = write()
    cache.clear()  # empties the broker: FLUSHDB
    beat = celery(smtp_server, "beat", "--pidfile=", "--schedule", str(tmp_path / "beat"))
    with running(worker(smtp_server), beat):
        wait_until(lambda: state_of(message) == State.SENT, seconds=60)


@pytest.mark.slow
def test_killed_workers_lose_nothing_and_double_nothing(smtp_server, tmp_path, an):
    """Two workers, five SIGKILLs in the middle of sending.

    Each kill may leave one letter of which nobody can know whether it arrived. It is shown as unknown and not
    sent again until staff say so, and then under the same Message-ID.
    """
    letters, kills = 500, 5
    keep = smtp_server.handle_DATA

    async def handle_DATA(server, session, envelope):
        await asyncio.sleep(0.02)  # a real server takes its time, so that kills hit letters under way
        return await keep(server, session, envelope)

    smtp_server.handle_DATA = handle_DATA
    messages = write_many(letters)
    thresholds = [round(letters * (number + random.random()) / (kills + 1)) for number in range(kills)]
    beat = celery(smtp_server, "beat", "--pidfile=", "--schedule", str(tmp_path / "beat"))
    with running(beat, worker(smtp_server), worker(smtp_server)) as processes:
        for number, threshold in enumerate(thresholds):
            wait_until(lambda least=threshold: len(smtp_server.envelopes) >= least, seconds=60)
            victim = processes[1 + number % 2]
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            processes[1 + number % 2] = worker(smtp_server)
        wait_until(lambda: not Message.objects.unsent().exists(), seconds=120)
        received = recipients(smtp_server)
        unknown = Message.objects.filter(state=State.UNKNOWN)
        assert unknown.count() <= kills
        assert Message.objects.filter(state=State.SENT).count() == letters - unknown.count()
        lost = {each.address for each in messages} - set(received) - {each.address for each in unknown}
        assert lost == set()
        assert [address for address, count in received.items() if count > 1] == []

        released = [handling.send_unknown(message=each, actor=an, at=timezone.now()) for each in unknown]
        wait_until(lambda: not Message.objects.exclude(state=State.SENT).exists(), seconds=120)
    received = recipients(smtp_server)
    assert set(received) == {each.address for each in messages}
    assert {address for address, count in received.items() if count > 1} <= {
        each.address for each in released
    }
    assert len({mail["Message-ID"] for mail in smtp_server.mails}) == letters


def recipients(smtp_server) -> Counter:
    return Counter(address for envelope in smtp_server.envelopes for address in envelope.rcpt_tos)
