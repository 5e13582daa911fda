"""Orders to write many letters: the request commits the order, a worker writes the letters.

The apps that know the letters register a writer per kind. A worker calls it and stores what it answers in one
transaction, so an order is carried out whole or not at all; a worker that dies leaves it to the next one, and
the keys of the letters keep a second try from writing anything twice.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from correspondence.models import Mailing
from correspondence.outbox import OutgoingLetter, enqueue_many
from correspondence.waking import WRITE, wake_on_commit
from directory.audit import record
from directory.models import User

log = logging.getLogger(__name__)

Writer = Callable[[Mailing, dt.datetime], Iterable[OutgoingLetter]]

# Seconds before a writer that raised is tried again; after the last one the order ends with its error.
PAUSES = (1, 3)
_writers: dict[str, Writer] = {}


class Refused(Exception):
    """The letters may not be written; the text is for the staff who ordered them."""


def register_writer(kind: str, writer: Writer) -> None:
    """Say who writes the letters of orders of this kind.

    Arguments:
        writer: (mailing, at) → the letters. It runs inside the transaction that stores them, so what it
            changes besides stands or falls with them. It raises ``Refused`` when they may not be written.
    """
    _writers[kind] = writer


@transaction.atomic(savepoint=False)  # an order stands or falls with what it is about
def order(
    *,
    kind: str,
    topic: str,
    arguments: dict,
    expected: int,
    actor: User | None,
    held: bool = False,
) -> Mailing:
    """Order letters; they are written by a worker right after the caller's transaction.

    Arguments:
        kind: whose writer is called.
        topic: what they belong to: ``conference:3``.
        arguments: what the writer needs to know, as JSON.
        expected: how many letters were announced to the person who ordered them.
        actor: who orders them; None: the portal itself, after an act that has been recorded.
        held: keep the letters as drafts until staff release them.
    Raises:
        KeyError: nobody writes letters of this kind.
    """
    _writers[kind]
    mailing = Mailing.objects.create(
        kind=kind, topic=topic, arguments=arguments, expected=expected, actor=actor, held=held
    )
    if actor is not None:
        record(
            actor=actor,
            action="mailing.order",
            target=mailing,
            changes={"letters": [None, expected], "held": [None, held]},
        )
    wake_on_commit(WRITE)
    return mailing


def carry_out_waiting() -> int:
    """Write the letters of every order that waits and that no other worker holds; answers how many orders."""
    waiting = list(Mailing.objects.waiting().order_by("pk").values_list("pk", flat=True))
    return sum(carry_out(pk) for pk in waiting)


def carry_out(pk: int, *, at: dt.datetime | None = None) -> bool:
    """Write the letters of one order; False when it is done already or another worker is at it.

    An error in the writer is tried again, then shown to staff. When the database is away it is the sweep
    that tries again.

    Arguments:
        at: the moment of writing, default now.
    """
    for pause in (*PAUSES, None):
        try:
            return _write_letters(pk, at or timezone.now())
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("mailing %s cannot be written", pk)
            if pause is None:
                return _give_up(pk, error)
            time.sleep(pause)
    raise AssertionError


@transaction.atomic
def try_again(*, mailing: Mailing, actor: User) -> bool:
    """Let a worker carry out once more an order that ended with an error; False when it did not, or no longer.

    Letters that exist by now are not written twice.
    """
    ended = Mailing.objects.filter(pk=mailing.pk, finished_at__isnull=False).exclude(error="")
    if not ended.update(finished_at=None, error=""):
        return False
    record(actor=actor, action="mailing.try_again", target=mailing, changes={"error": [mailing.error, ""]})
    wake_on_commit(WRITE)
    return True


@transaction.atomic
def _write_letters(pk: int, at: dt.datetime) -> bool:
    mailing = _take(pk)
    if mailing is None:
        return False
    try:
        with transaction.atomic():  # what a writer changed before it refused goes with it
            letters = _writers[mailing.kind](mailing, at)
            written = enqueue_many(letters, at=at, mailing=mailing, held=mailing.held)
    except Refused as refusal:
        _finish(mailing, error=str(refusal))
    else:
        _finish(mailing, written=written)
    return True


@transaction.atomic
def _give_up(pk: int, error: Exception) -> bool:
    mailing = _take(pk)
    if mailing is not None:
        words = f"Lỗi của cổng ({type(error).__name__}), chưa thư nào được viết. Báo người quản trị."
        _finish(mailing, error=words)
    return mailing is not None


def _take(pk: int) -> Mailing | None:
    waiting = Mailing.objects.waiting().select_for_update(skip_locked=True, no_key=True)
    return waiting.filter(pk=pk).first()


def _finish(mailing: Mailing, *, written: int = 0, error: str = "") -> None:
    mailing.written, mailing.error, mailing.finished_at = written, error, timezone.now()
    mailing.save(update_fields=["written", "error", "finished_at"])
    record(
        actor=mailing.actor or "hệ thống",
        action="mailing.carry_out",
        target=mailing,
        changes={"letters": [None, written], "error": [None, error]},
    )
