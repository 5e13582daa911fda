"""Waiting in tests: poll a condition with a deadline, never sleep and hope."""

import time


def wait_until(condition, *, seconds: float = 20) -> None:
    """Poll ``condition`` until it holds; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
