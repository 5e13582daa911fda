"""A delegate who can't come proposes a substitute; the focal point sends the substitute, or refuses."""

import datetime as dt

from django.db import transaction

from delegates import letters, policies
from delegates.answers import BY_LINK, AnswerClosed
from delegates.errors import NominationClosed
from delegates.models import Delegate, Nomination, SubstituteProposal
from delegates.rows import check_person, row_in
from delegates.services.locking import lock
from delegates.services.replacing import replace
from directory.audit import record
from directory.models import User

State = SubstituteProposal.State
PROPOSED = ("honorific", "full_name", "job_title", "phone", "email")


@transaction.atomic
def propose(
    *, delegate: Delegate, person: dict[str, str], reason: str, at: dt.datetime
) -> SubstituteProposal:
    """Propose somebody else; whoever may decide is told. One proposal waits at a time.

    Raises:
        AnswerClosed: lists are closed, somebody else is sent already, or a proposal waits.
        InvalidRows: what is missing or wrong about the person, as row 0.
    """
    nomination = lock(delegate.seat.nomination)
    found = Delegate.objects.select_related("seat__group").get(pk=delegate.pk)
    found.seat.nomination = nomination
    if message := policies.proposing_obstacle(found, at):
        raise AnswerClosed(message)
    row = row_in(found.seat, {name: person[name] for name in PROPOSED})
    check_person(row)
    proposal = SubstituteProposal.objects.create(
        delegate=found,
        reason=reason,
        proposed_at=at,
        **{name: getattr(row, name) for name in PROPOSED},
    )
    letters.tell_proposed(proposal=proposal, at=at)
    record(
        actor=BY_LINK,
        action="delegate.propose",
        target=found,
        changes={"full_name": [found.full_name, row.full_name], "reason": ["", reason]},
    )
    return proposal


@transaction.atomic
def take(*, proposal: SubstituteProposal, actor: User, at: dt.datetime) -> Delegate:
    """Send the proposed person (``services.replace``).

    Raises:
        NominationClosed: decided already, or as ``replace``.
        InvalidRows: as ``replace``: the group asks something that the proposal does not say.
    """
    _, found = _waiting(proposal)
    person = {name: getattr(found, name) for name in PROPOSED}
    return replace(delegate=found.delegate, person=person, reason=found.reason, actor=actor, at=at)


@transaction.atomic
def refuse(*, proposal: SubstituteProposal, reason: str, actor: User, at: dt.datetime) -> SubstituteProposal:
    """Keep the delegate, and say why; the delegate is told and may propose somebody else.

    Raises:
        NominationClosed: decided already.
    """
    nomination, found = _waiting(proposal)
    found.state, found.decided_at, found.decided_by = State.REFUSED, at, actor
    found.save(update_fields=["state", "decided_at", "decided_by"])
    letters.tell_substitute_refused(proposal=found, reason=reason, at=at)
    record(
        actor=actor,
        action="delegate.refuse_substitute",
        target=found.delegate,
        changes={"full_name": [found.full_name, found.delegate.full_name], "reason": ["", reason]},
        acted_for=nomination.organisation_name,
    )
    return found


def waiting_of(nomination: Nomination) -> list[SubstituteProposal]:
    """What is to be decided about the people who are still on the list."""
    return list(
        SubstituteProposal.objects.filter(
            delegate__seat__nomination=nomination,
            delegate__seat__is_live=True,
            delegate__state=Delegate.State.PROPOSED,
            state=State.WAITING,
        )
        .select_related("delegate__seat__group")
        .order_by("pk")
    )


def _waiting(proposal: SubstituteProposal) -> tuple[Nomination, SubstituteProposal]:
    """The locked list and the proposal as they stand behind its lock."""
    nomination = lock(proposal.delegate.seat.nomination)
    found = SubstituteProposal.objects.select_related("delegate__seat__group").get(pk=proposal.pk)
    if found.state != State.WAITING:
        raise NominationClosed("Đề xuất này đã được quyết định.")
    found.delegate.seat.nomination = nomination
    return nomination, found
