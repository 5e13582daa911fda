"""Single persons of a submitted list: taken off, or moved up from the reserve when a place is free."""

import datetime as dt

from django.db import transaction

from delegates import letters, policies, seating
from delegates.errors import NominationClosed
from delegates.models import Delegate, Nomination
from delegates.services.locking import keep_version, lock, save
from directory.audit import record
from directory.models import User


@transaction.atomic
def withdraw_delegate(*, delegate: Delegate, reason: str, actor: User, at: dt.datetime) -> Delegate:
    """Take one person off the list, with a reason; the place is free, the personal link stops, whoever was
    invited is told.

    Raises:
        NominationClosed: too late for the actor, or the person is no longer on the list.
    """
    locked, found = lock_delegate(delegate, actor=actor, at=at)
    seating.withdraw(found, reason=reason, at=at)
    change_row(locked, found, None, actor=actor, at=at)
    letters.tell_withdrawn(nomination=locked, delegates=[found], at=at)
    record(
        actor=actor,
        action="delegate.withdraw",
        target=found,
        changes={"state": [Delegate.State.PROPOSED, found.state], "reason": ["", reason]},
        acted_for=locked.organisation_name,
    )
    return found


@transaction.atomic
def promote_reserve(*, delegate: Delegate, actor: User, at: dt.datetime) -> Delegate:
    """Move a person in reserve up to a free place of the quota; the person is then invited.

    Raises:
        NominationClosed: no place is free, the person is not in reserve, or it is too late for the actor.
    """
    locked, found = lock_delegate(delegate, actor=actor, at=at)
    if not found.seat.is_reserve:
        raise NominationClosed(f"{found.full_name} không ở danh sách dự phòng.")
    seats = seating.seats_with_people(locked)
    if message := seating.no_place_for(found, seats):
        raise NominationClosed(message)
    seating.move_up(found, seats)
    change_row(locked, found, {"reserve": False}, actor=actor, at=at)
    letters.invite_delegates(nomination=locked, delegates=[found], at=at)
    record(
        actor=actor,
        action="delegate.promote",
        target=found,
        changes={"reserve": [True, False]},
        acted_for=locked.organisation_name,
    )
    return found


def lock_delegate(delegate: Delegate, *, actor: User, at: dt.datetime) -> tuple[Nomination, Delegate]:
    """The locked list and the person as they stand now.

    Raises:
        NominationClosed: too late for the actor, or the person is no longer on the list.
    """
    locked = lock(delegate.seat.nomination)
    if message := policies.people_obstacle(actor, locked, at):
        raise NominationClosed(message)
    found = Delegate.objects.select_related("seat__group", "seat__unit", "seat__organisation").get(
        pk=delegate.pk
    )
    if found.seat.nomination_id != locked.pk or not policies.holds_place(found):
        raise NominationClosed(f"{found.full_name} không còn trong danh sách.")
    found.seat.nomination = locked
    return locked, found


def change_row(
    locked: Nomination, delegate: Delegate, values: dict | None, *, actor: User | str, at: dt.datetime
) -> None:
    """Write into the rows what happened to one person: into what is being typed, and as a new kept version.

    Arguments:
        values: the values of the person's row that changed; None when the row goes.
    """
    locked.draft = changed_rows(locked.draft, delegate, values)
    save(locked, at, "draft")
    if latest := locked.versions.first():
        keep_version(locked, changed_rows(latest.rows, delegate, values), actor=actor, at=at)


def changed_rows(rows: list[dict], delegate: Delegate, values: dict | None) -> list[dict]:
    """The rows of a list after one person's row has changed; None takes it out."""
    return [
        row if row["delegate_id"] != delegate.pk else row | (values or {})
        for row in rows
        if values is not None or row["delegate_id"] != delegate.pk
    ]
