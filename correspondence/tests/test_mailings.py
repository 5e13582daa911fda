"""Orders to write many letters: committed by the request, carried out whole, once."""

import pytest
from django.db import transaction
from django.utils import timezone

from correspondence import mailings
from correspondence.backlog import oldest_unsent_age
from correspondence.models import Mailing, Message
from correspondence.outbox import OutgoingLetter
from correspondence.tests.letters import letter
from correspondence.waking import SEND, WRITE, waker
from directory.models import AuditEntry

State = Message.State


def write_letters(mailing, at) -> list[OutgoingLetter]:
    """As many letters as the order's arguments say."""
    return [
        letter(f"mailing:{number}", address=f"so-{number}@gov.example")
        for number in range(mailing.arguments["count"])
    ]


@pytest.fixture
def writer(monkeypatch):
    """``writer(function)`` makes it the writer of the kind "test"."""
    monkeypatch.setattr(mailings, "_writers", {})
    monkeypatch.setattr(mailings, "PAUSES", (0, 0))

    def register(function=write_letters):
        mailings.register_writer("test", function)

    register()
    return register


def order(actor=None, count: int = 3, **changes) -> Mailing:
    values = {"kind": "test", "topic": "conference:1", "arguments": {"count": count}, "expected": count}
    return mailings.order(**(values | changes), actor=actor)


@pytest.mark.django_db
def test_an_order_is_a_row_until_a_worker_carries_it_out(writer, an):
    mailing = order(an)
    assert not Message.objects.exists()
    assert oldest_unsent_age(timezone.now()) is not None
    assert mailings.carry_out_waiting() == 1
    mailing.refresh_from_db()
    assert (mailing.written, mailing.error) == (3, "")
    assert mailing.finished_at
    assert Message.objects.filter(mailing=mailing, state=State.QUEUED).count() == 3
    actions = AuditEntry.objects.filter(object_type="correspondence.mailing").values_list("action", flat=True)
    assert sorted(actions) == ["mailing.carry_out", "mailing.order"]
    assert mailings.carry_out_waiting() == 0
    assert Message.objects.count() == 3


@pytest.mark.django_db
def test_an_order_wakes_the_writer_and_its_letters_the_senders(writer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as ordered:
        mailing = order()
    with django_capture_on_commit_callbacks() as written:
        mailings.carry_out(mailing.pk)
    assert (ordered, written) == ([waker(WRITE)], [waker(SEND)])


@pytest.mark.django_db
def test_letters_that_are_there_already_are_not_written_again(writer):
    mailings.carry_out(order(count=2).pk)
    second = order(count=5)
    mailings.carry_out(second.pk)
    second.refresh_from_db()
    assert second.written == 3
    assert Message.objects.count() == 5


@pytest.mark.django_db
def test_held_letters_are_drafts(writer):
    mailings.carry_out(order(held=True).pk)
    assert set(Message.objects.values_list("state", flat=True)) == {State.DRAFT}


@pytest.mark.django_db
def test_a_refusal_is_shown_and_leaves_nothing_half_written(writer, an):
    def refuse(mailing, at):
        yield letter("mailing:0")
        raise mailings.Refused("Hội nghị đã hủy.")

    writer(refuse)
    mailing = order(an)
    mailings.carry_out(mailing.pk)
    mailing.refresh_from_db()
    assert (mailing.error, mailing.written) == ("Hội nghị đã hủy.", 0)
    assert mailing.finished_at
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_error_is_tried_again(writer):
    tries = []

    def stumble(mailing, at):
        tries.append(at)
        if len(tries) < 3:
            raise RuntimeError("lạ")
        return write_letters(mailing, at)

    writer(stumble)
    mailing = order()
    mailings.carry_out(mailing.pk)
    mailing.refresh_from_db()
    assert (len(tries), mailing.written, mailing.error) == (3, 3, "")


@pytest.mark.django_db(transaction=True)
def test_an_error_that_stays_ends_the_order(writer):
    def fail(mailing, at):
        yield letter("mailing:0")
        raise RuntimeError("bí mật")

    writer(fail)
    mailing = order()
    mailings.carry_out(mailing.pk)
    mailing.refresh_from_db()
    assert "RuntimeError" in mailing.error
    assert "bí mật" not in mailing.error
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_nobody_orders_letters_that_nobody_writes(writer):
    with pytest.raises(KeyError):
        order(kind="unheard-of")


@pytest.mark.django_db
def test_a_rolled_back_order_leaves_nothing(writer):
    with transaction.atomic():
        order()
        transaction.set_rollback(True)
    assert not Mailing.objects.exists()
