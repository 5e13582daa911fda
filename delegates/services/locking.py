"""How every verb begins and ends: the list is locked and looked at once more, then saved with a new version."""

import datetime as dt
from collections.abc import Callable

from conferences.kept import conference_with_kind
from delegates import policies
from delegates.errors import NominationClosed, StaleVersion
from delegates.models import Nomination, NominationVersion
from directory import notices
from directory.models import User


def lock(nomination: Nomination) -> Nomination:
    """The list as it stands in the database, locked until the transaction ends."""
    locked = Nomination.objects.select_for_update().get(pk=nomination.pk)
    locked.conference = conference_with_kind(locked.conference_id)
    return locked


def lock_to_change(
    nomination: Nomination,
    *,
    version: int,
    at: dt.datetime,
    obstacle: Callable[[Nomination, dt.datetime], str] = policies.obstacle,
) -> Nomination:
    """Lock the list for its focal point.

    Arguments:
        version: the list's version that the form was opened with.
        obstacle: the policy that says why not.
    Raises:
        NominationClosed, StaleVersion: nothing may be written.
    """
    locked = lock(nomination)
    if message := obstacle(locked, at):
        raise NominationClosed(message)
    if locked.version != version:
        raise StaleVersion(
            "Danh sách này đã được lưu (bởi đồng nghiệp, đơn vị tổ chức hoặc chính đại biểu) sau khi trang được "
            "mở. Đối chiếu với bản đã lưu rồi lưu lại."
        )
    return locked


def lock_in(nomination: Nomination, states: set[str], refusal: str) -> Nomination:
    """Lock the list for staff.

    Raises:
        NominationClosed: the list is in none of ``states``; ``refusal`` completes the sentence about it. Or
            the conference was called off.
    """
    locked = lock(nomination)
    if message := policies.called_off(locked.conference):
        raise NominationClosed(message)
    if locked.state not in states:
        raise NominationClosed(f"Danh sách của {locked.sender_in_text} {refusal}.")
    return locked


def save(nomination: Nomination, at: dt.datetime, *fields: str) -> None:
    """Save what changed; the version counts every change, so that a form opened before it is stale."""
    nomination.version += 1
    nomination.saved_at = at
    nomination.save(update_fields=[*fields, "version", "saved_at"])


def keep_version(
    nomination: Nomination, rows: list[dict], *, actor: User | str, at: dt.datetime, stood_in: bool = False
) -> NominationVersion:
    """Keep the rows for good, as the next version of the locked list.

    Arguments:
        actor: the account, or a label for somebody without one.
        stood_in: the actor is staff and acted for the organisation; the version says so.
    """
    by_account = isinstance(actor, User)
    name = actor.full_name if by_account else actor
    earlier = nomination.versions.count() if nomination.submitted_at else 0
    return NominationVersion.objects.create(
        nomination=nomination,
        number=earlier + 1,
        rows=rows,
        submitted_by=actor if by_account else None,
        submitted_by_name=f"{name}, thay mặt {nomination.organisation_name}" if stood_in else name,
        submitted_at=at,
        privacy_notice=notices.current(at),
    )
