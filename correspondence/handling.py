"""What staff do with letters, one verb per function; each changes a letter under its lock and is recorded."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from correspondence import policies
from correspondence.models import Attachment, Message, OfficialDocument
from correspondence.outbox import check_address, enqueue
from correspondence.waking import SEND, wake_on_commit
from directory.audit import record, record_many
from directory.models import User

State = Message.State


class WrongState(Exception):
    """The letter is not in a state in which this can be done; the text is for the person who tried."""

    def __init__(self, message: Message):
        super().__init__(f"Thư gửi {message.address} đang ở trạng thái “{message.get_state_display()}”.")


def _change(message: Message, *, states: frozenset[State], action: str, actor: User, **values) -> Message:
    """Change a letter under its lock if it still is in one of ``states``.

    Raises:
        WrongState: somebody was quicker, or a worker is.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.state not in states:
            raise WrongState(row)
        changes = {name: [str(getattr(row, name)), str(value)] for name, value in values.items()}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=[*values, "search"])
        record(actor=actor, action=action, target=row, changes=changes)
        if row.state == State.QUEUED:
            wake_on_commit(SEND)
    return row


def retry(*, message: Message, actor: User, at: dt.datetime) -> Message:
    """Put a failed letter back to the start of the ladder; it goes to the contact's present address.

    Raises:
        WrongState: it has not failed.
    """
    address, _ = check_address(_present_address(message))
    return _change(
        message,
        states=policies.RETRYABLE,
        action="message.retry",
        actor=actor,
        state=State.QUEUED,
        address=address,
        due_at=at,
        not_after=None,
        attempts=0,
    )


def cancel(*, message: Message, actor: User, at: dt.datetime) -> Message:
    """Stop a letter that has not gone.

    Raises:
        WrongState: it is being handed over, or has left.
    """
    return _change(
        message, states=policies.CANCELLABLE, action="message.cancel", actor=actor, state=State.CANCELLED
    )


def release(*, message: Message, actor: User, at: dt.datetime) -> Message:
    """Let a held draft go.

    Raises:
        WrongState: it is no draft any more.
    """
    return _change(
        message,
        states=policies.HELD,
        action="message.release",
        actor=actor,
        state=State.QUEUED,
        due_at=max(message.due_at, at),
    )


@transaction.atomic
def release_many(*, messages: Iterable[Message], actor: User, at: dt.datetime) -> list[Message]:
    """Let many held drafts go at once; answers those that were drafts still."""
    chosen = Message.objects.filter(pk__in=[message.pk for message in messages], state__in=policies.HELD)
    held = list(chosen.select_for_update().defer("text", "html", "parts", "search").order_by("pk"))
    released = Message.objects.filter(pk__in=[message.pk for message in held])
    released.update(state=State.QUEUED, due_at=Greatest("due_at", Value(at)))
    changes = {"state": [State.DRAFT, State.QUEUED]}
    record_many(actor=actor, action="message.release", targets=held, changes=changes)
    if held:
        wake_on_commit(SEND)
    return held


def send_unknown(*, message: Message, actor: User, at: dt.datetime) -> Message:
    """Send a letter of unknown fate once more, as the same letter: its Message-ID stays, so that a mail
    program that already has it can tell.

    Raises:
        WrongState: it is not unknown any more.
    """
    return _change(
        message,
        states=policies.UNSETTLED,
        action="message.send_unknown",
        actor=actor,
        state=State.QUEUED,
        due_at=at,
        not_after=None,
        attempts=0,
        # A worker that only slept must not write its old result over the new try.
        claimed_by="",
    )


def settle_as_sent(*, message: Message, actor: User, at: dt.datetime) -> Message:
    """Staff have learnt that a letter of unknown fate arrived.

    Raises:
        WrongState: it is not unknown any more.
    """
    return _change(
        message,
        states=policies.UNSETTLED,
        action="message.settle_as_sent",
        actor=actor,
        state=State.SENT,
        sent_at=message.handed_over_at or at,
    )


def stop_letters_with(document: OfficialDocument) -> int:
    """Cancel the letters that wait with a copy of a document that is in force no longer; answers how many.

    Those that a worker has claimed too: it commits "sending" before it hands anything over, and finds them gone.
    """
    carrying = Attachment.objects.filter(copy__document=document).values("message")
    states = [State.DRAFT, State.QUEUED, State.CLAIMED]
    waiting = Message.objects.filter(pk__in=carrying, state__in=states)
    return waiting.update(state=State.CANCELLED, answer=policies.obstacle_to_sending(document))


def next_number(message: Message) -> int:
    """Which repetition of the letter the next one would be."""
    return _original(message).sent_again.count() + 1


@transaction.atomic
def send_again(*, message: Message, number: int, actor: User, at: dt.datetime) -> Message:
    """Write a new letter with the content of one that is done, to the contact's present address.

    Arguments:
        number: which repetition (``next_number`` when the page was shown): pressing twice writes one letter.
    Raises:
        WrongState: the letter is still on its way.
    """
    original = Message.objects.select_for_update().get(pk=_original(message).pk)
    message = Message.objects.get(pk=message.pk)
    if message.state not in policies.REPEATABLE:
        raise WrongState(message)
    key = f"{original.key}:again{number}"
    if existing := Message.objects.filter(key=key).first():
        return existing
    repeated = enqueue(
        key=key,
        topic=message.topic,
        kind=message.kind,
        address=_present_address(message),
        recipient_name=message.recipient_name,
        subject=message.subject,
        text=message.text,
        html=message.html,
        parts=message.parts,
        contact=message.contact,
        user=message.user,
        link=message.link,
        link_path=message.link_path,
        reply_to=message.reply_to,
        again_of=original,
        at=at,
    )
    Attachment.objects.bulk_create(
        Attachment(
            message=repeated,
            name=each.name,
            content_type=each.content_type,
            copy=each.copy,
            content=each.content,
        )
        for each in message.attachments.all()
    )
    record(
        actor=actor, action="message.send_again", target=repeated, changes={"again_of": [None, message.pk]}
    )
    return repeated


def _original(message: Message) -> Message:
    return message.again_of or message


def _present_address(message: Message) -> str:
    return message.contact.email if message.contact else message.address
