"""Whatever dies in the middle of 500 letters: none is lost, none doubled.

A worker that is killed, or cut off, may leave one letter of which nobody can know whether it arrived. It is
shown as unknown, and is not sent again until staff say so, and then under the same Message-ID.
"""

import asyncio
import random
from collections import Counter

import pytest
import redis
from django.conf import settings as portal
from django.utils import timezone

from correspondence import handling
from correspondence.models import Message
from correspondence.tests.letters import write_many
from correspondence.tests.processes import beat, kill, running, worker
from hoinghi.tests.own_postgres import own_postgres
from hoinghi.tests.waiting import wait_until

State = Message.State
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LETTERS = 500
WORKERS = 2


@pytest.fixture
def slow_smtp(smtp_server):
    """A real server takes its time, so that troubles hit letters under way."""
    keep = smtp_server.handle_DATA

    async def handle_DATA(server, session, envelope):
        await asyncio.sleep(0.02)
        return await keep(server, session, envelope)

    smtp_server.handle_DATA = handle_DATA
    return smtp_server


def recipients(smtp_server) -> Counter:
    return Counter(address for envelope in smtp_server.envelopes for address in envelope.rcpt_tos)


def wait_for_letters(smtp_server, count: int) -> None:
    wait_until(lambda: len(smtp_server.envelopes) >= count, seconds=60)


def wait_until_nothing_waits() -> None:
    wait_until(lambda: not Message.objects.unsent().exists(), seconds=60)


def check(smtp_server, messages: list[Message], *, most_unknown: int) -> list[Message]:
    """Everybody has exactly one letter, or it is one of the few unknown ones; answers those."""
    received = recipients(smtp_server)
    unknown = list(Message.objects.filter(state=State.UNKNOWN))
    assert len(unknown) <= most_unknown
    assert Message.objects.filter(state=State.SENT).count() == len(messages) - len(unknown)
    assert {each.address for each in messages} - set(received) <= {each.address for each in unknown}
    assert [address for address, count in received.items() if count > 1] == []
    return unknown


def test_killed_workers(slow_smtp, tmp_path, an):
    """Two workers, five SIGKILLs at random moments."""
    messages, kills = write_many(LETTERS), 5
    thresholds = [round(LETTERS * (number + random.random()) / (kills + 1)) for number in range(kills)]
    with running(beat(slow_smtp, tmp_path), *(worker(slow_smtp) for _ in range(WORKERS))) as processes:
        for number, threshold in enumerate(thresholds):
            wait_for_letters(slow_smtp, threshold)
            victim = 1 + number % WORKERS
            kill(processes[victim])
            processes[victim] = worker(slow_smtp)
        wait_until_nothing_waits()
        unknown = check(slow_smtp, messages, most_unknown=kills)
        for each in unknown:
            handling.send_unknown(message=each, actor=an, at=timezone.now())
        wait_until(lambda: not Message.objects.exclude(state=State.SENT).exists(), seconds=60)
    received = recipients(slow_smtp)
    assert set(received) == {each.address for each in messages}
    doubled = {address for address, count in received.items() if count > 1}
    assert doubled <= {each.address for each in unknown}
    assert len({mail["Message-ID"] for mail in slow_smtp.mails}) == LETTERS


def test_an_emptied_broker(slow_smtp, tmp_path):
    """Every task and every wake-up is gone; both workers die as well, so none goes on by itself."""
    messages = write_many(LETTERS)
    with running(beat(slow_smtp, tmp_path), *(worker(slow_smtp) for _ in range(WORKERS))) as processes:
        wait_for_letters(slow_smtp, LETTERS // 3)
        for number in range(1, WORKERS + 1):
            kill(processes[number])
        # All that the portal has there; FLUSHALL would empty the brokers of other tests as well.
        redis.Redis.from_url(portal.REDIS_URL).flushdb()
        processes[1:] = [worker(slow_smtp) for _ in range(WORKERS)]
        wait_until_nothing_waits()
    check(slow_smtp, messages, most_unknown=WORKERS)


def test_a_mail_server_that_is_away_for_a_while(slow_smtp, tmp_path):
    messages = write_many(LETTERS)
    with running(beat(slow_smtp, tmp_path), *(worker(slow_smtp) for _ in range(WORKERS))):
        wait_for_letters(slow_smtp, LETTERS // 3)
        slow_smtp.stop()
        wait_until(lambda: Message.objects.filter(attempts__gt=0, state=State.QUEUED).exists())
        slow_smtp.start()
        wait_until_nothing_waits()
    check(slow_smtp, messages, most_unknown=WORKERS)  # whose answer the server took with it
    assert not Message.objects.filter(state=State.FAILED).exists()


def test_a_database_that_crashes(slow_smtp, tmp_path):
    """What a crash takes back of a letter is at most that it was sent: one letter of each worker is unknown."""
    with own_postgres(tmp_path / "home") as postgres:
        postgres.manage(
            "shell", "-c", f"from correspondence.tests.letters import write_many; write_many({LETTERS})"
        )
        here = {"DATABASE_URL": postgres.url}
        workers = (worker(slow_smtp, **here) for _ in range(WORKERS))
        with running(beat(slow_smtp, tmp_path, **here), *workers):
            for share in (4, 2):
                wait_for_letters(slow_smtp, LETTERS // share)
                postgres.crash()
            waiting = "SELECT 1 FROM correspondence_message WHERE state IN ('queued', 'claimed', 'sending')"
            wait_until(lambda: not postgres.rows(waiting), seconds=60)
        states = dict(
            postgres.rows("SELECT state, array_agg(address) FROM correspondence_message GROUP BY state")
        )
    received = recipients(slow_smtp)
    assert set(states) <= {State.SENT, State.UNKNOWN}
    unknown = set(states.get(State.UNKNOWN, []))
    assert len(unknown) <= 2 * WORKERS
    assert set(states[State.SENT]) | unknown == set(received) | unknown
    assert len(set(states[State.SENT]) | unknown) == LETTERS
    assert [address for address, count in received.items() if count > 1] == []
