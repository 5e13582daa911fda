"""The outbox: letters are rows, written in the transaction that causes them; workers carry them away later.

Whatever writes a letter calls ``enqueue``; what staff may do with one afterwards stands below it. How the
rows are claimed and handed to the mail server is in ``correspondence.sending``.
"""

import datetime as dt
import logging
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, Q
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from kombu.exceptions import OperationalError as BrokerError

from correspondence import policies
from correspondence.models import Attachment, DocumentCopy, Message
from directory.audit import record
from directory.models import Contact, PersonalLink, User
from hoinghi.files import clean_name
from hoinghi.text import clean_email

log = logging.getLogger(__name__)

State = Message.State


class WrongState(Exception):
    """The letter is not in a state in which this can be done; the text is for the person who tried."""

    def __init__(self, message: Message):
        super().__init__(f"Thư gửi {message.address} đang ở trạng thái “{message.get_state_display()}”.")


@dataclass(frozen=True)
class FileAttachment:
    """A few bytes of the letter's own, such as a calendar file."""

    name: str
    content_type: str
    content: bytes

    def as_row(self, message: Message) -> Attachment:
        return Attachment(
            message=message,
            name=clean_name(self.name),
            content_type=self.content_type,
            content=self.content,
        )


@dataclass(frozen=True)
class CopyAttachment:
    """The recipient's copy of an issued document."""

    copy: DocumentCopy

    def as_row(self, message: Message) -> Attachment:
        name = clean_name(self.copy.file_name)
        return Attachment(message=message, name=name, content_type="application/pdf", copy=self.copy)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic  # the row must never be seen without its attachments
def enqueue(
    *,
    key: str,
    topic: str,
    kind: str,
    address: str,
    recipient_name: str,
    subject: str,
    text: str,
    html: str = "",
    parts: dict | None = None,
    contact: Contact | None = None,
    user: User | None = None,
    link: PersonalLink | None = None,
    link_path: str = "",
    reply_to: str = "",
    attachments: tuple[FileAttachment | CopyAttachment, ...] = (),
    due_at: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    held: bool = False,
    again_of: Message | None = None,
    at: dt.datetime,
) -> Message:
    """Write one letter to one recipient, inside the caller's transaction.

    An existing ``key`` answers the existing row and changes nothing, also when two transactions write it at
    the same moment. An address that cannot be written to does not stop the others: its letter is stored as
    failed, with the reason.

    Arguments:
        key: what the letter is: ``invite:{conference}:{organisation}:{contact}:{version}``.
        topic: what it belongs to: ``conference:3``; the outbox filters by it.
        kind: which letter: ``invite``.
        text: the plain text; ``{link}`` in it and in ``html`` is filled when the letter is handed over.
        html: the same for mail programs that show HTML.
        parts: what both were rendered from (``letters.Letter.parts``).
        link: the personal link behind ``{link}``; nothing that opens a page is ever stored.
        link_path: the path behind ``{link}`` where the page asks for login.
        due_at: not before; default ``at``.
        not_after: too late from then on: the letter is cancelled instead of sent.
        held: keep it as a draft until staff release it.
        again_of: the letter that this one repeats.
    Raises:
        ValueError: ``{link}`` without anything to fill it with, or a reply address that is none.
    """
    if "{link}" in text + html and link is None and not link_path:
        raise ValueError(f"{key}: the text has {{link}}, but neither link nor link_path is given.")
    address, refusal = check_address(address)
    state = State.FAILED if refusal else State.DRAFT if held else State.QUEUED
    message, created = Message.objects.get_or_create(
        key=key,
        defaults={
            "topic": topic,
            "kind": kind,
            "state": state,
            "contact": contact,
            "user": user,
            "recipient_name": recipient_name,
            "address": address,
            "reply_to": clean_email(reply_to) if reply_to else "",
            "subject": subject,
            "text": text,
            "html": html,
            "parts": parts,
            "link": link,
            "link_path": link_path,
            "message_id": message_id_of(key),
            "again_of": again_of,
            "due_at": due_at or at,
            "not_after": not_after,
            "answer": refusal,
        },
    )
    if created:
        Attachment.objects.bulk_create([attachment.as_row(message) for attachment in attachments])
        if state == State.QUEUED and message.due_at <= at:
            wake_workers_on_commit()
    return message


def message_id_of(key: str) -> str:
    """The Message-ID of a letter: the same for the same key, and it tells nothing about it."""
    _, _, domain = settings.DEFAULT_FROM_EMAIL.rstrip("> ").rpartition("@")
    return f"<{salted_hmac('correspondence.outbox', key, algorithm='sha256').hexdigest()[:40]}@{domain}>"


def check_address(typed: str) -> tuple[str, str]:
    """The address as it is stored, and why nothing may be sent to it (empty: it may)."""
    try:
        address = clean_email(typed)
    except ValueError as error:
        return typed[:254], str(error)
    if len(address) > 254 or not address.isascii():
        return address[:254], f"“{address}” không phải là địa chỉ email dùng được."
    return address, refusal_of(address)


def refusal_of(address: str) -> str:
    """Why the settings forbid this address; with demo data nothing may reach a real mailbox."""
    allowed = settings.OUTBOX_ALLOWED_DOMAINS
    _, _, domain = address.rpartition("@")
    if not allowed or any(domain == each or domain.endswith(f".{each}") for each in allowed):
        return ""
    return f"Không gửi: cổng này chỉ được gửi thư tới địa chỉ có đuôi {', '.join(f'.{each}' for each in allowed)}."


def wake_workers_on_commit() -> None:
    """Wake a worker once the rows are there; once per transaction, however many letters it writes."""
    if all(function is not wake_workers for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(wake_workers, robust=True)


def wake_workers() -> None:
    """Say that letters wait. Nothing hangs on it: the rows are safe, and beat looks every few seconds."""
    try:
        current_app.send_task("correspondence.tasks.send_due_messages", retry=False, expires=60)
    except BrokerError as error:
        log.warning("The broker is away, letters wait for the next sweep: %s", error)


def oldest_unsent_age(at: dt.datetime) -> dt.timedelta | None:
    """How long the letter that has waited longest should have been gone; None when none waits.

    Counted from the first try where there was one: a letter on the ladder of retries is due later, but not
    younger.
    """
    waiting = Message.objects.unsent().filter(Q(due_at__lte=at) | Q(attempts__gt=0))
    since = waiting.annotate(since=Coalesce(Min("attempt_log__at"), "due_at")).aggregate(Min("since"))
    return at - since["since__min"] if since["since__min"] else None


# ── what staff do with a letter ─────────────────────────────────────────────────────────────────────


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
            wake_workers_on_commit()
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
