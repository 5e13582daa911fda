"""Real Celery workers on the real broker: a letter that is written arrives."""

import time

import pytest
from django.core.cache import cache
from django.db import transaction

from correspondence.models import Message
from correspondence.tests.letters import state_of, write
from correspondence.tests.processes import beat, is_listening, running, worker
from hoinghi.tests.waiting import wait_until

State = Message.State
pytestmark = pytest.mark.django_db(transaction=True)
SWEEP_SECONDS = 10


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
def test_a_letter_whose_wake_up_was_lost_is_found_by_the_sweep_and_by_nothing_else(smtp_server, tmp_path):
    message = write()
    cache.clear()  # empties the broker: FLUSHDB
    with running(worker(smtp_server)) as processes:
        wait_until(is_listening, seconds=40)
        time.sleep(SWEEP_SECONDS + 2)
        assert state_of(message) == State.QUEUED  # the control: without the sweep it would lie there for ever
        processes.append(beat(smtp_server, tmp_path))
        wait_until(lambda: state_of(message) == State.SENT, seconds=60)
