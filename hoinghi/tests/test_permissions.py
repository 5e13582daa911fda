"""Who may open what: every URL name × every member of the cast × GET and POST.

A new URL without a line here fails ``test_every_url_stands_in_the_matrix``; a view without a policy is 404.
"""

import contextlib
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from conferences.models import Conference, Material, MaterialVersion
from correspondence.models import Message
from delegates.models import Delegate, Nomination, NominationVersion
from directory.models import AuditEntry
from hoinghi import access

LOGIN = "login"


@dataclass(frozen=True)
class Row:
    """What each member of the cast meets; ``post`` where it differs from ``get``."""

    anonymous: int | str
    binh: int
    cuc: int
    dung: int
    an: int
    needs: tuple[str, ...] = ()


def everybody(code: int, *needs: str) -> Row:
    return Row(code, code, code, code, code, needs)


def staff_only(code: int, *needs: str) -> Row:
    return Row(LOGIN, 404, 404, 404, code, needs)


def signed_in(code: int) -> Row:
    return Row(LOGIN, code, code, code, code)


def own_province(code: int, *needs: str, an: int | None = None) -> Row:
    """binh's own; the neighbour and the technical officer don't even learn that it exists."""
    return Row(LOGIN, code, 404, 404, code if an is None else an, needs)


def public_get(row: Row) -> tuple[Row, Row]:
    """A page without POST that anyone may ask for; what is shown is decided by the object."""
    return row, everybody(405, *row.needs)


def account_get(row: Row) -> tuple[Row, Row]:
    """A page without POST behind the login."""
    return row, replace(signed_in(405), needs=row.needs)


def staff_get(row: Row) -> tuple[Row, Row]:
    return row, staff_only(405, *row.needs)


# URL name → (GET, POST). POSTs are empty: where one may be sent at all, it is refused for its content.
MATRIX: dict[str, tuple[Row, Row]] = {
    # public
    "home": public_get(everybody(200)),
    "conference": public_get(everybody(200, "slug")),
    "conference-calendar": public_get(everybody(200, "slug")),
    "help": public_get(everybody(200)),
    "privacy": public_get(everybody(200)),
    "no_secrets": public_get(everybody(200)),
    "healthz": public_get(everybody(200)),
    "readyz": public_get(everybody(200)),
    # materials: an invited province's paper
    "material": public_get(Row(LOGIN, 200, 404, 404, 200, ("material",))),
    # focal point
    "invitations": account_get(signed_in(200)),
    "nomination": (own_province(200, "nomination"), own_province(409, "nomination", an=404)),
    "nomination-receipt": account_get(own_province(200, "nomination")),
    "nomination-decline": (
        replace(signed_in(405), needs=("nomination",)),
        own_province(200, "nomination", an=404),
    ),
    # delegate: the address is the right
    "delegate-page": (everybody(200, "token"), everybody(200, "token")),
    "delegate-calendar": public_get(everybody(200, "token")),
    "delegate-material": public_get(everybody(200, "token", "material")),
    "delegate-new-link": (everybody(405, "token"), everybody(302, "token")),
    # staff
    "cockpit": staff_get(staff_only(200, "slug")),
    "cockpit-export": staff_get(staff_only(200, "slug")),
    "publish": (staff_only(200, "slug"), staff_only(409, "slug")),
    "invite": (staff_only(200, "slug"), staff_only(200, "slug")),
    "nomination-review": (staff_only(200, "slug", "nomination"), staff_only(200, "slug", "nomination")),
}


def url_names() -> set[str]:
    """Every named URL of the project; the admin's and allauth's are covered by name spaces below."""
    found = set()

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                walk(pattern.url_patterns, namespace)
            elif isinstance(pattern, URLPattern):
                found.add(f"{prefix}{pattern.name}")

    walk(get_resolver().url_patterns)
    return found


LIBRARY = ("admin:", "account_", "django.")


@pytest.fixture
def things(em, nomination, other_nomination, conference):
    """One of everything that a URL of the matrix points to."""
    NominationVersion.objects.create(
        nomination=nomination, number=1, rows=[], submitted_by_name="", submitted_at=timezone.now()
    )
    material = Material.objects.create(conference=conference, title="Báo cáo")
    version = MaterialVersion(
        material=material,
        number=1,
        file_name="x.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )
    version.file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    return SimpleNamespace(
        slug=conference.slug, nomination=nomination.pk, material=version.pk, token=em.token
    )


ARGUMENT = {"slug": "slug", "token": "token"}  # everything else is the object's pk


def address(name: str, row: Row, things) -> str:
    return reverse(name, kwargs={ARGUMENT.get(need, "pk"): getattr(things, need) for need in row.needs})


def state_of_the_world():
    """What a refused request must leave as it was."""
    return (
        list(Nomination.objects.order_by("pk").values_list("state", "version", "draft")),
        list(Conference.objects.order_by("pk").values_list("state", flat=True)),
        list(Delegate.objects.order_by("pk").values_list("state", "answer")),
        Message.objects.count(),
        AuditEntry.objects.count(),
    )


@pytest.mark.parametrize("who", ["anonymous", "binh", "cuc", "dung", "an"])
@pytest.mark.parametrize("name", sorted(MATRIX))
def test_the_matrix(name, who, client, request, things):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    for method, row in zip(("get", "post"), MATRIX[name], strict=True):
        before = state_of_the_world()
        answer = getattr(client, method)(address(name, row, things))
        answer.close()
        expected = getattr(row, who)
        if expected == LOGIN:
            assert answer.status_code == 302, method
            assert answer.headers["Location"].startswith("/tai-khoan/login/"), method
        else:
            assert answer.status_code == expected, method
        if method == "post" or expected in (LOGIN, 404):
            assert state_of_the_world() == before, f"{method} changed something"


def test_every_url_stands_in_the_matrix():
    own = {name for name in url_names() if not name.startswith(LIBRARY)}
    assert own == set(MATRIX)
    assert len(own) > 20


def test_every_view_of_our_own_names_a_policy():
    views = {}

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns)
            elif pattern.name in MATRIX:
                views[pattern.name] = pattern.callback

    walk(get_resolver().url_patterns)
    assert {name for name, view in views.items() if getattr(view, "policy", None) is None} == set()
    assert set(views) == set(MATRIX)


@pytest.mark.parametrize("who", ["anonymous", "binh", "dung"])
def test_the_admin_does_not_exist_for_strangers(client, request, world, who):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    names = [
        name for name in url_names() if name.startswith("admin:") and name.endswith(("_changelist", "_add"))
    ]
    assert len(names) > 10
    for name in [*names, "admin:index"]:
        answer = client.get(reverse(name))
        expected = (302, "/tai-khoan/login/") if who == "anonymous" else (404, "")
        assert (answer.status_code, answer.headers.get("Location", "")[:17]) == expected, name


def test_of_the_login_library_only_the_listed_pages_answer(client, an):
    client.force_login(an)
    closed = [name for name in url_names() if name.startswith("account_") and name not in access.THIRD_PARTY]
    assert "account_signup" in closed
    for name in closed:
        with contextlib.suppress(NoReverseMatch):  # one that needs arguments
            assert client.get(reverse(name)).status_code == 404, name
