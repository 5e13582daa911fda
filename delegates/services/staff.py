"""What staff do with a list: take it over, give it back, give it more time."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction

from conferences import reminders
from delegates import letters
from delegates.errors import NominationClosed
from delegates.models import Nomination
from delegates.services.extensions import lengthen
from delegates.services.locking import lock, lock_in, save
from directory.audit import record
from directory.models import User

State = Nomination.State
# A list of which nothing could be done, and why.
Refused = tuple[Nomination, str]


@transaction.atomic
def return_to_focal_point(*, nomination: Nomination, reason: str, actor: User, at: dt.datetime) -> Nomination:
    """Give a submitted or accepted list back with a reason; the focal point is told by mail.

    The deadline stands: after it, extend as well.

    Raises:
        NominationClosed: there is nothing submitted to give back.
    """
    locked = lock_in(nomination, {State.SUBMITTED, State.ACCEPTED}, "chưa được gửi, không có gì để trả lại")
    before, locked.state, locked.reason = locked.state, State.RETURNED, reason
    save(locked, at, "state", "reason")
    letters.tell_returned(nomination=locked, at=at)
    # A list that was submitted once may have another deadline than the first one.
    reminders.schedule(conference=locked.conference, at=at)
    record(
        actor=actor,
        action="nomination.return",
        target=locked,
        changes={"state": [before, locked.state], "reason": ["", reason]},
    )
    return locked


@transaction.atomic
def accept(*, nomination: Nomination, actor: User, at: dt.datetime) -> Nomination:
    """Take the submitted list over; from now on only staff open it again.

    Raises:
        NominationClosed: the list is not submitted.
    """
    locked = lock_in(nomination, {State.SUBMITTED}, "chưa được gửi, chưa thể tiếp nhận")
    locked.state = State.ACCEPTED
    save(locked, at, "state")
    record(
        actor=actor,
        action="nomination.accept",
        target=locked,
        changes={"state": [State.SUBMITTED, State.ACCEPTED]},
    )
    return locked


def accept_many(*, nominations: Iterable[Nomination], actor: User, at: dt.datetime) -> list[Refused]:
    """Take several lists over, each in a transaction of its own; answers those that could not be."""
    return _each(nominations, lambda nomination: accept(nomination=nomination, actor=actor, at=at))


def return_many(
    *, nominations: Iterable[Nomination], reason: str, actor: User, at: dt.datetime
) -> list[Refused]:
    """Give several lists back for the same reason; as ``accept_many``."""
    shared = {"reason": reason, "actor": actor, "at": at}
    return _each(nominations, lambda nomination: return_to_focal_point(nomination=nomination, **shared))


def _each(nominations: Iterable[Nomination], change: Callable[[Nomination], object]) -> list[Refused]:
    refused = []
    for nomination in nominations:
        try:
            change(nomination)
        except NominationClosed as refusal:
            refused.append((nomination, str(refusal)))
    return refused


@transaction.atomic
def extend(
    *, nomination: Nomination, until: dt.datetime, reason: str, actor: User, at: dt.datetime
) -> Nomination:
    """Give one list more time, asked for or not; the focal point is told by mail.

    Raises:
        NominationClosed: ``until`` lies in the past, or lists are closed for good by then.
    """
    locked = lock(nomination)
    lengthen(locked, until=until, reason=reason, actor=actor, at=at)
    return locked
