"""The steps by which somebody's data leave the portal: announced, waited, gone; or held, with a reason, and released.

The same for a conference (``services.retention``) and for an account or address that nobody uses any more
(``services.unused``); when it is due and how the persons go is said there.
"""

import datetime as dt

from django.db import transaction

from conferences.models import Conference
from delegates.models import Retention, UnusedRetention, Waiting
from delegates.privacy import retention
from delegates.privacy.unused import Holder
from directory.audit import record
from directory.models import User


class RetentionRefused(Exception):
    """Nothing was written; the text is for the person who tried."""


def lock(subject: Conference | Holder) -> Waiting:
    """The row of it, made when it is missing, locked until the transaction ends.

    Raises:
        RetentionRefused: the persons are gone already.
    """
    model = Retention if isinstance(subject, Conference) else UnusedRetention
    which = {subject._meta.model_name: subject}
    model.objects.get_or_create(**which)
    locked = model.objects.select_for_update(of=("self",)).get(**which)
    if locked.finished_at is not None:
        raise RetentionRefused("Dữ liệu này đã được ẩn danh.")
    return locked


def announce(*, locked: Waiting, too_early: str, actor: User | str, at: dt.datetime) -> None:
    """Begin the waiting time.

    Arguments:
        too_early: why it is not due yet; empty when it is.

    Raises:
        RetentionRefused: it is held, announced or not due.
    """
    if locked.held_at is not None:
        raise RetentionRefused(f"Đang giữ lại: {locked.held_reason}")
    if locked.announced_at is not None:
        raise RetentionRefused("Đã báo rồi.")
    if too_early:
        raise RetentionRefused(too_early)
    locked.announced_at, locked.runs_at = at, at + retention.waiting_time()
    locked.save()
    record(actor=actor, action="retention.announce", target=locked)


@transaction.atomic
def hold(*, subject: Conference | Holder, reason: str, actor: User, at: dt.datetime) -> None:
    """Keep the data for now (a complaint, an inspection, a lawsuit); stops a job that is under way, too.

    Raises:
        RetentionRefused: it is done or held.
    """
    locked = lock(subject)
    if locked.held_at is not None:
        raise RetentionRefused("Đang giữ lại rồi.")
    locked.held_at, locked.held_reason, locked.held_by = at, reason, actor
    locked.stop_waiting()
    locked.save()
    record(actor=actor, action="retention.hold", target=locked, changes={"held_reason": ["", reason]})


@transaction.atomic
def release(*, subject: Conference | Holder, actor: User) -> None:
    """Let the rule count again; what is due is announced anew, with the whole waiting time.

    Raises:
        RetentionRefused: it is done or not held.
    """
    locked = lock(subject)
    if locked.held_at is None:
        raise RetentionRefused("Không có gì đang giữ lại.")
    before = locked.held_reason
    locked.held_at, locked.held_reason, locked.held_by = None, "", None
    locked.save()
    record(actor=actor, action="retention.release", target=locked, changes={"held_reason": [before, ""]})
