"""Visitors who ask for one page again and again: one loop over bare sockets, which costs little beside the server."""

import math
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, repeat

CHUNK = 1 << 18


@dataclass(frozen=True)
class Visits:
    """What came of it: answers in a second, the delay of 95 of 100 in milliseconds, bytes of one body."""

    rate: float
    p95: float
    size: int


def visits(
    port: int, path: str, *, connections: int, seconds: float, each_new: bool = False, line: float = math.inf
) -> Visits:
    """Ask for ``path`` over so many connections, on each as soon as it is answered.

    Arguments:
        each_new: put a name into the query that no page knows, another value each time, so that the page is made
            anew for each visit.
        line: bytes per second that each visitor takes at most.

    Raises:
        RuntimeError: an answer is not 200, or has no length.
    """
    paths = (
        (f"{path}{'&' if '?' in path else '?'}lan={number}" for number in count())
        if each_new
        else repeat(path)
    )
    visitors: list[_Visitor] = []
    busy: list[_Visitor] = []  # whose line still carries what they have read
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):  # each asks at once, so that the next one meets another worker
            visitors.append(visitor := _Visitor(port, paths, line))
            selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            visitor.ask()
        started = time.perf_counter()
        while (now := time.perf_counter()) < started + seconds or not any(each.delays for each in visitors):
            for visitor in [each for each in busy if each.free_at <= now]:
                busy.remove(visitor)
                selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            wait = min((each.free_at - now for each in busy), default=30)
            for key, _ in selector.select(wait) or ([] if busy else _silence(path)):
                key.data.read()
                if key.data.free_at > now:
                    selector.unregister(key.data.socket)
                    busy.append(key.data)
        delays = sorted(delay for visitor in visitors for delay in visitor.delays)
        for visitor in visitors:
            visitor.socket.close()
    return Visits(len(delays) / (now - started), 1000 * delays[int(len(delays) * 0.95)], visitors[0].size)


def average_of(rounds: list[Visits]) -> Visits:
    """The mean rate and the mean delay of several rounds, each with connections of its own.

    How connections fall upon workers is luck: all on one worker are answered half as often as when they are spread.
    Rounds are of the one sort or of the other, so their median would be luck, too.
    """
    return Visits(
        statistics.fmean(each.rate for each in rounds),
        statistics.fmean(each.p95 for each in rounds),
        rounds[-1].size,
    )


def _silence(path: str):
    raise RuntimeError(f"{path}: no answer for 30 s")


@dataclass
class _Visitor:
    port: int
    paths: Iterator[str]
    line: float = math.inf
    free_at: float = 0.0
    delays: list[float] = field(default_factory=list)
    size: int = 0
    _head: bytes = b""
    _left: int = -1  # bytes of the body; -1 while the head is read

    def __post_init__(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._room = bytearray(min(CHUNK, int(self.line / 100)) if self.line < math.inf else CHUNK)

    def ask(self) -> None:
        request = f"GET {next(self.paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
        self._asked_at = time.perf_counter()
        self.socket.sendall(request.encode())

    def read(self) -> None:
        """Take what has come; once the answer is whole, ask again."""
        got = self.socket.recv_into(self._room)
        if not got:
            raise RuntimeError("The server hung up.")
        self.free_at = time.perf_counter() + got / self.line
        if self._left < 0:
            self._head += self._room[:got]
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self.size = self._left = _length(head)
            got = len(body)
        self._left -= got
        if self._left == 0:
            self.delays.append(time.perf_counter() - self._asked_at)
            self._head, self._left = b"", -1
            self.ask()


def _length(head: bytes) -> int:
    status, *lines = head.decode("latin-1").split("\r\n")
    if " 200 " not in status:
        raise RuntimeError(status)
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    raise RuntimeError(f"No length: {head!r}")
