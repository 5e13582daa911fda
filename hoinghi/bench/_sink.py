"""A mail server that does what one must do and nothing else, in a process of its own.

Whoever answers 250 has taken the letter over (RFC 5321, 6.1), so it is on the disk by then.
"""

import contextlib
import multiprocessing
import os
import socket
import tempfile
import threading
import time

MOST = 100_000
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-SIZE 99999999\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
END = b"\r\n.\r\n"


class Sink:
    """Takes letters and remembers when each came (``time.monotonic``, one clock for all processes).

    Used as a context manager; the server dies with the block.
    """

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._socket.getsockname()[1]
        fork = multiprocessing.get_context("fork")  # shares count and times
        self._count = fork.RawValue("i", 0)
        self._times = fork.RawArray("d", MOST)
        self._lock = threading.Lock()
        self._process = fork.Process(target=self._serve, daemon=True)

    def __enter__(self):
        self._process.start()
        return self

    def __exit__(self, *exception):
        self._process.kill()
        self._process.join()
        self._socket.close()

    @property
    def count(self) -> int:
        """How many letters have come."""
        return self._count.value

    def times(self, start: int = 0) -> list[float]:
        """When the letters came, from the ``start``-th on."""
        return self._times[start : self.count]

    def wait_for(self, count: int, *, seconds: float = 300) -> None:
        """Until ``count`` letters have come.

        Raises:
            TimeoutError: they have not in ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while self.count < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.count} of {count} letters after {seconds:.0f} s")
            time.sleep(0.02)

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        """One connection: just enough SMTP for a client that makes no mistakes and never hurries ahead."""
        with connection, tempfile.TemporaryFile() as spool, contextlib.suppress(OSError):
            connection.sendall(b"220 sink\r\n")
            while command := connection.recv(4096)[:4].upper():
                connection.sendall(ANSWERS.get(command, b"250 ok\r\n"))
                if command == b"DATA":
                    self._take(connection, spool.fileno())
                    connection.sendall(b"250 kept\r\n")

    def _take(self, connection: socket.socket, spool: int) -> None:
        letter = bytearray()
        while not letter.endswith(END):
            letter += connection.recv(1 << 16)
        os.pwrite(spool, letter, 0)
        os.fdatasync(spool)
        with self._lock:
            self._times[self._count.value] = time.monotonic()
            self._count.value += 1
