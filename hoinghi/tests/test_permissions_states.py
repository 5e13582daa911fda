"""The permission matrix in every state of a conference, a list, a person and a link.

``hoinghi.tests.matrix_states`` says what a situation changes against the matrix; nothing else may differ. Whom the
policy of the view turns away already, whatever the state, is not asked again.
"""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from conferences.models import Conference
from delegates import services
from delegates.models import Delegate, Nomination
from directory import links
from directory.models import Mandate, PersonalLink, User
from hoinghi.access import policy_of
from hoinghi.tests.matrix import MATRIX
from hoinghi.tests.matrix_states import EXPECTED
from hoinghi.tests.test_permissions import sitting
from hoinghi.tests.things import address

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def conference_is(state: str, **columns):
    return lambda things, an: Conference.objects.update(state=state, **columns)


def list_is(state: str):
    def change(things, an):
        Nomination.objects.update(state=state, submitted_at=timezone.now(), reason="x")

    return change


def moved_to(**dates: dt.timedelta):
    """The dates of the conference, counted from now."""

    def change(things, an):
        now = timezone.now()
        Conference.objects.update(**{name: now + distance for name, distance in dates.items()})

    return change


HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def ended(things, an):
    moved_to(start_at=-3 * DAY, end_at=-3 * DAY + HOUR, nomination_deadline=-4 * DAY)(things, an)


def concluded(things, an):
    ended(things, an)
    conference_is("concluded")(things, an)


def replaced(things, an):
    list_is("submitted")(things, an)
    person = {
        "honorific": "ông",
        "full_name": "Vũ Văn Mới",
        "job_title": "Phó Giám đốc",
        "phone": "0912000009",
    }
    services.replace(
        delegate=Delegate.objects.get(pk=things.person),
        person=person,
        reason="Ốm",
        actor=an,
        at=timezone.now(),
    )


def withdrawn(things, an):
    list_is("submitted")(things, an)
    services.withdraw_delegate(
        delegate=Delegate.objects.get(pk=things.person), reason="Ốm", actor=an, at=timezone.now()
    )


def expired(things, an):
    PersonalLink.objects.update(expires_at=timezone.now() - HOUR)


def revoked(things, an):
    for holder in PersonalLink.objects.values_list("holder", flat=True).distinct():
        links.revoke(holder=holder, at=timezone.now())


def without_mandates(things, an):
    Mandate.objects.update(valid_from=None, valid_to=timezone.localdate() - DAY)


def closed_accounts(things, an):
    User.objects.exclude(pk=an.pk).update(is_active=False)


SITUATIONS = {
    "conference draft": conference_is("draft", announced_at=None),
    "conference planned": conference_is("planned", announced_at=None),
    "conference postponed": conference_is("postponed", state_reason="Bão"),
    "conference cancelled": conference_is("cancelled", state_reason="Bão"),
    "its day": moved_to(start_at=-HOUR, end_at=3 * HOUR, nomination_deadline=-DAY),
    "ended": ended,
    "concluded": concluded,
    "list submitted": list_is("submitted"),
    "list returned": list_is("returned"),
    "list accepted": list_is("accepted"),
    "list declined": list_is("declined"),
    "after the deadline": moved_to(nomination_deadline=-HOUR),
    "after the hard close": moved_to(nomination_deadline=-DAY, hard_close=-HOUR),
    "person replaced": replaced,
    "person withdrawn": withdrawn,
    "links expired": expired,
    "links revoked": revoked,
    "mandates ended": without_mandates,
    "accounts closed": closed_accounts,
}
# Whoever has a dead link may have a new one sent, to the address that the old one went to.
RENEWING = {"delegate-new-link", "officer-new-link", "set-password-renew"}
BY_LINK = {"token", "officer_token", "account_token", "focal_feed", "delegate_feed"}
# Whom a situation concerns; whoever acts by link is anonymous.
ALL = ("anonymous", "binh", "dung", "an")
CONCERNED = {
    **dict.fromkeys(("links expired", "links revoked"), ("anonymous",)),
    **dict.fromkeys(("mandates ended", "accounts closed"), ("binh", "dung")),
    **dict.fromkeys(
        (
            *("list submitted", "list returned", "list accepted", "list declined"),
            *("after the deadline", "after the hard close", "person replaced", "person withdrawn"),
        ),
        ("anonymous", "binh"),
    ),
}


def asked_of(who: str, user, things) -> dict[str, tuple]:
    """The lines of the matrix that the state may change: what the policy of the view lets the person see."""
    found = {}
    for name, (row, other) in MATRIX.items():
        if who != "anonymous" and BY_LINK & {*row.needs, *other.needs}:
            continue
        if policy_of(resolve(address(name, row, things)))(user):
            found[name] = (getattr(row, who), getattr(other, who))
    return found


def spoken(changes: dict[str, tuple]) -> dict[str, str]:
    """As ``EXPECTED`` writes it: "GET POST" → names of URLs."""
    found: dict[str, list[str]] = {}
    for name, (get, post) in changes.items():
        found.setdefault(f"{get} {post}", []).append(name)
    return {codes: " ".join(sorted(names)) for codes, names in sorted(found.items())}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_state_changes_nothing_else(situation, request, things, neighbour, an):
    users = {who: request.getfixturevalue(who) for who in ("binh", "dung", "an")} | {
        "anonymous": AnonymousUser()
    }
    people = {}
    for who in CONCERNED.get(situation, ALL):
        people[who] = Client(raise_request_exception=False), asked_of(who, users[who], things)
        if who != "anonymous":
            people[who][0].force_login(users[who])
    SITUATIONS[situation](things, an)
    for who, (client, expected) in people.items():
        met, faults = sitting(client, things, expected, known=(405,))
        changes = spoken({name: codes for name, codes in met.items() if codes != expected[name]})
        assert {key: fault for key, fault in faults.items() if key[0] not in RENEWING} == {}, who
        assert changes == EXPECTED.get((situation, who), {}), who
