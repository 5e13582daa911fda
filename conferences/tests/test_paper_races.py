"""Two at the same request for a paper: colleagues who both send, staff who approve while another file comes."""

import contextlib
import threading

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.utils import timezone

from conferences.models import MaterialVersion, PaperRequest, PaperSubmission
from conferences.services import WrongState, papers
from conferences.tests.test_paper_requests import ask, pdf, send

pytestmark = pytest.mark.django_db(transaction=True)
Sent = PaperSubmission.State


@pytest.fixture
def paper(conference, world, an, binh):
    (made,) = ask(conference, an, world.dak_lak.so)
    return made


@pytest.fixture
def sent(paper, binh):
    """A file of it waits."""
    send(paper, binh, pdf("một"))
    return paper


@pytest.fixture
def meet(monkeypatch):
    """Let two meet between the check and the write, if the lock lets them; says whether they did."""
    barrier, met = threading.Barrier(2), []

    def meeting(original):
        def function(*args, **options):
            answer = original(*args, **options)
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=1.5)
                met.append(True)
            return answer

        return function

    # What sending and approving look at before they write.
    for name in ("sending_obstacle", "_waiting"):
        monkeypatch.setattr(papers, name, meeting(getattr(papers, name)))
    return met


@pytest.fixture
def unlocked(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **options: self)


def together(*verbs) -> list:
    outcomes = [None] * len(verbs)

    def run(index, verb):
        try:
            verb()
        except (WrongState, IntegrityError) as refused:
            outcomes[index] = type(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def send_two(paper, binh) -> list:
    return together(lambda: send(paper, binh, pdf("một")), lambda: send(paper, binh, pdf("hai")))


def test_two_colleagues_who_send_at_once_send_two_files_and_one_waits(paper, binh, meet):
    assert send_two(paper, binh) == [None, None]
    assert not meet
    assert [(each.number, each.state) for each in paper.submissions.all()] == [
        (2, Sent.WAITING),
        (1, Sent.RETURNED),
    ]


def test_control_without_the_lock_one_is_lost(paper, binh, meet, unlocked):
    outcomes = send_two(paper, binh)
    assert meet
    assert IntegrityError in outcomes


def approve_while_another_comes(paper, an, binh) -> list:
    return together(
        lambda: papers.approve(request=paper, number=1, actor=an, at=timezone.now()),
        lambda: send(paper, binh, pdf("hai")),
    )


def test_what_staff_approve_is_what_they_have_read(sent, an, binh, meet):
    outcomes = approve_while_another_comes(sent, an, binh)
    assert not meet
    sent.refresh_from_db()
    # Whoever came second: the second file waits, and the first was approved before it came or not at all.
    assert sent.state == PaperRequest.State.SUBMITTED
    states = {each.number: each.state for each in sent.submissions.all()}
    assert states[2] == Sent.WAITING
    assert states[1] == (Sent.RETURNED if outcomes[0] is WrongState else Sent.APPROVED)
    assert MaterialVersion.objects.count() == (0 if outcomes[0] is WrongState else 1)


def test_control_without_the_lock_both_go_on(sent, an, binh, meet, unlocked):
    outcomes = approve_while_another_comes(sent, an, binh)
    assert meet
    assert WrongState not in outcomes
