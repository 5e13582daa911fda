"""Many focal points press "Gửi danh sách" at once, through the pages: the quota stays exact.

The control takes the lock and the constraints away and must exceed it, or the test would prove nothing.
"""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from delegates import rows as rows_module
from delegates.models import Delegate, NominationVersion, Seat
from delegates.tests.lists import person
from delegates.tests.test_focal_views import post_data

SUBMISSIONS, AT_ONCE = 200, 8
UNGUARDED = 4

pytestmark = pytest.mark.django_db(transaction=True)


def a_list(number: int) -> list[dict]:
    """Two communes and an investor, other ones for each number: within the quota, together far beyond it."""
    places = [f"Ủy ban nhân dân xã số {2 * number}", f"Ủy ban nhân dân xã số {2 * number + 1}"]
    rows = [person("ubnd-xa", place, email="") for place in places]
    return [*rows, person("chu-dau-tu", f"Công ty {number}", email="")]


def submit_all(address: str, user, nomination, times: int) -> list[int]:
    """Submit ``times`` different lists from ``AT_ONCE`` browsers; answers the status codes."""

    def one(number: int) -> int:
        try:
            client = Client(raise_request_exception=False)
            client.force_login(user)
            version = type(nomination).objects.values_list("version", flat=True).get(pk=nomination.pk)
            return client.post(address, post_data(a_list(number), version, "submit")).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(times)))


def taken(group: str) -> int:
    return Seat.objects.counted().filter(group__code=group).count()


@pytest.mark.slow
def test_two_hundred_submissions_never_exceed_the_quota(nomination, binh):
    codes = submit_all(reverse("nomination", args=[nomination.pk]), binh, nomination, SUBMISSIONS)
    assert set(codes) == {302, 409}
    assert (taken("ubnd-xa"), taken("chu-dau-tu")) == (2, 1)
    # Every list that was taken is a kept version, every other one was told so; the newest is the one that counts.
    assert nomination.versions.count() == codes.count(302)
    newest = {row["delegate_id"] for row in nomination.versions.first().rows}
    assert newest == set(Delegate.objects.attending().values_list("pk", flat=True))


@pytest.fixture
def unguarded(monkeypatch):
    """No lock, no constraint on seats and versions; they come back when the test is over."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    removed = [
        (model, constraint)
        for model in (Seat, Delegate, NominationVersion)
        for constraint in model._meta.constraints
    ]
    with connection.schema_editor() as editor:
        for model, constraint in removed:
            editor.remove_constraint(model, constraint)
    yield
    for model in (NominationVersion, Delegate, Seat):
        model.objects.all().delete()
    with connection.schema_editor() as editor:
        for model, constraint in removed:
            editor.add_constraint(model, constraint)


def test_control_without_lock_and_constraints_the_quota_is_exceeded(nomination, binh, unguarded, monkeypatch):
    meeting = threading.Barrier(UNGUARDED)
    original = rows_module.check

    def check_and_meet(*args):
        original(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=30)

    monkeypatch.setattr(rows_module, "check", check_and_meet)
    submit_all(reverse("nomination", args=[nomination.pk]), binh, nomination, UNGUARDED)
    assert taken("ubnd-xa") > 2
