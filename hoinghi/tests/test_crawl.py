"""Everybody follows every link: no error, no dead link, nothing that belongs to somebody else, no form in vain.

Two provinces have one of everything (``hoinghi.tests.things``). Of pages that differ only in their argument or in the
values of their query a few are opened.
"""

import datetime as dt
from collections import Counter, deque
from collections.abc import Container
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
import time_machine
from django.conf import settings as portal
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from conferences.models import Conference
from conferences.policies import is_open_to
from conferences.teams import conference_of
from hoinghi.access import anyone, may_send, policy_of
from hoinghi.tests.things import OF_CA_MAU, OF_DAK_LAK

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# What a preview of a letter shows in place of a secret link.
MASKED = "•••"
ALIKE, OF_ONE_VIEW = 1, 3
START = ("/", "/so-do-trang/", "/huong-dan/")


class Links(HTMLParser):
    """Where a page leads: links, pictures, frames, and forms that only ask; and where its other forms send to.

    Attributes:
        lost: what buttons and fields call their form, when the page has none of that name.
    """

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.sends: list[str] = []
        self._forms: set[str] = set()
        self._named: set[str] = set()
        self.feed(page)
        self.lost = self._named - self._forms

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self._forms.add(attrs.get("id"))
        elif attrs.get("form"):
            self._named.add(attrs["form"])
        if tag in ("a", "link", "area"):
            self._add(attrs.get("href"))
        elif tag in ("img", "iframe", "source", "script"):
            self._add(attrs.get("src"))
        elif tag == "form":
            if attrs.get("method", "get").lower() == "get":
                self._add(attrs.get("action"))
            else:
                self.sends.append(attrs.get("action") or "")
        elif tag == "button" and attrs.get("formaction"):
            self.sends.append(attrs["formaction"])
        self._add(attrs.get("hx-get"))

    def _add(self, address: str | None):
        if address and MASKED not in address:
            self.found.append(address)


class Walk:
    """One person's way through the portal, breadth first.

    Attributes:
        pages: address → what was answered with 200.
        faults: (address, from where, what was answered) of everything else.
        views: names of the views that answered.
        files: names of the views that answered with something else than a page.
        forms: (view that showed it, address that it sends to) of every form that does more than ask.
        lost: (view that showed it, form that it names) of every button and field outside of a form that is not there.

    Arguments:
        without: names of views that are not opened.
    """

    def __init__(self, client: Client, start, without: Container[str] = ()):
        self.client, self._without = client, without
        self.pages: dict[str, str] = {}
        self.faults: list[tuple[str, str, int]] = []
        self.views: set[str] = set()
        self.files: set[str] = set()
        self.forms: set[tuple[str, str]] = set()
        self.lost: set[tuple[str, str]] = set()
        self._alike: Counter = Counter()
        self._seen: set[str] = set()
        self._waiting: deque = deque()
        for address in start:
            self._meet(address, "the start")
        while self._waiting:
            self._open(*self._waiting.popleft())

    def _meet(self, address: str, source: str) -> None:
        if address.startswith(portal.PUBLIC_URL):
            address = address.removeprefix(portal.PUBLIC_URL) or "/"
        address = urldefrag(urljoin(source if source.startswith("/") else "/", address)).url
        parts = urlsplit(address)
        elsewhere = parts.scheme or parts.netloc or parts.path.startswith(portal.STATIC_URL)
        if elsewhere or address in self._seen:
            return
        self._seen.add(address)
        view, names = _kind(parts)
        if view in self._without:
            return
        self._alike[view, names] += 1
        self._alike[view] += 1
        if self._alike[view, names] <= ALIKE and self._alike[view] <= OF_ONE_VIEW:
            self._waiting.append((address, source))

    def _open(self, address: str, source: str) -> None:
        answer = self.client.get(address)
        if answer.status_code in (301, 302):
            self._meet(answer["Location"], address)
        elif answer.status_code == 200:
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            self.pages[address] = text = content.decode(errors="replace")
            view, _ = _kind(urlsplit(address))
            self.views.add(view)
            if "html" in answer.get("Content-Type", ""):
                links = Links(text)
                for found in links.found:
                    self._meet(found, address)
                self.forms |= {(view, urlsplit(urljoin(address, to)).path) for to in links.sends}
                if "<html" in text:
                    self.lost |= {(view, form) for form in links.lost}
            else:
                self.files.add(view)
        elif answer.status_code != 202:  # it is being made; the page says so
            self.faults.append((address, source, answer.status_code))


def _kind(parts) -> tuple[str, frozenset]:
    names = frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    try:
        return resolve(parts.path).view_name, names
    except Resolver404:
        return parts.path, names


# Who → at which times, how many pages at least, and what must stand in none of them.
ALWAYS = ("before", "day", "after")
EVERYTHING = (*OF_DAK_LAK, *OF_CA_MAU)
WALKERS = {
    "anonymous": (ALWAYS, 20, EVERYTHING),
    "binh": (ALWAYS, 40, OF_CA_MAU),
    "cuc": (ALWAYS, 40, OF_DAK_LAK),
    "dung": (ALWAYS, 30, OF_CA_MAU),
    "em": (ALWAYS, 25, OF_CA_MAU),
    "giang": (ALWAYS, 25, OF_CA_MAU),
    "an": (ALWAYS, 150, ()),
    "organiser": (ALWAYS, 150, ()),
    "outsider": (ALWAYS, 150, ()),
    "clerk": (ALWAYS, 150, ()),
    "viewer": (ALWAYS, 150, ()),
}
# What "an" finds at any time is enough of the desk, and of files: the others look again for the forms of our pages.
AGAIN = ("organiser", "outsider", "clerk", "viewer")


@contextmanager
def clock_of(conference, when: str):
    """A time of the conference's life: two weeks ahead, while it meets, or concluded."""
    if when == "before":
        yield
        return
    if when == "after":
        Conference.objects.update(state=Conference.State.CONCLUDED)
    with time_machine.travel(conference.start_at + dt.timedelta(days=0 if when == "day" else 3, minutes=5)):
        yield


def walk(who: str, user, things, without: Container[str] = ()) -> Walk:
    client, start = Client(raise_request_exception=False), list(START)
    if who == "em":
        start.append(reverse("delegate-page", args=[things.token]))
    elif who == "giang":
        start.append(reverse("officer-page", args=[things.officer_token]))
    elif user:
        client.force_login(user)
    return Walk(client, start, without)


@pytest.fixture
def outsider(organiser, conference, an):
    """Runs conferences, but this one has a team."""
    conference.team.add(an)
    return organiser


def is_taken(user, address: str) -> bool:
    """The page at the address takes what the account sends there; which rows it has is for the page to say."""
    match = resolve(address)
    if not may_send(user, match):
        return False
    if policy_of(match) is anyone or "admin" in match.app_names or not user.is_authenticated:
        return True
    conference = conference_of(match)
    return not user.is_staff or conference is None or is_open_to(user, conference)


@pytest.mark.parametrize("who", WALKERS)
def test_everybody_follows_every_link(who, request, conference, things, neighbour):
    times, least, secrets = WALKERS[who]
    user = None if who in ("anonymous", "em", "giang") else request.getfixturevalue(who)
    sender, dull = user or AnonymousUser(), set()
    for when in times:
        with clock_of(conference, when):
            walked = walk(who, user, things, dull)
        assert walked.faults == [], when
        told = {(page, text) for page, content in walked.pages.items() for text in secrets if text in content}
        assert told == set(), when
        assert len(walked.pages) >= (least if not dull else least // 2), when
        in_vain = {(view, to) for view, to in walked.forms if not is_taken(sender, to)}
        assert in_vain | walked.lost == set(), when
        if who in AGAIN:
            dull |= walked.files | {view for view in walked.views if view.startswith("admin:")}
