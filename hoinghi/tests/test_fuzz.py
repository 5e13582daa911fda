"""Whatever arrives in an address, a query, a form or a file, from whomever: refused or kept as text, never an error.

``conferences/tests/test_bad_input.py`` looks at what becomes of texts that were kept; here it is about the doors: every
URL of the permission matrix, with its arguments, its parameters, each field of its forms, and its uploads.
"""

import json
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hoinghi.tests.hostile import FILES, HOSTILE, JSON
from hoinghi.tests.matrix import MATRIX
from hoinghi.tests.things import address

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Whoever acts by a personal link is anonymous, with the link in the address.
WHO = ("anonymous", "binh", "cuc", "dung", "an", "viewer")
# There are hundreds of addresses: each gets every so manyth of the texts, its neighbours the others.
STEP = 6
OF_THE_DESK = (
    *("conferences_conference", "directory_user", "directory_organisation", "directory_auditentry"),
    *("delegates_delegate", "correspondence_officialdocument"),
)


@pytest.fixture
def people(request, things):
    """Name → client of each member of the cast."""
    found = {}
    for name in WHO:
        found[name] = Client(raise_request_exception=False)
        if name != "anonymous":
            found[name].force_login(request.getfixturevalue(name))
    return found


@pytest.fixture
def addresses(things) -> dict[str, str]:
    ours = {name: address(name, row, things) for name, (row, _) in MATRIX.items()}
    return ours | {name: reverse(f"admin:{name}_changelist") for name in OF_THE_DESK}


def ask(client: Client, method: str, path: str, *arguments, **more):
    """The answer; what the request did is taken back."""
    with transaction.atomic():
        answer = getattr(client, method)(path, *arguments, **more)
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    if answer.status_code == 429:
        cache.clear()
    return answer


def sendable(text: str) -> str:
    """As an address carries it; half a letter goes as the bytes that stand for it."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def answering(name: str) -> list[str]:
    """Those of the cast to whom an address answers: one of the public or of the provinces, and one of the staff."""
    rows = MATRIX.get(name, ())
    others = [who for who in ("anonymous", "binh", "dung") for row in rows if getattr(row, who) in (200, 409)]
    return [*others[:1], "an"]


def test_arguments_of_every_address(people, things):
    faults, tried = [], 0
    for name, (row, other) in MATRIX.items():
        for method, needs in (("get", row), ("post", other)):
            path = address(name, needs, things)
            for need in needs.needs:
                head, found, tail = path.rpartition(f"/{quote(str(getattr(things, need)))}")
                for text in HOSTILE[len(name) % STEP :: STEP] if found else ():
                    hostile = f"{head}/{sendable(text[:300])}{tail}"
                    try:
                        resolve(f"{head}/{text[:300]}{tail}")
                    except Resolver404:
                        continue  # to no view at all
                    for who in answering(name):
                        tried += 1
                        if (status := ask(people[who], method, hostile).status_code) >= 500:
                            faults.append((name, who, method, ascii(text[:12]), status))
    assert faults == []
    assert tried > 500


class Asked:
    """The names that a view looks up in a query or a form, told while it runs."""

    def __init__(self, monkeypatch):
        self.names: set[str] = set()
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            monkeypatch.setattr(QueryDict, method, self._telling(getattr(QueryDict, method)))

    def _telling(self, method):
        def told(query, name, *more, **options):
            if isinstance(name, str):
                self.names.add(name)
            return method(query, name, *more, **options)

        return told

    def take(self) -> set[str]:
        names, self.names = self.names, set()
        return names - {"csrfmiddlewaretoken"}


def test_parameters_of_every_page(people, addresses, monkeypatch):
    """What a page asks for gets each of the texts; what it asks for only then gets them, too."""
    asked, faults, tried = Asked(monkeypatch), [], set()
    for name, path in addresses.items():
        for who in answering(name):
            ask(people[who], "get", path)
            known, number = asked.take(), 0
            texts = HOSTILE[len(name) % STEP :: STEP]
            while known and number < len(texts):
                text = texts[number][:2_000]
                query = "&".join(f"{sendable(each)}={sendable(text)}" for each in sorted(known))
                if (status := ask(people[who], "get", f"{path}?{query}").status_code) >= 500:
                    faults.append((name, who, ascii(text[:12]), status))
                more = asked.take() - known
                known, number = known | more, 0 if more else number + 1
            tried |= {(name, each) for each in known}
    assert faults == []
    assert len(tried) > 100


class Forms(HTMLParser):
    """Of each form that sends: where to, everything that it could send, its buttons, and which of it are files."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[dict] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "form":
            to, method = attrs.get("action") or "", attrs.get("method", "get").lower()
            self.found.append({"to": to, "method": method, "usual": {}, "files": set(), "buttons": set()})
        elif self.found and name and name != "csrfmiddlewaretoken":
            form = self.found[-1]
            if tag == "input" and attrs.get("type") == "file":
                form["files"].add(name)
            elif tag == "button" or attrs.get("type") == "submit":
                form["buttons"].add((name, value))
            elif tag in ("input", "textarea", "select"):
                form["usual"][name] = value


def forms_of(who: str, people, addresses) -> list[tuple[str, dict]]:
    """Every form with POST on any page that the person sees; of those alike one."""
    found = {}
    for path in addresses.values():
        answer = ask(people[who], "get", path)
        if answer.status_code not in (200, 409) or "html" not in answer.get("Content-Type", ""):
            continue
        if answer.streaming:
            continue
        for form in Forms(answer.content.decode()).found:
            to = urlsplit(form["to"]).path or path
            if form["method"] == "post" and not to.startswith("/tai-khoan/"):
                shape = (resolve(to).view_name, *sorted(form["usual"]), *sorted(form["buttons"]))
                found.setdefault(shape, (form["to"] or path, form))
    return list(found.values())


def spellings(form: dict, start: int, step: int):
    """The form with a text in every field, and each field alone with another; its other buttons with a few.

    Arguments:
        start, step: which of the texts.
    """
    usual, (first, *others) = form["usual"], sorted(form["buttons"]) or [("", "")]
    texts = HOSTILE[start % step :: step]
    for number, text in enumerate(texts):
        yield text, dict.fromkeys(usual, text) | pressed(first)
        for button in others if number < 1 else ():
            yield text, dict.fromkeys(usual, text) | pressed(button)
    for number, name in enumerate(sorted(usual)[: 60 // step], start=start):
        text = HOSTILE[number % len(HOSTILE)]
        yield text, usual | {name: text} | pressed(first)


def pressed(button: tuple[str, str]) -> dict[str, str]:
    return dict([button] if button[0] else [])


@pytest.mark.parametrize(
    ("who", "step", "least"), [("anonymous", 3, 8), ("binh", 3, 12), ("dung", 3, 8), ("an", 12, 60)]
)
def test_every_field_of_every_form(who, step, least, people, addresses):
    forms, faults = forms_of(who, people, addresses), []
    for number, (path, form) in enumerate(forms):
        for text, data in spellings(form, number, step):
            body = "&".join(f"{sendable(name)}={sendable(value)}" for name, value in data.items())
            answer = ask(people[who], "post", path, body, content_type="application/x-www-form-urlencoded")
            if answer.status_code >= 500:
                faults.append((path, ascii(text[:12]), sorted(data)[:6], answer.status_code))
    assert faults == []
    assert len(forms) > least


@pytest.mark.parametrize("who", ["anonymous", "binh", "dung", "an"])
def test_every_upload(who, people, addresses):
    faults, tried = [], 0
    for path, form in forms_of(who, people, addresses):
        for button in (form["buttons"] or {("", "")}) if form["files"] else ():
            for name, content in FILES:
                data = form["usual"] | pressed(button)
                data |= {field: SimpleUploadedFile(name, content) for field in form["files"]}
                tried += 1
                if (status := ask(people[who], "post", path, data).status_code) >= 500:
                    faults.append((path, name[:20], button, status))
    assert faults == []
    assert tried >= {"anonymous": 1, "binh": 3, "dung": 1, "an": 5}[who] * len(FILES)


def test_json_of_the_door(people, things):
    """The page that scans badges is the one place that reads JSON."""
    names, faults = [name for name in MATRIX if name.endswith("-scans")], []
    assert names
    for name in names:
        for who, client in people.items():
            for body in JSON:
                path = address(name, MATRIX[name][1], things)
                status = ask(client, "post", path, body, content_type="application/json").status_code
                if status >= 500:
                    faults.append((name, who, body[:40], status))
    assert faults == []


texts = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_anything_at_all(people, addresses, data):
    """Any address with any query and any form, from anybody."""
    name, path = data.draw(st.sampled_from(sorted(addresses.items())))
    who = data.draw(st.sampled_from(WHO))
    names = st.sampled_from(("q", "page", "do", "version", "reason", "text", "next", "o")) | texts
    pairs = data.draw(st.lists(st.tuples(names, texts), max_size=5))
    query = "&".join(f"{sendable(key)}={sendable(value)}" for key, value in pairs)
    kind = "application/x-www-form-urlencoded"
    body = data.draw(st.recursive(st.none() | st.booleans() | st.floats() | texts, st.lists, max_leaves=5))
    for answer in (
        ask(people[who], "get", f"{path}?{query}"),
        ask(people[who], "post", path, query, content_type=kind),
        ask(people[who], "post", path, json.dumps(body), content_type="application/json"),
    ):
        assert answer.status_code < 500, (name, who)
