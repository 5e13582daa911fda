"""What staff decide about accounts and addresses that nobody uses any more, and the job that takes the persons out.

The same steps as for a conference (``services.retention``): due, announced, waited, gone; or held, with a reason.
"""

import datetime as dt

from django.db import transaction

from delegates.models import UnusedRetention
from delegates.privacy import retention, scrubbing, unused
from delegates.privacy.anonymising import SYSTEM
from delegates.privacy.unused import Holder
from delegates.services.retention import RetentionRefused
from directory.audit import record
from directory.models import User


@transaction.atomic
def announce(*, holder: Holder, actor: User | str, at: dt.datetime) -> None:
    """Begin the waiting time; the page of what is kept says so.

    Raises:
        RetentionRefused: it is in use, held, announced or done.
    """
    locked = _lock(holder)
    if locked.held_at is not None:
        raise RetentionRefused(f"Đang giữ lại: {locked.held_reason}")
    if locked.announced_at is not None:
        raise RetentionRefused("Đã báo rồi.")
    if not unused.is_due(holder, at):
        raise RetentionRefused("Còn được dùng, hoặc chưa hết thời hạn giữ.")
    locked.announce(at, retention.waiting_time())
    locked.save()
    record(actor=actor, action="retention.announce", target=locked)


@transaction.atomic
def hold(*, holder: Holder, reason: str, actor: User, at: dt.datetime) -> None:
    """Keep the data for now (a complaint, an inspection, a lawsuit).

    Raises:
        RetentionRefused: it is done or held.
    """
    locked = _lock(holder)
    if locked.held_at is not None:
        raise RetentionRefused("Đang giữ lại rồi.")
    locked.hold(reason=reason, actor=actor, at=at)
    locked.save()
    record(actor=actor, action="retention.hold", target=locked, changes={"held_reason": ["", reason]})


@transaction.atomic
def release(*, holder: Holder, actor: User) -> None:
    """Let the rule count again; what is due is announced anew, with the whole waiting time.

    Raises:
        RetentionRefused: it is done or not held.
    """
    locked = _lock(holder)
    if locked.held_at is None:
        raise RetentionRefused("Không có gì đang giữ lại.")
    before = locked.held_reason
    locked.release()
    locked.save()
    record(actor=actor, action="retention.release", target=locked, changes={"held_reason": [before, ""]})


def keep(at: dt.datetime) -> None:
    """What beat does every night, for what nobody uses any more."""
    for holder in (*unused.accounts(at), *unused.contacts(at)):
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
    locked = UnusedRetention.objects.select_for_update().filter(**_of(holder)).first()
    if locked is None or not locked.may_run(at):
        return False
    if not unused.is_due(holder, at):
        # Used again meanwhile: when it is due anew, it is announced anew.
        locked.announced_at = locked.runs_at = None
        locked.save()
        return False
    unused.anonymise(holder, at)
    locked.finished_at = at
    locked.save()
    record(actor=SYSTEM, action="retention.finish", target=locked)
    return True


def _lock(holder: Holder) -> UnusedRetention:
    UnusedRetention.objects.get_or_create(**_of(holder))
    locked = UnusedRetention.objects.select_for_update(of=("self",)).get(**_of(holder))
    if locked.finished_at is not None:
        raise RetentionRefused("Dữ liệu này đã được ẩn danh.")
    return locked


def _of(holder: Holder) -> dict:
    return {holder._meta.model_name: holder}
