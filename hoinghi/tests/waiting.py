"""Waiting in tests: poll a condition with a deadline, never sleep and hope."""

import time


def wait_until(condition, *, seconds: float = 20):
    """Poll ``condition`` until it answers something true, and answer that; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


class Clock:
    """Stands in for ``time.monotonic``: stands still until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
