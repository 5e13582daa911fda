"""Workers are woken when there is work. Nothing hangs on it: what is to be done stands in the tables, and beat
looks at them every few seconds."""

import logging
from collections.abc import Callable
from functools import cache as memoised

from celery import current_app
from celery.signals import task_prerun
from django.core.cache import cache
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerError

log = logging.getLogger(__name__)

SEND = "correspondence.tasks.send_due_messages"
PRINT = "correspondence.tasks.render_pending_copies"
WRITE = "correspondence.tasks.carry_out_mailings"

# Seconds after which a call that no worker has heard is repeated.
REPEAT_AFTER = 10


def wake(task: str) -> None:
    """Ask a worker to run ``task``; a broker that is away costs a moment, not the work.

    A call that still waits in the queue is enough for all who come meanwhile: whoever hears it begins by looking at
    the tables, and finds their rows too. Sixty lists a second would put sixty calls there.
    """
    if not cache.add(_waits(task), True, REPEAT_AFTER):
        return
    try:
        current_app.send_task(task, retry=False, expires=60)
    except BrokerError as error:
        log.warning("The broker is away, the work waits for the next sweep: %s", error)


def _waits(task: str) -> str:
    return f"called:{task}"


@task_prerun.connect
def _is_heard(sender, **signal) -> None:
    """The call is answered, before anything is read: rows that come from now on need the next one."""
    cache.delete(_waits(sender.name))


@memoised
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
