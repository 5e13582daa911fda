"""Two colleagues press "Gửi danh sách" at the same moment."""

import contextlib
import threading

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.utils import timezone

from delegates import rows as rows_module
from delegates import services
from delegates.errors import StaleVersion
from delegates.models import Seat
from delegates.tests.lists import person


def two_lists():
    """Two different lists, each within the quota of 2, together beyond it."""
    return [
        [
            *(person("ubnd-xa", f"Ủy ban nhân dân xã Đắk Lắk {number}") for number in numbers),
            person("chu-dau-tu", company),
        ]
        for numbers, company in (((1, 2), "Công ty A"), ((3,), "Công ty B"))
    ]


def submit_together(nomination, actor, monkeypatch) -> list[BaseException | None]:
    """Submit both lists from two threads that meet between the check and the write, if the lock lets them."""
    meeting = threading.Barrier(2)
    original = rows_module.check

    def check_and_meet(*args):
        original(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1.5)

    monkeypatch.setattr(rows_module, "check", check_and_meet)
    outcomes: list[BaseException | None] = [None, None]

    def run(index, rows):
        try:
            services.submit(nomination=nomination, rows=rows, version=0, actor=actor, at=timezone.now())
        except (StaleVersion, IntegrityError) as refused:
            outcomes[index] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(two_lists())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_one_list_wins_and_the_other_is_told(nomination, binh, monkeypatch):
    outcomes = submit_together(nomination, binh, monkeypatch)
    assert sorted(type(outcome) for outcome in outcomes if outcome) == [StaleVersion]
    names = set(Seat.objects.counted().values_list("name", flat=True))
    assert names in [{row["organisation"] for row in rows} for rows in two_lists()]
    assert nomination.versions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_pass_the_check(nomination, binh, monkeypatch):
    """The window is real: take the lock away and only the database's own constraint stops the second."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    outcomes = submit_together(nomination, binh, monkeypatch)
    assert StaleVersion not in [type(outcome) for outcome in outcomes]
