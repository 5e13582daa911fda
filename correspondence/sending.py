"""Workers carry the outbox away: claim, hand over, record. Never lost, never doubled.

A letter's way: queued → claimed (reserved by one worker) → sending (committed just before the bytes go out)
→ sent, failed, or back to queued for a later try. A worker that dies leaves a lease that runs out: from
"claimed" nothing had been handed over, so the letter goes back to the queue; from "sending" nobody can know,
so it becomes "unknown" and a person decides. Do not shorten this to one state: sending again from "sending"
doubles letters, and not sending again loses them.

All leases are in the database's time: the clocks of several machines never agree.
"""

import datetime as dt
import logging
import os
import secrets
import socket
import time
from functools import partial
from itertools import zip_longest
from typing import NamedTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from correspondence.mime import Undeliverable, compose, sender_address
from correspondence.models import Attempt, Message
from correspondence.outbox import check_address
from correspondence.transport import Outcome, Result, Transport
from correspondence.waking import SEND, wake
from directory.audit import record
from directory.models import Contact

log = logging.getLogger(__name__)

State = Message.State

BATCH = 50
# Then a run makes room: a worker can be stopped between two runs, and other jobs have their turn.
RUN_FOR = dt.timedelta(seconds=5)
# How long to wait after each try that met a passing trouble; after the last one the letter has failed.
LADDER = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
)
# A worker that knows what became of a letter keeps trying to write it down for so long.
RECORD_FOR = dt.timedelta(minutes=5)
_RATE_LOCK = 0x6F7574  # any number that nothing else in this database locks


def send_due(*, at: dt.datetime | None = None) -> int:
    """Send what is due, until nothing is left, the limit per minute is reached, or the run has lasted enough.

    Arguments:
        at: default the database's time, asked again for each batch.
    Returns:
        How many letters were taken up.
    """
    # A name of its own for each run: a run never mistakes the claims of an earlier one for its own.
    worker = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    recover_dead_leases(at or database_time())
    cancel_missed(at or database_time())
    total, stop = 0, time.monotonic() + RUN_FOR.total_seconds()
    while messages := claim_due(worker=worker, limit=BATCH, at=at or database_time()):
        if len(messages) == BATCH:
            wake(SEND)  # there may be more than one worker can carry, or than this run has time for
        send_claimed(messages, worker=worker)
        total += len(messages)
        if time.monotonic() > stop:
            break
    return total


def database_time() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


@transaction.atomic
def claim_due(*, worker: str, limit: int, at: dt.datetime) -> list[Message]:
    """Reserve up to ``limit`` due letters for ``worker``; no two workers ever get the same one."""
    if settings.OUTBOX_PER_MINUTE:
        limit = min(limit, _allowance(at))
    due = Message.objects.due(at).order_by("due_at", "pk").select_for_update(skip_locked=True)
    claimed = list(due.values_list("pk", flat=True)[:limit])
    Message.objects.filter(pk__in=claimed).update(
        state=State.CLAIMED, claimed_by=worker, lease_until=at + lease()
    )
    return list(
        Message.objects.filter(pk__in=claimed)
        .defer("parts", "search")
        .select_related("link", "contact")
        .prefetch_related("attachments__copy__document")
        .order_by("due_at", "pk")
    )


def _allowance(at: dt.datetime) -> int:
    """How many letters may still go out in this minute, counted over all workers.

    The lock makes claims wait for each other until the end of the transaction, so that two workers never
    count the same room. Letters under way are counted before the tries: one that is recorded in between is
    counted twice rather than not at all.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_RATE_LOCK])
    under_way = Message.objects.filter(state__in=[State.CLAIMED, State.SENDING]).count()
    tried = Attempt.objects.filter(at__gt=at - dt.timedelta(minutes=1)).count()
    return max(settings.OUTBOX_PER_MINUTE - under_way - tried, 0)


class Tried(NamedTuple):
    """A letter and what became of the try to hand it over."""

    message: Message
    outcome: Outcome


def send_claimed(messages: list[Message], *, worker: str) -> None:
    """Hand over what ``worker`` has claimed, outside any transaction, over one connection.

    What became of a letter is written down together with the next one's "sending", in one commit. Do not keep
    more than one back: all that a dead worker had not written down becomes unknown.
    """
    sender = sender_address()
    prepared: dict[int, tuple[bytes, Outcome | None]] = {}
    tried: Tried | None = None

    def prepare(message: Message | None) -> None:
        if message:
            prepared[message.pk] = _prepare(message)

    try:
        with Transport() as transport:
            for message, following in zip_longest(messages, messages[1:]):
                payload, outcome = prepared.pop(message.pk, None) or _prepare(message)
                if not outcome and (trouble := transport.trouble()):
                    outcome = Outcome(Result.TRANSIENT, trouble)
                if outcome:
                    _persist(_record, Tried(message, outcome), worker)
                    continue
                is_ours = _persist(_mark_sending, message, tried, worker)
                tried = None
                if is_ours:  # else cancelled, or the lease ran out and it is somebody else's now
                    outcome = transport.hand_over(
                        sender=sender,
                        recipient=message.address,
                        payload=payload,
                        meanwhile=partial(prepare, following),
                    )
                    tried = Tried(message, outcome)
    finally:
        if tried:
            _persist(_record, tried, worker)


def _prepare(message: Message) -> tuple[bytes, Outcome | None]:
    """The letter's bytes, or why it cannot go. Never raises: one bad letter must not hold up the others."""
    if reason := check_address(message.address)[1]:
        return b"", Outcome(Result.PERMANENT, reason)
    try:
        return compose(message), None
    except Undeliverable as error:
        return b"", Outcome(Result.PERMANENT, str(error))
    except OSError as error:
        return b"", Outcome(Result.TRANSIENT, f"Chưa đọc được tệp kèm thư: {error}")
    except Exception as error:
        log.exception("message %s cannot be composed", message.pk)
        return b"", Outcome(Result.PERMANENT, f"Không soạn được thư: {type(error).__name__}")


# In plain SQL: the ORM would take as long over a letter as the mail server.
_MARK_SENDING = """
UPDATE correspondence_message
SET state = 'sending', handed_over_at = clock_timestamp(), lease_until = clock_timestamp() + %(lease)s
WHERE id = %(message)s AND claimed_by = %(worker)s AND state IN ('claimed', 'sending')
"""
_RECORD = """
WITH tried AS (
    INSERT INTO correspondence_attempt (message_id, at, outcome, answer)
    VALUES (%(tried)s, clock_timestamp(), %(outcome)s, %(answer)s)
)
UPDATE correspondence_message
SET state = %(state)s, answer = %(answer)s, attempts = attempts + 1, lease_until = NULL,
    sent_at = CASE WHEN %(state)s = 'sent' THEN clock_timestamp() ELSE sent_at END,
    due_at = coalesce(clock_timestamp() + %(wait)s, due_at),
    claimed_by = CASE WHEN %(state)s = 'queued' THEN '' ELSE claimed_by END
WHERE id = %(tried)s AND claimed_by = %(worker)s AND state IN ('claimed', 'sending', 'unknown')
"""


def _mark_sending(message: Message, tried: Tried | None, worker: str) -> bool:
    """Commit that the letter is being handed over, if it still is the worker's, and what became of the one before.

    "sending" is accepted too: the first commit may have gone through with only its answer lost.
    """
    values = {"message": message.pk, "worker": worker, "lease": lease()}
    statements = [_MARK_SENDING]
    if tried:
        statements.insert(0, _RECORD)  # both in one transaction, and the row count is that of the last
        values |= _to_record(tried)
    with connection.cursor() as cursor:
        cursor.execute(";".join(statements), values)
        return bool(cursor.rowcount)


def _record(tried: Tried, worker: str) -> None:
    """Write down what became of a try.

    A row that has become "unknown" because this worker was slow is its own still, and now known. One that
    staff have released or settled meanwhile is not touched; the try stands in the log.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"worker": worker} | _to_record(tried))


def _to_record(tried: Tried) -> dict[str, object]:
    """The values of ``_RECORD``; marks the contact, which does no harm when the row is tried again."""
    message, outcome = tried
    state, wait = _next(message, outcome)
    _mark_contact(message, outcome)
    log.info("message %s: %s %s", message.pk, outcome.result, outcome.answer[:3])
    return {
        "tried": message.pk,
        "outcome": outcome.result,
        "answer": outcome.answer,
        "state": state,
        "wait": wait,
    }


def _next(message: Message, outcome: Outcome) -> tuple[State, dt.timedelta | None]:
    """The state after a try, and how long the letter waits before the next one."""
    if outcome.result == Result.SENT:
        return State.SENT, None
    if outcome.result == Result.UNKNOWN:
        return State.UNKNOWN, None
    if outcome.result == Result.TRANSIENT and message.attempts < len(LADDER):
        return State.QUEUED, LADDER[message.attempts]
    return State.FAILED, None


def _mark_contact(message: Message, outcome: Outcome) -> None:
    """Staff see at the contact that its address is dead, and that a mended one lives."""
    if outcome.address_refused:
        changes = {"refused_at": Now(), "refusal": outcome.answer}
    elif outcome.result == Result.SENT and message.contact and message.contact.refused_at:
        changes = {"refused_at": None, "refusal": ""}
    else:
        return
    Contact.objects.filter(pk=message.contact_id, email__iexact=message.address).update(**changes)


def _persist(write, *args):
    """Call ``write`` again and again while the database is away.

    The letter may be out already: what is not written down now is "unknown" for ever.
    """
    give_up = time.monotonic() + RECORD_FOR.total_seconds()
    pause = 0.1
    while True:
        try:
            return write(*args)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > give_up:
                raise
            log.warning("The database is away, trying again in %s s: %s", pause, error)
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, 5)


def recover_dead_leases(at: dt.datetime) -> None:
    """Take back what dead workers held."""
    Message.objects.filter(state=State.CLAIMED, lease_until__lt=at).update(
        state=State.QUEUED, claimed_by="", lease_until=None
    )
    words = "Tiến trình gửi dừng khi đang trao thư cho máy chủ: không rõ thư đã đi hay chưa."
    with transaction.atomic():
        dead = Message.objects.filter(state=State.SENDING, lease_until__lt=at)
        messages = list(dead.select_for_update(skip_locked=True))
        for message in messages:
            message.state, message.answer, message.lease_until = State.UNKNOWN, words, None
            message.attempts += 1
        Message.objects.bulk_update(messages, ["state", "answer", "lease_until", "attempts"])
        Attempt.objects.bulk_create(
            Attempt(message=message, at=at, outcome=Result.UNKNOWN, answer=words) for message in messages
        )


def cancel_missed(at: dt.datetime) -> None:
    """Stop letters whose time has passed: a reminder of yesterday's deadline helps nobody."""
    with transaction.atomic():
        missed = Message.objects.filter(state=State.QUEUED, not_after__lte=at)
        for message in missed.select_for_update(skip_locked=True):
            message.state = State.CANCELLED
            message.answer = "Không gửi: đã quá thời hạn của thư trước khi gửi được."
            message.save(update_fields=["state", "answer"])
            record(
                actor="hệ thống",
                action="message.missed",
                target=message,
                changes={"state": ["queued", "cancelled"]},
            )
