"""What a submitted list brings about: the numbered receipt, its letter, the invitations of the delegates.

The submission commits an order with the list, and a worker writes all of it right afterwards, in one transaction:
a focal point does not wait for a dozen letters, nor do lists that come in together wait for each other at the
register of receipts.
"""

import datetime as dt
from collections.abc import Iterator

from conferences.facts import remember_facts
from conferences.topics import topic_of
from correspondence import mailings
from correspondence.models import Mailing
from correspondence.outbox import OutgoingLetter
from delegates import letters, policies
from delegates.documents import draft_receipt, issue_receipt
from delegates.models import Delegate, Nomination, NominationVersion, Receipt
from delegates.services.locking import lock
from directory.models import User

# What the orders are called.
KIND = "submission"


def order(*, version: NominationVersion, sender: User | None) -> Mailing:
    """Order what follows the submission of a version, inside its transaction.

    Arguments:
        sender: who sent the list for the organisation and gets the receipt too; None where staff did.
    """
    return mailings.order(
        kind=KIND,
        topic=topic_of(version.nomination.conference),
        arguments={"version": version.pk, "sender": sender and sender.pk},
        expected=len(version.rows),
        actor=None,
    )


def carry_out(version: NominationVersion, *, at: dt.datetime) -> None:
    """Do at once what a worker would do a moment later, for lists that are submitted where no worker runs."""
    for mailing in _orders(version).waiting():
        mailings.carry_out(mailing.pk, at=at)


def is_waiting(version: NominationVersion) -> bool:
    """What follows the version is still to be written."""
    return _orders(version).waiting().exists()


def has_failed(version: NominationVersion) -> bool:
    """It could not be written; staff see that in the outbox, and can have it tried again."""
    return _orders(version).failed().exists()


def _orders(version: NominationVersion):
    topic = topic_of(version.nomination.conference)  # has an index
    return Mailing.objects.filter(kind=KIND, topic=topic, arguments__version=version.pk)


def write(mailing: Mailing, at: dt.datetime) -> Iterator[OutgoingLetter]:
    """The letters of an order, and the receipt that goes along.

    The list is locked: nobody leaves it between being read here and being written to. Receipt and confirmation say
    what came in with this version; invited is whoever is on the list by now and has no letter yet.
    """
    version = NominationVersion.objects.get(pk=mailing.arguments["version"])
    version.nomination = nomination = lock(Nomination(pk=version.nomination_id))
    remember_facts(nomination.conference)
    if not policies.called_off(nomination.conference):
        sent = Delegate.objects.attending().filter(seat__nomination=nomination).select_related("seat")
        delegates = list(sent.in_protocol_order())
        for delegate in delegates:
            delegate.seat.nomination = nomination
        yield from letters.invitations_of(nomination=nomination, delegates=delegates, at=at)
    there = Receipt.objects.filter(version__nomination=nomination, version__number__gte=version.number)
    if there.exists():
        return  # another worker was faster with the next version: nobody needs the paper about this one
    receipt = draft_receipt(version=version)
    # Workers wait for each other at the register: the number comes last.
    copy = issue_receipt(receipt=receipt, at=at) if receipt else None
    sender = User.objects.filter(pk=mailing.arguments["sender"]).first()
    yield from letters.receipts(version=version, copy=copy, sender=sender, at=at)
