"""How gunicorn places its workers, and logs: ``gunicorn --config python:hoinghi.web_workers hoinghi.wsgi``."""

import os
import random
from collections import Counter

from hoinghi import logs

# As the portal's own lines: what gunicorn says of a request that broke would else be no JSON, and nothing masked.
logconfig_dict = logs.configure(
    json=os.environ.get("HOINGHI_ENV") == "production", level=os.environ.get("LOG_LEVEL") or "INFO"
)


def pre_fork(server, worker) -> None:
    """Choose the core that fewest of the other workers have; among equals any, for there may be more servers."""
    cores = sorted(_cores(), key=lambda core: random.random())  # nosec B311  # no secret hangs on it
    taken = Counter(other.core for other in server.WORKERS.values())
    worker.core = min(cores, key=lambda core: taken[core])


def post_fork(server, worker) -> None:
    """Keep the worker there.

    Its threads take turns at the interpreter's lock. Where the system spreads them over the cores, each turn moves
    all that the worker works with from one core's cache to another's.
    """
    if worker.core is not None:
        os.sched_setaffinity(0, {worker.core})


def _cores() -> set[int | None]:
    """The cores that this process may use; only Linux tells them."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else {None}
