"""Several workers, jobs delivered more than once: every recipient gets exactly one letter.

The controls take the protection out and must double; otherwise the tests would prove nothing.
"""

import threading
from collections import Counter

import pytest
from django.db import connection, transaction
from django.utils import timezone

from correspondence import handling, sending
from correspondence.models import Message
from correspondence.sending import claim_due
from correspondence.tasks import send_due_messages
from correspondence.tests.letters import state_of, wait_for_a_waiting_lock, write, write_many

State = Message.State
pytestmark = pytest.mark.django_db(transaction=True)


def together(*functions) -> list:
    """Run the functions in threads that start at the same moment; their results in order."""
    barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(number):
        try:
            barrier.wait(10)
            results[number] = functions[number]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def received(smtp_server) -> Counter:
    return Counter(address for envelope in smtp_server.envelopes for address in envelope.rcpt_tos)


def test_a_job_delivered_three_times_sends_each_letter_once(smtp_server):
    messages = write_many(200)
    together(*[run_until_nothing_is_due] * 3)
    assert received(smtp_server) == {message.address: 1 for message in messages}
    assert {state_of(message) for message in messages} == {State.SENT}


def run_until_nothing_is_due():
    while Message.objects.due(timezone.now()).exists():
        send_due_messages()


def test_workers_never_claim_the_same_letter(settings):
    """The second claims while the first one's claim is not committed yet."""
    settings.OUTBOX_PER_MINUTE = 0  # else it would wait for the first
    write_many(100)
    with transaction.atomic():
        first = claim_due(worker="first", limit=60, at=timezone.now())
        (second,) = together(lambda: claim_due(worker="second", limit=60, at=timezone.now()))
    third = claim_due(worker="third", limit=60, at=timezone.now())
    assert (len(first), len(second), len(third)) == (60, 40, 0)
    assert not {message.pk for message in first} & {message.pk for message in second}


def test_control_read_then_write_doubles(smtp_server, monkeypatch):
    """Claim and handover as they must not be: the state is read, looked at in memory, and written back."""
    both_have_read = threading.Barrier(2)

    def claim_after_reading(*, worker, limit, at):
        messages = list(Message.objects.due(at)[:limit])
        both_have_read.wait(10)
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(
            state=State.CLAIMED, claimed_by=worker
        )
        return messages

    def mark_without_asking(message, tried, worker):
        return Message.objects.filter(pk=message.pk).update(state=State.SENDING, claimed_by=worker)

    monkeypatch.setattr(sending, "claim_due", claim_after_reading)
    monkeypatch.setattr(sending, "_mark_sending", mark_without_asking)
    messages = write_many(40)
    together(*[sending.send_due] * 2)
    assert received(smtp_server) == {message.address: 2 for message in messages}


def test_two_workers_share_the_limit_of_a_minute(settings):
    """The second waits for the first one's claim: without the lock both would count an empty minute."""
    settings.OUTBOX_PER_MINUTE = 12
    write_many(30)
    results = {}

    def second():
        results["second"] = claim_due(worker="second", limit=50, at=timezone.now())
        connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        first = claim_due(worker="first", limit=50, at=timezone.now())
        thread.start()
        # A statement inside this transaction sees only its own first look at the activity.
        together(wait_for_a_waiting_lock)
    thread.join(10)
    assert (len(first), len(results["second"])) == (12, 0)


def test_cancelling_and_handing_over_exclude_each_other(an):
    """Staff cancel while a worker commits that it is handing over: exactly one of them gets its way."""
    message = write()
    (claimed,) = claim_due(worker="w", limit=1, at=timezone.now())
    results = {}

    def cancel():
        try:
            results["cancelled"] = handling.cancel(message=message, actor=an, at=timezone.now())
        except handling.WrongState as error:
            results["refused"] = str(error)
        connection.close()

    thread = threading.Thread(target=cancel)
    with transaction.atomic():
        assert sending._mark_sending(claimed, None, "w")
        thread.start()
        together(wait_for_a_waiting_lock)
    thread.join(10)
    assert state_of(message) == State.SENDING
    assert results == {"refused": "Thư gửi sct-dak-lak@gov.example đang ở trạng thái “Đang gửi”."}


def test_pressing_send_again_twice_writes_one_letter(an):
    message = write()
    Message.objects.update(state=State.SENT)

    def again():
        return handling.send_again(message=message, number=1, actor=an, at=timezone.now()).pk

    first, second = together(again, again)
    assert first == second
    assert Message.objects.count() == 2
