"""Writing letters: once per key, safe addresses, awake workers."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from correspondence.models import Message
from correspondence.outbox import FileAttachment, message_id_of
from correspondence.tests.letters import wait_for_a_waiting_lock, write, write_many
from correspondence.waking import SEND, waker

State = Message.State


@pytest.mark.django_db
def test_a_key_is_written_once_and_the_first_text_stays():
    first = write(
        "invite:1", subject="Thư thứ nhất", attachments=[FileAttachment("a.ics", "text/calendar", b"x")]
    )
    second = write(
        "invite:1", subject="Thư thứ hai", attachments=[FileAttachment("b.ics", "text/calendar", b"y")]
    )
    assert first.pk == second.pk
    assert second.subject == "Thư thứ nhất"
    assert [each.name for each in second.attachments.all()] == ["a.ics"]


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_write_one_key_make_one_letter():
    """The second insert waits for the first to commit, then takes its row; both transactions go on."""
    inserted, commit, written = threading.Event(), threading.Event(), []

    def first():
        with transaction.atomic():
            written.append(write("invite:1").pk)
            inserted.set()
            commit.wait(10)
        connection.close()

    def second():
        inserted.wait(10)
        with transaction.atomic():
            written.append(write("invite:1").pk)
            write("invite:2")  # the transaction is whole after the refused insert
        connection.close()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    wait_for_a_waiting_lock()
    commit.set()
    for thread in threads:
        thread.join(10)
    assert len(written) == 2
    assert len(set(written)) == 1
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_rolled_back_cause_leaves_no_letter():
    with transaction.atomic():
        write("invite:1")
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_message_id_is_the_same_for_the_same_key_and_tells_nothing(settings):
    settings.DEFAULT_FROM_EMAIL = "Cổng hội nghị <hoinghi@portal.example>"
    assert message_id_of("invite:1") == message_id_of("invite:1") == write("invite:1").message_id
    assert message_id_of("invite:1") != message_id_of("invite:1:again1")
    assert message_id_of("invite:1").endswith("@portal.example>")
    assert "invite" not in message_id_of("invite:1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "part_of_answer"),
    [
        ("khong-co-a-cong", "thiếu dấu @"),
        ("a@b.example, c@d.example", "nhiều hơn một địa chỉ"),
        ("a@b.example\r\nBcc: x@y.example", "nhiều hơn một địa chỉ"),
        ("hà@nội.example", "chữ có dấu"),
        ("a@пример.example", "địa chỉ email"),
        ("x" * 300 + "@b.example", "địa chỉ email"),
        ("", "thiếu dấu @"),
    ],
)
def test_an_address_that_is_none_is_stored_as_failed_with_the_reason(typed, part_of_answer):
    message = write(address=typed)
    assert message.state == State.FAILED
    assert part_of_answer in message.answer


@pytest.mark.django_db
def test_an_address_is_cleaned():
    assert write(address="  Sở Công Thương <SCT@Gov.Example> ").address == "sct@gov.example"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("so@gov.example", True),
        ("so@example", False),  # no address at all
        ("so@moit.gov.vn", False),
        ("so@notexample", False),
        ("so@gov.example.vn", False),
        ("so@my-example.com", False),
    ],
)
def test_only_allowed_domains_are_written_to(settings, address, allowed):
    settings.OUTBOX_ALLOWED_DOMAINS = ["example"]
    message = write(address=address)
    assert (message.state == State.QUEUED) == allowed
    if address.endswith("moit.gov.vn"):
        assert message.answer == "Không gửi: cổng này chỉ được gửi thư tới địa chỉ có đuôi .example."


@pytest.mark.django_db
def test_a_link_without_anything_behind_it_is_a_mistake():
    with pytest.raises(ValueError, match="neither link nor link_path"):
        write(text="Mở {link}")


@pytest.mark.django_db
def test_a_bad_reply_address_is_refused():
    with pytest.raises(ValueError, match="thiếu dấu @"):
        write(reply_to="không phải email")


@pytest.mark.django_db
def test_a_held_letter_is_a_draft():
    assert write(held=True).state == State.DRAFT


@pytest.mark.django_db
def test_many_letters_wake_the_workers_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        write_many(20)
    assert callbacks == [waker(SEND)]


@pytest.mark.django_db
def test_letters_of_later_wake_nobody(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        write(due_at=timezone.now() + dt.timedelta(days=1))
        write("held", held=True)
    assert callbacks == []


@pytest.mark.django_db(transaction=True)
def test_the_letter_is_safe_when_the_broker_is_away(settings):
    from celery import current_app

    before = current_app.conf.broker_write_url
    current_app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    current_app.amqp._producer_pool = None
    try:
        started = timezone.now()
        write("invite:1")
        assert timezone.now() - started < dt.timedelta(seconds=2)
    finally:
        current_app.conf.broker_write_url = before
        current_app.amqp._producer_pool = None
    assert Message.objects.get(key="invite:1").state == State.QUEUED
