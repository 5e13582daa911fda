"""Workers are woken when there is work. Nothing hangs on it: what is to be done stands in the tables, and beat
looks at them every few seconds."""

import logging
from collections.abc import Callable
from functools import cache

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerError

log = logging.getLogger(__name__)

SEND = "correspondence.tasks.send_due_messages"
PRINT = "correspondence.tasks.render_pending_copies"
WRITE = "correspondence.tasks.carry_out_mailings"


def wake(task: str) -> None:
    """Ask a worker to run ``task``; a broker that is away costs a moment, not the work."""
    try:
        current_app.send_task(task, retry=False, expires=60)
    except BrokerError as error:
        log.warning("The broker is away, the work waits for the next sweep: %s", error)


@cache
def waker(task: str) -> Callable[[], None]:
    """The one function that wakes for ``task``."""

    # No partial: when it fails after a commit, Django logs the function's name, which a partial has not.
    def wake_task() -> None:
        wake(task)

    return wake_task


def wake_on_commit(task: str) -> None:
    """Wake once the rows are there; once per transaction, however many rows it writes."""
    if all(function is not waker(task) for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(waker(task), robust=True)
