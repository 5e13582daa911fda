"""Whoever nobody uses any more (``privacy.unused``): announced when due, and the job that takes the person out."""

import datetime as dt

from django.db import transaction

from delegates.models import UnusedRetention
from delegates.privacy import scrubbing, unused
from delegates.privacy.anonymising import SYSTEM
from delegates.privacy.unused import Holder
from delegates.services import waiting
from directory.audit import record
from directory.models import User


@transaction.atomic
def announce(*, holder: Holder, actor: User | str, at: dt.datetime) -> None:
    """Begin the waiting time; the page of what is kept says so.

    Raises:
        RetentionRefused: it is in use, held, announced or done.
    """
    locked = waiting.lock(holder)
    too_early = "" if unused.is_due(holder, at) else "Còn được dùng, hoặc chưa hết thời hạn giữ."
    waiting.announce(locked=locked, too_early=too_early, actor=actor, at=at)


def keep(at: dt.datetime) -> None:
    """What beat does every night, for what nobody uses any more."""
    for holder in (*unused.accounts(at), *unused.contacts(at), *unused.room_contacts(at)):
        found = unused.of(holder)
        if found.may_run(at):
            carry_out(holder=holder, at=at)
        elif found.announced_at is None and found.held_at is None:
            announce(holder=holder, actor=SYSTEM, at=at)
    while scrubbing.scrub_letters(unused.later_letters(at)):
        pass


@transaction.atomic
def carry_out(*, holder: Holder, at: dt.datetime) -> bool:
    """Take the person out, when the waiting time is over and nobody has begun to use it again.

    Returns:
        whether it is finished.
    """
    locked = UnusedRetention.objects.select_for_update().filter(**{holder._meta.model_name: holder}).first()
    if locked is None or not locked.may_run(at):
        return False
    if not unused.is_due(holder, at):
        # Used again meanwhile: when it is due anew, it is announced anew.
        locked.stop_waiting()
        locked.save()
        return False
    unused.anonymise(holder, at)
    locked.finished_at = at
    locked.save()
    record(actor=SYSTEM, action="retention.finish", target=locked)
    return True
