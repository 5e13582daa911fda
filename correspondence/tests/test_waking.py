"""Calls to workers on a real broker: one waits in the queue, however many have work."""

import pytest
from celery import current_app
from django.core.cache import cache

from correspondence.tasks import send_due_messages
from correspondence.waking import SEND, WRITE, wake

pytestmark = pytest.mark.django_db


def calls() -> dict[str, int]:
    """How many calls wait in the queue that each task is sent to."""
    with current_app.connection_for_read() as broker:
        return {name: broker.default_channel.client.llen(name) for name in ("celery", "mail")}


def test_one_call_waits_for_all_who_have_work():
    wake(SEND)
    wake(SEND)
    wake(WRITE)
    assert calls() == {"celery": 1, "mail": 1}


def test_whoever_comes_after_it_was_heard_calls_again():
    wake(SEND)
    send_due_messages.apply()
    wake(SEND)
    assert calls()["mail"] == 2


def test_a_call_that_nobody_heard_is_repeated():
    wake(SEND)
    cache.touch(f"called:{SEND}", 0)  # as time does
    wake(SEND)
    assert calls()["mail"] == 2
