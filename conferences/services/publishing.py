"""The state of a conference: published, postponed, moved, called off."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from conferences import changes
from conferences.checks import Check, checklist
from conferences.followers import follow
from conferences.models import ChangeNotice, Conference
from conferences.services.agenda import write_down
from directory.audit import record
from directory.models import User

State = Conference.State


class WrongState(Exception):
    """The conference's state does not allow this step; the message is for the person who asked."""


class NotReady(Exception):
    """Something that nobody can do without is missing; ``missing`` holds those checks."""

    def __init__(self, missing: list[Check]):
        super().__init__("; ".join(check.label for check in missing))
        self.missing = missing


@transaction.atomic
def announce(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Publish the conference: from now on everybody may read notice and agenda, and what they say counts as told.

    Raises:
        WrongState: it is not a draft or planned (any more).
        NotReady: a blocking point of ``checklist`` is open.
    """
    state = Conference.objects.select_for_update().values_list("state", flat=True).get(pk=conference.pk)
    if state not in (State.DRAFT, State.PLANNED):
        raise WrongState(f"Hội nghị ở trạng thái “{State(state).label}”, không công bố được nữa.")
    _refuse_unready(conference, at)
    conference.state = State.ANNOUNCED
    conference.announced_at = at
    conference.save(update_fields=["state", "announced_at", "updated_at"])
    write_down(conference=conference, actor=actor, at=at)
    changes.remember(conference=conference, actor=actor, at=at)
    record(
        actor=actor,
        action="conference.announce",
        target=conference,
        changes={"state": [state, conference.state]},
    )


# --- Called off, for a time or for good ----------------------------------------------------------------


def obstacle_to_postpone(conference: Conference, at: dt.datetime) -> str:
    """Why the conference cannot be postponed at ``at``, for the person to read; "" when it can."""
    if conference.state != State.ANNOUNCED:
        return f"Hội nghị ở trạng thái “{conference.get_state_display()}”, không hoãn được."
    return _begun(conference, at, "hoãn")


def obstacle_to_cancel(conference: Conference, at: dt.datetime) -> str:
    """Why the conference cannot be cancelled at ``at``; "" when it can."""
    if conference.state not in (State.PLANNED, State.ANNOUNCED, State.POSTPONED):
        return f"Hội nghị ở trạng thái “{conference.get_state_display()}”, không hủy được."
    # The old day of a postponed conference may well have passed.
    return _begun(conference, at, "hủy") if conference.state == State.ANNOUNCED else ""


def obstacle_to_reschedule(conference: Conference, at: dt.datetime) -> str:
    """Why the conference has no new time to publish; "" when it has one. The check list is asked besides."""
    if conference.state != State.POSTPONED:
        return f"Hội nghị ở trạng thái “{conference.get_state_display()}”, không phải đang hoãn."
    return ""


def _begun(conference: Conference, at: dt.datetime, verb: str) -> str:
    return f"Hội nghị đã bắt đầu, không {verb} được nữa." if at >= conference.start_at else ""


@transaction.atomic
def postpone(*, conference: Conference, reason: str, actor: User | str, at: dt.datetime) -> None:
    """Call the conference off until it has a new day. Staff enter that later, then ``reschedule``.

    Raises:
        WrongState: it is not announced, or has begun.
        ValidationError: no reason.
        CannotFollow: something that depends on the conference cannot go along.
    """
    _lock(conference)
    if message := obstacle_to_postpone(conference, at):
        raise WrongState(message)
    _call_off(conference, State.POSTPONED, "conference.postpone", reason, actor, at)


@transaction.atomic
def cancel(*, conference: Conference, reason: str, actor: User | str, at: dt.datetime) -> None:
    """Call the conference off for good: rooms are given back, lists closed, reminders stopped.

    Raises:
        WrongState: it was never published, is over or cancelled already.
        ValidationError: no reason.
        CannotFollow: something that depends on the conference cannot go along.
    """
    _lock(conference)
    if message := obstacle_to_cancel(conference, at):
        raise WrongState(message)
    _call_off(conference, State.CANCELLED, "conference.cancel", reason, actor, at)


@transaction.atomic
def reschedule(*, conference: Conference, reason: str, actor: User | str, at: dt.datetime) -> ChangeNotice:
    """Publish the new time of a postponed conference, which staff entered before; it counts as told.

    Arguments:
        reason: what staff want to say with it; may be empty.
    Raises:
        WrongState: it is not postponed (any more).
        NotReady: a blocking point of ``checklist`` is open, such as a day that has passed.
        CannotFollow: something that depends on the conference cannot go along.
    """
    _lock(conference)
    if message := obstacle_to_reschedule(conference, at):
        raise WrongState(message)
    _refuse_unready(conference, at)
    conference.state, conference.state_reason = State.ANNOUNCED, ""
    conference.save(update_fields=["state", "state_reason", "updated_at"])
    found = changes.differences(conference)
    record(
        actor=actor,
        action="conference.reschedule",
        target=conference,
        changes={
            "state": [State.POSTPONED, conference.state],
            "facts": [None, [str(difference) for difference in found]],
            "reason": ["", reason],
        },
    )
    follow(conference=conference, actor=actor, at=at)
    return changes.remember(conference=conference, found=found, reason=reason, actor=actor, at=at)


def _lock(conference: Conference) -> None:
    """Read the caller's conference anew, locked: a colleague may have been quicker."""
    conference.refresh_from_db(from_queryset=Conference.objects.select_for_update())


def _refuse_unready(conference: Conference, at: dt.datetime) -> None:
    if missing := [check for check in checklist(conference, at) if check.blocking and not check.done]:
        raise NotReady(missing)


def _call_off(
    conference: Conference, state: str, action: str, reason: str, actor: User | str, at: dt.datetime
) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do: lý do được báo cho mọi người được mời."})
    before, conference.state, conference.state_reason = conference.state, state, reason.strip()
    conference.save(update_fields=["state", "state_reason", "updated_at"])
    record(
        actor=actor,
        action=action,
        target=conference,
        changes={"state": [before, state], "reason": ["", conference.state_reason]},
    )
    follow(conference=conference, actor=actor, at=at)
