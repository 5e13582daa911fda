"""The permission matrix (``hoinghi.tests.matrix``) holds; whoever is refused changes nothing and learns nothing."""

import contextlib
import re

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, path, reverse

from hoinghi import access
from hoinghi import urls as project
from hoinghi.tests.matrix import LOGIN, MATRIX
from hoinghi.tests.snapshot import changed, contents, writes
from hoinghi.tests.things import OF_CA_MAU, OF_DAK_LAK, address

LIBRARY = ("admin:", "account_", "mfa_", "usersessions_", "django.")
SECRETS = (*OF_DAK_LAK, *OF_CA_MAU)
CAST = ("anonymous", "binh", "cuc", "dung", "an")
REFUSALS = (LOGIN, 403, 404, 405, 410)
# Pages of persons that are shown again with what was wrong count as read.
READING = ("directory_auditentry",)
# The token of a form, and where in the navigation the page stands.
OF_THE_PAGE = re.compile(r'name="csrfmiddlewaretoken" value="\w+"| aria-current="\w+"')


def url_names() -> set[str]:
    """Every named URL of the project; the admin's and allauth's are covered by name spaces below."""
    return set(views_by_name())


def views_by_name() -> dict[str, object]:
    found = {}

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                walk(pattern.url_patterns, namespace)
            elif isinstance(pattern, URLPattern):
                found[f"{prefix}{pattern.name}"] = pattern.callback

    walk(get_resolver().url_patterns)
    return found


@pytest.mark.parametrize("who", CAST)
def test_the_matrix(who, client, request, things, neighbour):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    expected = {name: tuple(getattr(row, who) for row in rows) for name, rows in MATRIX.items()}
    met, faults = sitting(client, things, expected)
    assert {name: codes for name, codes in met.items() if codes != expected[name]} == {}
    assert faults == {}


def sitting(client, things, expected, *, known=()) -> tuple[dict[str, tuple], dict[tuple, str]]:
    """Ask for each URL once by GET and once by an empty POST; what a request did is taken back before the next.

    Arguments:
        expected: URL name → the two answers.
        known: answers that are believed without asking.
    Returns:
        URL name → what was met (a status, or LOGIN); and (URL name, method) → what a refusal did wrong.
    """
    before, nowhere = contents(), bare_page(client.get("/khong-co-trang-nay/").content.decode())
    met, faults = {}, {}
    for name in expected:
        codes = []
        for method, row, foreseen in zip(("get", "post"), MATRIX[name], expected[name], strict=True):
            if foreseen in known:
                codes.append(foreseen)
                continue
            with transaction.atomic(), writes() as written:
                answer = getattr(client, method)(address(name, row, things))
                code = LOGIN if leads_to_login(answer) else answer.status_code
                body = body_of(answer)  # read to the end, which closes a file
                tables = changed(before) if written else []
                transaction.set_rollback(True)
            if fault := wrong(code, method, body, tables, nowhere):
                faults[name, method] = fault
            codes.append(code)
        met[name] = tuple(codes)
    return met, faults


def leads_to_login(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/tai-khoan/login/")


def body_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def bare_page(body: str) -> str:
    """Without what differs from page to page whether or not there is something."""
    return OF_THE_PAGE.sub("", body)


def wrong(code, method, body, tables, nowhere) -> str:
    """What a refusal changed or told, and what an empty form changed that was not taken."""
    refused = code in REFUSALS
    if method == "post" and not refused and code != 302:
        tables = [table for table in tables if table not in READING]
    elif not refused:
        tables = []  # reading is written down, and whatever an empty form orders is done
    if tables:
        return f"changed {tables}"
    told = [secret for secret in SECRETS if secret in body] if refused else []
    if told:
        return f"told {told}"
    if code == 404 and "<html" in body and bare_page(body) != nowhere:
        return "another page than for what does not exist"
    return f"{code}" if code == 500 else ""


def test_every_url_stands_in_the_matrix():
    own = {name for name in url_names() if not name.startswith(LIBRARY)}
    assert own == set(MATRIX)
    assert len(own) > 20


def without_policy() -> set[str]:
    """Views of our own that nobody marked."""
    return {
        name
        for name, view in views_by_name().items()
        if not name.startswith(LIBRARY) and getattr(view, "policy", None) is None
    }


def test_every_view_of_our_own_names_a_policy():
    assert without_policy() == set()


def bare(request):
    return HttpResponse("đã vào")


# This module as a project's addresses: ours, one view that nobody marked, and the same one marked.
urlpatterns = [
    *project.urlpatterns,
    path("khong-luat/", bare, name="bare"),
    path("co-luat/", access.access(access.anyone)(lambda request: bare(request)), name="marked"),
]


@pytest.mark.urls(__name__)
def test_a_view_without_a_policy_does_not_answer(client, an):
    assert without_policy() == {"bare"}
    for user in (None, an):
        if user:
            client.force_login(user)
        for ask in (client.get, client.post):
            answer = ask("/khong-luat/")
            assert (answer.status_code, "đã vào" in answer.content.decode()) == (404, False)
    assert client.get("/co-luat/").content.decode() == "đã vào"


@pytest.mark.parametrize("who", ["anonymous", "binh", "dung"])
def test_the_admin_does_not_exist_for_strangers(client, request, world, who):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    names = [
        name for name in url_names() if name.startswith("admin:") and name.endswith(("_changelist", "_add"))
    ]
    assert len(names) > 10
    for name in [*names, "admin:index"]:
        for ask in (client.get, client.post):
            answer = ask(reverse(name))
            expected = (302, "/tai-khoan/login/") if who == "anonymous" else (404, "")
            assert (answer.status_code, answer.headers.get("Location", "")[:17]) == expected, name


def test_of_the_login_library_only_the_listed_pages_answer(client, an):
    client.force_login(an)
    closed = [name for name in url_names() if name.startswith("account_") and name not in access.THIRD_PARTY]
    assert "account_signup" in closed
    for name in closed:
        with contextlib.suppress(NoReverseMatch):  # one that needs arguments
            assert client.get(reverse(name)).status_code == 404, name
