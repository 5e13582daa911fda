"""The board on the day: 70 screens ask every three seconds while 20 officers tell what happens in their rooms.

The conference is a full one: 63 provinces and 70 rooms, each prepared by its officer. Through the real web server,
each screen with its own connection. The baseline of the delays is the login page asked for in the same minute, that
of the CPU is the same time without a single screen.
"""

import datetime as dt
import gzip
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
from venues.models import Booking, ChecklistTick, Incident, Officer
from venues.services import PlaceTyped, add_sub, choose_room, prepare_rooms

# The provinces of that day; beside their rooms the central one, and six under them.
UNITS_OF, PROVINCES, ROOMS = dt.date(2021, 6, 1), 63, 70
SCREENS, EVERY = 70, 3.0  # seconds, as templates/delegates/board.html asks
OFFICERS, TAPS_EVERY = 20, 3.0
WITNESSES = 5
SECONDS = 60
TICKS = 100  # of a second, as /proc counts CPU


def run(seconds: int = SECONDS) -> dict[str, Figure]:
    with portal():
        conference = conference_with(PROVINCES)
        _hold_now(conference)
        rooms = _full_house(conference)
        with web_server() as port:
            idle = _cpu_during(lambda: time.sleep(min(seconds, 10))) * seconds / min(seconds, 10)
            day = _Day(port, conference, rooms, seconds)
            day.warm_up()
            busy = _cpu_during(day.run)
        lost = conference.bookings.filter(state=Booking.State.LOST).count()
        open_ones = Incident.objects.open().filter(kind=Incident.Kind.LINE_LOST).count()
    day.refuse_wrong_answers()
    polls, taps, plain = (_p95(each) for each in (day.polls, day.taps, day.plain))
    per_minute = day.bytes / SCREENS / seconds * 60 / 1000
    whole = day.biggest * (60 / EVERY) / 1000
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


def _full_house(conference: Conference) -> list[Booking]:
    """All rooms of the conference, each with its officer and every point ticked."""
    Conference.objects.filter(pk=conference.pk).update(units_as_of=UNITS_OF)
    conference.refresh_from_db()
    actor, now = staff(), timezone.now()
    rooms = prepare_rooms(conference=conference, actor=actor, at=now)
    local = [room for room in rooms if room.role == Booking.Role.LOCAL]
    for above in local:
        if above.room is None:  # the organisation that would host it today was another one then
            place = PlaceTyped(name="Phòng họp trực tuyến", host_name=above.label, address="Trung tâm")
            choose_room(booking=above, room=place, actor=actor, at=now)
    for number, above in enumerate(local[: ROOMS - len(rooms)], start=1):
        place = PlaceTyped(name=f"Phòng họp số {number}", host_name="Nhà máy", address="Khu công nghiệp")
        add_sub(parent=above, unit=None, name=f"Điểm cầu {number}", room=place, actor=actor, at=now)
    rooms = list(conference.bookings.in_families())
    Officer.objects.bulk_create(
        Officer(booking=room, full_name=f"Cán bộ {room.pk}", phone="0900000000", named_at=now)
        for room in rooms
    )
    items = list(conference.checklist.in_force())
    ticks = [
        ChecklistTick(booking=room, room=room.room, item=item, done_at=now, done_by=f"Cán bộ {room.pk}")
        for room in rooms
        for item in items
        if room.room and item.concerns(room)
    ]
    ChecklistTick.objects.bulk_create(ticks, ignore_conflicts=True)  # the demo has ticked some
    return rooms


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
    biggest: int = 0
    statuses: Counter = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    tapped: Counter = field(default_factory=Counter)

    def run(self) -> None:
        cookies = session_of(staff())
        officers = [session_of(_account(number)) for number in range(OFFICERS)]
        self.end = time.monotonic() + self.seconds
        threads = [threading.Thread(target=self._screen, args=(cookies,)) for _ in range(SCREENS)]
        threads += [
            threading.Thread(
                target=self._officer, args=(officers[number], self.rooms[number % len(self.rooms)])
            )
            for number in range(OFFICERS)
        ]
        threads += [
            threading.Thread(target=self._witness, args=(cookies, room)) for room in self.rooms[-WITNESSES:]
        ]
        threads.append(threading.Thread(target=self._visitor))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def warm_up(self) -> None:
        """Let each worker read its templates before the day begins."""
        cookies = session_of(staff())
        for _ in range(12):
            self._poll(cookies, "")
            self._tap(cookies, self.rooms[0], "connected")
        self.polls, self.taps, self.bytes = [], [], 0

    def refuse_wrong_answers(self) -> None:
        """Raise when somebody was answered anything but what the portal should answer."""
        wrong = {*self.statuses} - {200, 304} | {*self.tapped} - {302}
        if wrong:
            raise RuntimeError(f"polls: {self.statuses}, taps: {self.tapped}")

    def _screen(self, cookies: str) -> None:
        """A board that nobody touches."""
        etag = ""
        time.sleep(random.random() * EVERY)
        while (began := time.monotonic()) < self.end:
            etag, _ = self._poll(cookies, etag)
            time.sleep(max(0.0, began + EVERY - time.monotonic()))

    def _witness(self, cookies: str, room: Booking) -> None:
        """Somebody who taps in one browser and waits before the board in another."""
        shown_lost = f'cell--fail" href="{reverse("room-day", args=[room.pk])}"'
        is_lost, etag, body = False, *self._poll(cookies, "")
        while time.monotonic() < self.end:
            is_lost = not is_lost
            self._tap(cookies, room, "lost" if is_lost else "connected")
            tapped = time.monotonic()
            time.sleep(random.random() * EVERY)  # how far the board is in its three seconds
            while (began := time.monotonic()) < self.end:
                etag, changed = self._poll(cookies, etag)
                body = changed or body
                if (shown_lost in body) == is_lost:
                    self.seen.append(time.monotonic() - tapped)
                    break
                time.sleep(max(0.0, began + EVERY - time.monotonic()))

    def _officer(self, cookies: str, room: Booking) -> None:
        """Connected, lost, connected again."""
        time.sleep(random.random() * TAPS_EVERY)
        number = 0
        while (began := time.monotonic()) < self.end:
            number += 1
            self._tap(cookies, room, "lost" if number % 2 else "connected")
            time.sleep(max(0.0, began + TAPS_EVERY - time.monotonic()))

    def _visitor(self) -> None:
        """Somebody who has nothing to do with it: how long the login page takes meanwhile."""
        while (began := time.monotonic()) < self.end:
            self._ask("GET", reverse("account_login"), {})
            self.plain.append(time.monotonic() - began)
            time.sleep(1)

    def _poll(self, cookies: str, etag: str) -> tuple[str, str]:
        """The ETag of the board, and its HTML when it is new."""
        headers = {"Cookie": cookies, "Accept-Encoding": "gzip"} | ({"If-None-Match": etag} if etag else {})
        began = time.monotonic()
        answer, body = self._ask("GET", reverse("board-live", args=[self.conference.slug]), headers)
        with self._lock:
            self.polls.append(time.monotonic() - began)
            self.statuses[answer.status] += 1
            self.bytes += len(body) + sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders())
            self.biggest = max(self.biggest, len(body))
        return answer.headers["ETag"], gzip.decompress(body).decode() if body else ""

    def _tap(self, cookies: str, room: Booking, what: str) -> None:
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"do": what, "csrfmiddlewaretoken": CSRF})
        began = time.monotonic()
        answer, _ = self._ask("POST", reverse("room-day", args=[room.pk]), headers, form)
        with self._lock:
            self.taps.append(time.monotonic() - began)
            self.tapped[answer.status] += 1

    def _ask(self, method: str, path: str, headers: dict, form: str | None = None):
        """One request over a connection of its own, as a proxy may make it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, form, headers | {"Connection": "close"})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


def _account(number: int) -> User:
    """Staff, who may tap for any room."""
    return User.objects.create(
        email=f"truc-{number}@bench.example",
        full_name=f"Cán bộ trực {number}",
        is_staff=True,
        is_superuser=True,
        password="!",
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
