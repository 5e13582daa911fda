"""More time: a focal point asks for it, staff grant or refuse it. Until then the draft goes on being kept."""

import datetime as dt

from django.db import transaction

from conferences import reminders
from delegates import letters, policies
from delegates.dates import in_hanoi
from delegates.errors import NominationClosed
from delegates.models import ExtensionRequest, Nomination
from delegates.services.lists import keep_draft
from delegates.services.locking import lock, lock_to_change, save
from directory.audit import record
from directory.models import User

Waiting = ExtensionRequest.State.WAITING


@transaction.atomic
def ask_extension(
    *,
    nomination: Nomination,
    until: dt.datetime,
    reason: str,
    rows: list[dict],
    version: int,
    actor: User,
    at: dt.datetime,
) -> ExtensionRequest:
    """Ask staff for more time; what was typed is kept as the draft, so that nothing is lost meanwhile.

    Arguments:
        until: the instant that is asked for; staff may grant another.
        rows, version: as ``save_draft``.
    Raises:
        NominationClosed: there is nothing to ask for: not late, asked already, or closed for good.
        StaleVersion: as ``save_draft``.
    """
    locked = lock_to_change(nomination, version=version, at=at, obstacle=policies.asking_obstacle)
    _check_until(locked, until, at)
    keep_draft(locked, rows, actor=actor, at=at)
    request = ExtensionRequest.objects.create(
        nomination=locked, wanted_until=until, reason=reason, asked_by=actor, asked_at=at
    )
    letters.tell_staff_asked(request=request, at=at)
    record(
        actor=actor,
        action="nomination.ask_extension",
        target=locked,
        changes={"wanted_until": [None, until.isoformat()], "reason": ["", reason]},
        acted_for=locked.organisation_name,
    )
    return request


@transaction.atomic
def grant_extension(
    *, request: ExtensionRequest, until: dt.datetime, answer: str, actor: User, at: dt.datetime
) -> ExtensionRequest:
    """Grant what was asked for, or another instant; the focal point is told.

    Arguments:
        answer: why, or ""; then the focal point's own reason stands as the reason of the extension.
    Raises:
        NominationClosed: answered already; or ``until`` as in ``extend``.
    """
    locked = lock(request.nomination)
    request = _waiting(request)
    lengthen(locked, until=until, reason=answer or request.reason, actor=actor, at=at)
    request.refresh_from_db()
    return request


@transaction.atomic
def refuse_extension(
    *, request: ExtensionRequest, answer: str, actor: User, at: dt.datetime
) -> ExtensionRequest:
    """Say no, with a reason; the focal point is told.

    Raises:
        NominationClosed: answered already.
    """
    locked = lock(request.nomination)
    request = _waiting(request)
    _settle(request, ExtensionRequest.State.REFUSED, answer, actor, at)
    request.nomination = locked
    letters.tell_extension_refused(request=request, at=at)
    record(
        actor=actor,
        action="nomination.refuse_extension",
        target=locked,
        changes={"request": [Waiting, request.state], "reason": ["", answer]},
    )
    return request


def lengthen(locked: Nomination, *, until: dt.datetime, reason: str, actor: User, at: dt.datetime) -> None:
    """Write the new deadline of a locked list; a request that waits is answered by it.

    Raises:
        NominationClosed: as ``extend``.
    """
    if message := policies.called_off(locked.conference):
        raise NominationClosed(message)
    _check_until(locked, until, at)
    before = locked.extended_until
    locked.extended_until, locked.extension_reason = until, reason
    save(locked, at, "extended_until", "extension_reason")
    for request in locked.extension_requests.filter(state=Waiting):
        _settle(request, ExtensionRequest.State.GRANTED, reason, actor, at)
    letters.tell_extended(nomination=locked, at=at)
    reminders.schedule(conference=locked.conference, at=at)
    record(
        actor=actor,
        action="nomination.extend",
        target=locked,
        changes={
            "extended_until": [before and before.isoformat(), until.isoformat()],
            "reason": ["", reason],
        },
    )


def _check_until(nomination: Nomination, until: dt.datetime, at: dt.datetime) -> None:
    closes, now = nomination.conference.closes_at, nomination.open_until
    if now is None:
        raise NominationClosed("Danh sách này không có hạn gửi, không cần gia hạn.")
    if not max(at, now) < until <= closes:
        raise NominationClosed(
            f"Hạn mới phải sau hạn hiện nay ({in_hanoi(now)}), sau thời điểm này, và không sau lúc khóa danh sách "
            f"({in_hanoi(closes)})."
        )


def _waiting(request: ExtensionRequest) -> ExtensionRequest:
    """The request as it stands behind the list's lock."""
    found = ExtensionRequest.objects.get(pk=request.pk)
    if found.state != Waiting:
        raise NominationClosed("Đề nghị gia hạn này đã được trả lời.")
    return found


def _settle(request: ExtensionRequest, state: str, answer: str, actor: User, at: dt.datetime) -> None:
    request.state, request.answer = state, answer
    request.answered_by, request.answered_at = actor, at
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
