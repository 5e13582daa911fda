"""The outbox: letters are rows, written in the transaction that causes them; workers carry them away later.

Whatever writes a letter calls ``enqueue``, or ``enqueue_many`` for hundreds. What staff may do with one
afterwards is in ``correspondence.handling``; how the rows are claimed and handed to the mail server in
``correspondence.sending``.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from correspondence.models import Attachment, DocumentCopy, Mailing, Message
from correspondence.waking import SEND, wake_on_commit
from directory.models import Contact, PersonalLink, User
from hoinghi.files import clean_name
from hoinghi.text import clean_email

State = Message.State

# Rows of one INSERT: a letter is some 20 kB.
ROWS_AT_ONCE = 200


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
    """The recipient's copy of an issued document; the letter waits until its PDF is made."""

    copy: DocumentCopy

    def as_row(self, message: Message) -> Attachment:
        name = clean_name(self.copy.file_name)
        return Attachment(message=message, name=name, content_type="application/pdf", copy=self.copy)


@dataclass(frozen=True, kw_only=True)
class OutgoingLetter:
    """One letter to one recipient, before it is written.

    Arguments:
        key: what the letter is: ``invite:{conference}:{organisation}:{contact}:{version}``.
        topic: what it belongs to: ``conference:3``; the outbox filters by it.
        kind: which letter: ``invite``.
        text: the plain text; ``{link}`` in it and in ``html`` is filled when the letter is handed over.
        html: the same for mail programs that show HTML.
        parts: what both were rendered from (``letters.Letter.parts``).
        link: the personal link behind ``{link}``; nothing that opens a page is ever stored.
        link_path: the path behind ``{link}`` where the page asks for login.
        due_at: not before; default the moment of writing.
        not_after: too late from then on: the letter is cancelled instead of sent.
        again_of: the letter that this one repeats.
    Raises:
        ValueError: ``{link}`` without anything to fill it with, or a reply address that is none.
    """

    key: str
    topic: str
    kind: str
    address: str
    recipient_name: str
    subject: str
    text: str
    html: str = ""
    parts: dict | None = None
    contact: Contact | None = None
    user: User | None = None
    link: PersonalLink | None = None
    link_path: str = ""
    reply_to: str = ""
    attachments: tuple[FileAttachment | CopyAttachment, ...] = ()
    due_at: dt.datetime | None = None
    not_after: dt.datetime | None = None
    again_of: Message | None = None

    def __post_init__(self):
        if "{link}" in self.text + self.html and self.link is None and not self.link_path:
            raise ValueError(f"{self.key}: the text has {{link}}, but neither link nor link_path is given.")
        if self.reply_to:
            clean_email(self.reply_to)

    def as_row(self, *, at: dt.datetime, held: bool = False, mailing: Mailing | None = None) -> Message:
        """The row that is written at ``at``: queued, or a draft when it is held, or failed with the reason."""
        address, refusal = check_address(self.address)
        return Message(
            key=self.key,
            topic=self.topic,
            kind=self.kind,
            state=State.FAILED if refusal else State.DRAFT if held else State.QUEUED,
            contact=self.contact,
            user=self.user,
            recipient_name=self.recipient_name,
            address=address,
            reply_to=clean_email(self.reply_to) if self.reply_to else "",
            subject=self.subject,
            text=self.text,
            html=self.html,
            parts=self.parts,
            mailing=mailing,
            link=self.link,
            link_path=self.link_path,
            message_id=message_id_of(self.key),
            again_of=self.again_of,
            due_at=self.due_at or at,
            not_after=self.not_after,
            answer=refusal,
        )


def enqueue(*, at: dt.datetime, held: bool = False, **letter) -> Message:
    """Write one letter to one recipient, inside the caller's transaction.

    An existing ``key`` answers the existing row and changes nothing, also when two transactions write it at
    the same moment. An address that cannot be written to does not stop the others: its letter is stored as
    failed, with the reason.

    Arguments:
        at: the moment of writing.
        held: keep it as a draft until staff release it.
        letter: the arguments of ``OutgoingLetter``.
    Raises:
        ValueError: as ``OutgoingLetter``.
    """
    letter = OutgoingLetter(**letter)
    enqueue_many([letter], at=at, held=held)
    return Message.objects.get(key=letter.key)


@transaction.atomic  # no row is ever seen without its attachments
def enqueue_many(
    letters: Iterable[OutgoingLetter],
    *,
    at: dt.datetime,
    mailing: Mailing | None = None,
    held: bool = False,
) -> int:
    """Write letters as ``enqueue`` does, hundreds in one statement; answers how many are new.

    Arguments:
        letters: may be a generator; only some hundred are in memory at a time.
        mailing: the order that they are written for.
    Raises:
        ValueError: as ``OutgoingLetter``.
    """
    return sum(_write(batch, at=at, mailing=mailing, held=held) for batch in _batches(letters))


def _batches(letters: Iterable[OutgoingLetter]) -> Iterator[list[OutgoingLetter]]:
    letters = iter(letters)
    while batch := list(islice(letters, ROWS_AT_ONCE)):
        yield batch


def _write(letters: list[OutgoingLetter], *, at: dt.datetime, mailing: Mailing | None, held: bool) -> int:
    rows = [letter.as_row(at=at, held=held, mailing=mailing) for letter in letters]
    for row, pk in zip(rows, _new_ids(len(rows)), strict=True):
        row.pk = pk
    # In the order of the keys: two transactions that write the same letters must not wait for each other.
    Message.objects.bulk_create(sorted(rows, key=lambda row: row.key), ignore_conflicts=True)
    # Under our numbers stand only the rows that nobody had written before.
    new = set(Message.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    written = [(row, letter) for row, letter in zip(rows, letters, strict=True) if row.pk in new]
    Attachment.objects.bulk_create(
        attachment.as_row(row) for row, letter in written for attachment in letter.attachments
    )
    if any(row.state == State.QUEUED and row.due_at <= at for row, _ in written):
        wake_on_commit(SEND)
    return len(written)


def _new_ids(count: int) -> list[int]:
    """Numbers for new letters, taken from the table's sequence.

    An INSERT that passes over existing keys does not tell which rows it wrote; with numbers given beforehand
    one can ask.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Message._meta.db_table, count],
        )
        return sorted(pk for (pk,) in cursor)


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
