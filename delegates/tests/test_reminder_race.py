"""Two workers carry out the same reminder, two people press "Gửi nhắc ngay", at the same moment."""

import contextlib
import datetime as dt
import threading

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from conferences import reminders
from conferences.audiences import audiences
from conferences.models import Reminder
from correspondence.models import Message
from directory.models import AuditEntry, PersonalLink
from hoinghi.tests.cast import make_delegate

pytestmark = pytest.mark.django_db(transaction=True)


def together(monkeypatch, job) -> list:
    """Run ``job`` in two threads that meet just before they write letters, if the lock lets them."""
    meeting = threading.Barrier(2)
    original = reminders._write

    def meet_and_write(*args, **options):
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1.5)
        return original(*args, **options)

    monkeypatch.setattr(reminders, "_write", meet_and_write)
    answers = [None, None]

    def run(index):
        try:
            answers[index] = job()
        except reminders.CannotRemind as refusal:
            answers[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def due(conference, nomination):
    """A reminder of one delegate that is due now; the hours play no part."""
    make_delegate(nomination)
    now = timezone.now()
    return Reminder.objects.create(
        conference=conference,
        audience="delegates",
        date=conference.start_at,
        due_at=now,
        not_after=now + dt.timedelta(hours=1),
    )


def test_one_worker_reminds_and_the_other_has_nothing_to_do(due, monkeypatch):
    answers = together(monkeypatch, lambda: reminders.run_due(due.due_at))
    assert sorted(answers) == [0, 1]
    assert Message.objects.count() == PersonalLink.objects.count() == 1
    assert AuditEntry.objects.filter(action="reminder.run").count() == 1
    due.refresh_from_db()
    assert (due.state, due.written) == ("done", 1)


def test_control_without_the_lock_both_workers_remind(due, monkeypatch):
    """Only the letter's key keeps the second letter away; links and audit are written twice."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    together(monkeypatch, lambda: reminders.run_due(due.due_at))
    assert Message.objects.count() == 1
    assert PersonalLink.objects.count() == 2
    assert AuditEntry.objects.filter(action="reminder.run").count() == 2


def remind_now(conference, an):
    return reminders.remind_now(
        conference=conference,
        audience=audiences()["focal_points"],
        number=0,
        actor=an,
        at=timezone.now(),
    )


def test_two_people_who_press_at_once_remind_once(conference, nomination, an, monkeypatch):
    answers = together(monkeypatch, lambda: remind_now(conference, an))
    assert sorted(type(answer) for answer in answers if not isinstance(answer, Reminder)) == [
        reminders.CannotRemind
    ]
    assert (Reminder.objects.count(), Message.objects.count()) == (1, 1)


def test_control_without_the_lock_both_presses_count(conference, nomination, an, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)
    together(monkeypatch, lambda: remind_now(conference, an))
    assert Reminder.objects.count() == 2
