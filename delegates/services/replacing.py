"""Cử người dự thay: another person in the same seat. The quota does not change, and nothing is forgotten."""

import datetime as dt

from django.db import transaction

from conferences.models import InvitedGroup
from delegates import letters, seating
from delegates.errors import InvalidRows, NominationClosed, RowError
from delegates.models import Delegate, Nomination, SubstituteProposal
from delegates.rows import Row, check_person, nominated_groups, row_in, to_json
from delegates.services.seats import change_row, lock_delegate
from directory.audit import record
from directory.models import User
from hoinghi.text import fold


@transaction.atomic
def replace(*, delegate: Delegate, person: dict, reason: str, actor: User, at: dt.datetime) -> Delegate:
    """Send somebody else in the delegate's place; answers the new delegate, who is invited.

    The focal point may until the change deadline, staff until lists close (``policies.people_obstacle``). The one
    who is replaced stays in the books as such, is told when an invitation has gone out, and can open nothing more.
    Whoever sits in reserve can be replaced too, and is invited by nobody.

    Arguments:
        person: honorific, full_name, job_title, phone, email, role and answers, as in ``delegates.rows.Row``;
            without a role, the one of the person who is replaced.
        reason: why; kept with the new delegate and told to the focal point when staff replace.

    Raises:
        NominationClosed: too late for the actor, or the person is no longer on the list.
        InvalidRows: what is missing or wrong about the new person, as row 0.
    """
    locked, old = lock_delegate(delegate, actor=actor, at=at)
    group = group_of(locked, old)
    row = row_in(old.seat, person | {"role": person.get("role") or old.role})
    check_person(row, group)
    _check_role(row, old)
    new = seating.replace(old, row, group.asked_questions, reason=reason, at=at)
    values = {name: value for name, value in to_json([row])[0].items() if name in CHANGED}
    change_row(locked, old, values, actor=actor, at=at)
    _settle_proposals(old, new, actor, at)
    letters.invite_delegates(nomination=locked, delegates=[new], at=at)
    letters.tell_replaced(old=old, new=new, by_staff=actor.is_staff, at=at)
    record(
        actor=actor,
        action="delegate.replace",
        target=new,
        changes={"full_name": [old.full_name, new.full_name], "reason": ["", reason]},
        acted_for=locked.organisation_name,
    )
    return new


def _check_role(row: Row, old: Delegate) -> None:
    """A new person in another role must find it free."""
    others = old.seat.delegates.filter(state=Delegate.State.PROPOSED).exclude(pk=old.pk)
    message = "" if old.seat.is_reserve else seating.role_problem(row.role, old.seat, others)
    if message:
        raise InvalidRows(rows=[RowError(0, "role", message)])


# What the new person's row has of its own; group, organisation and reserve are the seat's.
CHANGED = {"delegate_id", "answers", *seating.PERSON_FIELDS}


def group_of(nomination: Nomination, delegate: Delegate) -> InvitedGroup:
    """The delegate's group with what it asks (``rows.nominated_groups``).

    Raises:
        NominationClosed: the list is no longer asked to send anybody there.
    """
    for group in nominated_groups(nomination):
        if group.pk == delegate.seat.group_id:
            return group
    raise NominationClosed("Nhóm này không còn trong thành phần được cử. Xin liên hệ đơn vị tổ chức.")


def _settle_proposals(old: Delegate, new: Delegate, actor: User, at: dt.datetime) -> None:
    """Whom the delegate proposed is sent, or somebody else is."""
    State = SubstituteProposal.State
    for proposal in old.substitute_proposals.filter(state=State.WAITING):
        is_sent = fold(proposal.full_name) == fold(new.full_name)
        proposal.state = State.TAKEN if is_sent else State.REFUSED
        proposal.decided_at, proposal.decided_by = at, actor
        proposal.save(update_fields=["state", "decided_at", "decided_by"])
