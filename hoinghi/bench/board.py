"""The board on the day: 70 screens ask every three seconds while 20 officers tell what happens in their rooms.

Through the real web server, each screen with its own connection. The baseline of the delays is the login page
asked for in the same minute, that of the CPU is the same time without a single screen.
"""

import datetime as dt
import http.client
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from directory.models import User
from hoinghi.bench import Figure
from hoinghi.bench._portal import conference_with, portal, staff
from hoinghi.bench._web import CSRF, session_of, web_server
from venues.models import Booking, Incident

PROVINCES = 34
SCREENS, EVERY = 70, 3.0  # seconds, as templates/delegates/board.html asks
OFFICERS, TAPS_EVERY = 20, 3.0
SECONDS = 60
TICKS = 100  # of a second, as /proc counts CPU


def run(seconds: int = SECONDS) -> dict[str, Figure]:
    with portal():
        conference = conference_with(PROVINCES)
        _hold_now(conference)
        rooms = list(conference.bookings.for_board())
        with web_server() as port:
            idle = _cpu_during(lambda: time.sleep(min(seconds, 10))) * seconds / min(seconds, 10)
            day = _Day(port, conference, rooms, seconds)
            busy = _cpu_during(day.run)
    day.refuse_wrong_answers()
    polls, taps, plain = (_p95(each) for each in (day.polls, day.taps, day.plain))
    per_minute = day.bytes / SCREENS / seconds * 60 / 1000
    whole = len(day.biggest) * (60 / EVERY) / 1000
    lost = conference.bookings.filter(state=Booking.State.LOST).count()
    open_ones = Incident.objects.open().filter(kind=Incident.Kind.LINE_LOST).count()
    return {
        "board_poll_p95": Figure(polls * 1000, "ms", plain * 1000, goal=300),
        "board_tap_p95": Figure(taps * 1000, "ms", plain * 1000, goal=500),
        "board_seen_p95": Figure(_p95(day.seen), "s", EVERY, goal=5),
        "board_cpu": Figure(busy, "s", max(idle, 0.01), goal=seconds / 2),
        "board_kilobytes": Figure(per_minute, "kB/min", whole, goal=300),
        "board_unchanged": Figure(day.statuses[304], "", day.statuses.total(), goal=0, at_most=False),
        "board_wrong_states": Figure(abs(lost - open_ones), "", len(rooms), goal=0),
    }


def _hold_now(conference: Conference) -> None:
    now = timezone.now()
    Conference.objects.filter(pk=conference.pk).update(
        start_at=now,
        end_at=now + dt.timedelta(hours=2),
        nomination_deadline=now - dt.timedelta(days=1),
        change_until=None,
        hard_close=None,
    )
    conference.refresh_from_db()


@dataclass
class _Day:
    """One minute of it; times are in seconds."""

    port: int
    conference: Conference
    rooms: list[Booking]
    seconds: int
    polls: list[float] = field(default_factory=list)
    taps: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    bytes: int = 0
    biggest: bytes = b""
    statuses: Counter = field(default_factory=Counter)
    tapped: Counter = field(default_factory=Counter)

    def run(self) -> None:
        cookies = session_of(staff())
        officers = [session_of(_account(number)) for number in range(OFFICERS)]
        self.end = time.monotonic() + self.seconds
        self._lock = threading.Lock()
        self._changed_at = 0.0
        threads = [threading.Thread(target=self._screen, args=(cookies,)) for _ in range(SCREENS)]
        threads += [
            threading.Thread(
                target=self._officer, args=(officers[number], self.rooms[number % len(self.rooms)])
            )
            for number in range(OFFICERS)
        ]
        threads.append(threading.Thread(target=self._visitor))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def refuse_wrong_answers(self) -> None:
        """Raise when somebody was answered anything but what the portal should answer."""
        wrong = {*self.statuses} - {200, 304} | {*self.tapped} - {302}
        if wrong:
            raise RuntimeError(f"polls: {self.statuses}, taps: {self.tapped}")

    def _screen(self, cookies: str) -> None:
        path, etag = reverse("board-live", args=[self.conference.slug]), ""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        time.sleep(random.random() * EVERY)
        waited_since = time.monotonic()
        while (began := time.monotonic()) < self.end:
            headers = {"Cookie": cookies, "Accept-Encoding": "gzip"} | (
                {"If-None-Match": etag} if etag else {}
            )
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            ended = time.monotonic()
            with self._lock:
                self.polls.append(ended - began)
                self.statuses[answer.status] += 1
                self.bytes += len(body) + sum(
                    len(f"{name}: {value}\r\n") for name, value in answer.getheaders()
                )
                self.biggest = max(self.biggest, body, key=len)
                if answer.status == 200 and waited_since < self._changed_at < began:
                    self.seen.append(ended - self._changed_at)
            etag, waited_since = answer.headers["ETag"], began
            time.sleep(max(0.0, began + EVERY - time.monotonic()))
        connection.close()

    def _officer(self, cookies: str, room: Booking) -> None:
        """Connected, lost, connected again: each tap is the press of a button and another page to read."""
        path = reverse("room-day", args=[room.pk])
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        time.sleep(random.random() * TAPS_EVERY)
        number = 0
        while (began := time.monotonic()) < self.end:
            number += 1
            form = {"do": "lost" if number % 4 == 0 else "connected", "csrfmiddlewaretoken": CSRF}
            headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            ended = time.monotonic()
            with self._lock:
                self.taps.append(ended - began)
                self.tapped[answer.status] += 1
                self._changed_at = max(self._changed_at, ended)
            time.sleep(max(0.0, began + TAPS_EVERY - time.monotonic()))
        connection.close()

    def _visitor(self) -> None:
        """Somebody who has nothing to do with it: how long the login page takes meanwhile."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while (began := time.monotonic()) < self.end:
            connection.request("GET", reverse("account_login"))
            connection.getresponse().read()
            self.plain.append(time.monotonic() - began)
            time.sleep(1)
        connection.close()


def _account(number: int) -> User:
    """Staff, who may tap for any room."""
    return User.objects.create(
        email=f"truc-{number}@bench.example", full_name=f"Cán bộ trực {number}", is_staff=True, password="!"
    )


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)] if times else 0.0


def _cpu_during(job: Callable[[], object]) -> float:
    """CPU seconds that the web server's processes use while the job runs."""
    before = _cpu()
    job()
    return _cpu() - before


def _cpu() -> float:
    """CPU seconds so far of gunicorn and its workers, which are children and grandchildren of this process."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
            line = (stat.parent / "cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        if b"gunicorn" in line:
            values = text.rpartition(")")[2].split()
            found[int(stat.parent.name)] = (int(values[1]), (int(values[11]) + int(values[12])) / TICKS)
    own = {pid for pid, (parent, _) in found.items() if parent == os.getpid()}
    own |= {pid for pid, (parent, _) in found.items() if parent in own}
    return sum(found[pid][1] for pid in own)
