"""Reading: the public pages at 10, 1,000 and 20,000 events, asked for over one connection and over sixteen.

Through the real web server. The baseline of the rates is Django with one view that says hello under the same server
in the same minutes, that of the delays is the same page at ten events, that of a paper is nginx serving the file.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference, MaterialVersion
from hoinghi.bench import Figure
from hoinghi.bench._events import fill_up_to, papers_of
from hoinghi.bench._nginx import ACCELERATED, proxy
from hoinghi.bench._portal import PROVINCES, conference_with, portal
from hoinghi.bench._visits import Visits, average_of, visits
from hoinghi.bench._web import web_server

LEVELS = (10, 1000, 20000)
CONNECTIONS = (1, 16)
SECONDS, ROUNDS = 2.0, 10  # of measuring one thing, in so many parts
PAPER = 1_000_000  # bytes
LINE = 125_000_000  # bytes per second: the 1 Gbit/s by which a server room is connected
# Of the hello's rate: the pages that everybody opens.
RATES = {"event": 0.7, "home": 0.7}
FLAT = 1.5
# A page that nobody has asked for lately, and that is made for one visitor.
ANEW, QUERIES = 100, 15
ADDRESS = re.compile(r"""<(?:link|script|img)\b[^>]*?\b(?:href|src)="(/[^"#]+)[^>]*>""")


def run(seconds: float = SECONDS) -> dict[str, Figure]:
    with portal(), web_server("hoinghi.bench._hello") as hello:
        conference = conference_with(PROVINCES)
        paper = papers_of(conference, size=PAPER)
        pages = {name: _Page(path) for name, path in _paths(conference)}
        with web_server(X_ACCEL_LOCATION=ACCELERATED) as port:
            for level in LEVELS:
                fill_up_to(level, conference)
                _analyse()
                for page in pages.values():
                    page.measure(port, hello, level, seconds)
            figures = _figures(pages) | _paper(port, paper, seconds) | _first_view(port, conference)
    return figures


def _paths(conference: Conference) -> Iterator[tuple[str, str]]:
    today = timezone.localdate()
    yield "event", conference.get_absolute_url()
    yield "home", reverse("home")
    yield "search", f"{reverse('search')}?{urlencode({'q': 'hoi nghi cum cong nghiep'})}"
    yield "month", reverse("month", args=[today.year, today.month])
    yield "archive", reverse("archive")
    yield "papers", reverse("materials", args=[conference.slug])


def _analyse() -> None:
    """What autovacuum does by itself some time after so many rows have come."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@dataclass
class _Page:
    """One address; what was measured by (events, connections), or by events."""

    path: str
    asked: dict[tuple[int, int], Visits] = field(default_factory=dict)
    hello: dict[tuple[int, int], Visits] = field(default_factory=dict)
    anew: dict[int, Visits] = field(default_factory=dict)
    queries: dict[int, int] = field(default_factory=dict)
    plain: int = 0

    def measure(self, port: int, hello: int, level: int, seconds: float) -> None:
        visits(port, self.path, connections=16, seconds=0.3)  # each worker has read its templates
        for number in CONNECTIONS:
            rounds = [
                (
                    visits(hello, "/", connections=number, seconds=seconds / ROUNDS),
                    visits(port, self.path, connections=number, seconds=seconds / ROUNDS),
                )
                for _ in range(ROUNDS)
            ]
            self.hello[level, number], self.asked[level, number] = map(average_of, zip(*rounds, strict=True))
        self.anew[level] = visits(port, self.path, connections=1, seconds=seconds, each_new=True)
        client = Client()
        client.get(self.path)
        with CaptureQueriesContext(connection) as queries:
            self.plain = len(client.get(f"{self.path}{'&' if '?' in self.path else '?'}lan=1").content)
        self.queries[level] = len(queries)


def _figures(pages: dict[str, _Page]) -> dict[str, Figure]:
    figures = {}
    first, *later = LEVELS
    for name, page in pages.items():
        for number in CONNECTIONS:
            slowest = min(LEVELS, key=lambda level, page=page, number=number: page.asked[level, number].rate)
            figures[f"read_{name}_rate_{number}"] = Figure(
                page.asked[slowest, number].rate,
                "/s",
                page.hello[slowest, number].rate,
                goal=RATES.get(name, 0),
                of="ratio",
                at_most=False,
            )
            p95 = max(page.asked[level, number].p95 for level in later)
            at_first = page.asked[first, number].p95
            figures[f"read_{name}_p95_{number}"] = Figure(p95, "ms", at_first, goal=FLAT, of="ratio")
        anew = max(page.anew[level].p95 for level in later)
        figures[f"read_{name}_anew_p95"] = Figure(anew, "ms", page.anew[first].p95, goal=ANEW)
        figures[f"read_{name}_queries"] = Figure(
            page.queries[later[-1]], "", page.queries[first], goal=QUERIES
        )
        size = page.asked[later[-1], 1].size
        figures[f"read_{name}_kilobytes"] = Figure(size / 1000, "kB", page.plain / 1000, goal=40)
    return figures


def _paper(port: int, paper: MaterialVersion, seconds: float) -> dict[str, Figure]:
    """A paper behind the proxy, which is told by the portal that it may be handed out; and the file itself."""
    path = reverse("material", args=[paper.pk])
    line, machine = (
        _paper_rates(port, path, paper, each, seconds) for each in (LINE / CONNECTIONS[-1], math.inf)
    )
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    reading = [each for each in queries if each["sql"].startswith("SELECT")]
    return {
        "read_paper_rate": Figure(*line, goal=0.8, of="ratio", at_most=False),
        # Without a line between, a file is copied in less time than anything takes to be asked.
        "read_paper_rate_no_line": Figure(*machine, goal=0, of="ratio", at_most=False),
        "read_paper_queries": Figure(len(reading), "", 1, goal=2),
    }


def _paper_rates(
    port: int, path: str, paper: MaterialVersion, line: float, seconds: float
) -> tuple[float, str, float]:
    """How often the paper is handed out, in which unit, and how often nginx hands out the file by itself."""
    rounds: list[list[Visits]] = [[], []]
    with proxy(port, settings.MEDIA_ROOT) as front:
        visits(front, path, connections=CONNECTIONS[-1], seconds=0.3)
        for _ in range(3):
            for found, address in zip(rounds, (path, f"/plain/{paper.file.name}"), strict=True):
                found.append(visits(front, address, connections=CONNECTIONS[-1], seconds=seconds, line=line))
    ours, plain = map(average_of, rounds)
    return ours.rate, "/s", plain.rate


def _first_view(port: int, conference: Conference) -> dict[str, Figure]:
    """What a browser without anything kept loads to show the event."""
    import gzip
    import http.client

    def sent(path: str) -> bytes:
        asker = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asker.request("GET", path, headers={"Accept-Encoding": "gzip"})
        return asker.getresponse().read()

    page = sent(conference.get_absolute_url())
    parts = {
        path
        for path in ADDRESS.findall(gzip.decompress(page).decode())
        if path.startswith(settings.STATIC_URL)
    }
    size = len(page) + sum(len(sent(path)) for path in parts)
    return {
        "read_first_requests": Figure(1 + len(parts), "", 1, goal=6),
        "read_first_kilobytes": Figure(size / 1000, "kB", len(page) / 1000, goal=100),
    }
