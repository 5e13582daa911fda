"""The letters of nomination: who gets which words with which values. The outbox carries them."""

import datetime as dt
from collections import defaultdict

from django.urls import reverse
from django.utils import timezone

from conferences import letters as conference_letters
from conferences.calendar import conference_event
from conferences.models import Conference
from conferences.topics import topic_of
from correspondence.letters import Letter, write_letter, write_letters
from correspondence.models import DocumentCopy, Message
from correspondence.outbox import CopyAttachment, FileAttachment, OutgoingLetter, enqueue_many
from delegates import fillings
from delegates.models import Delegate, ExtensionRequest, Nomination, NominationVersion, SubstituteProposal
from delegates.places import booking_of, place_of
from delegates.policies import holds_place
from directory import links
from directory.acting import users_acting
from directory.models import Contact, Mandate, PersonalLink, User
from hoinghi.text import slugify

PURPOSE = "delegate"
# Opens the page of the own data and nothing else: for a delegate who was replaced or withdrawn.
DATA_PURPOSE = "delegate_data"
# A delegate still reads agenda and materials for a while after the conference.
LINK_DAYS_AFTER = 30


# ── to the focal organisation ───────────────────────────────────────────────────────────────────────


def invitation_key(nomination: Nomination, contact: Contact, version: int) -> str:
    """``version``: which Giấy mời it carries (``conferences.documents.invitation_version``)."""
    return f"invite:{nomination.conference_id}:{nomination.organisation_id}:{contact.pk}:{version}"


def invitation_letter(nomination: Nomination, *, with_document: bool) -> Letter:
    """The invitation; ``with_document`` says whether the Giấy mời goes along."""
    return write_letter("invitation", *fillings.invitation(nomination, with_document=with_document))


def invitation_to(
    *, nomination: Nomination, contact: Contact, copy: DocumentCopy | None, version: int, at: dt.datetime
) -> OutgoingLetter:
    """The invitation of one contact of the focal organisation, to be enqueued.

    Arguments:
        copy: the province's copy of the issued Giấy mời, or None.
        version: which Giấy mời that is.
    """
    attachments = [calendar_attachment(nomination, (nomination.organisation_name, contact.email), at)]
    if copy is not None:
        attachments.insert(0, CopyAttachment(copy))
    return outgoing(
        nomination,
        invitation_letter(nomination, with_document=copy is not None),
        key=invitation_key(nomination, contact, version),
        kind="invitation",
        contact=contact,
        address=contact.email,
        recipient_name=nomination.organisation_name,
        link_path=nomination.get_absolute_url(),
        attachments=attachments,
    )


def receipts(
    *, version: NominationVersion, copy: DocumentCopy | None, sender: User | None, at: dt.datetime
) -> list[OutgoingLetter]:
    """The letters that confirm a submitted list to the organisation's own addresses, and to whoever sent it.

    Arguments:
        copy: the numbered receipt, which goes along once its PDF is made; None when there is none.
    """
    nomination, attached = version.nomination, "Phiếu tiếp nhận (PDF)" if copy else ""
    letter = write_letter("receipt", *fillings.receipt(version, attachments=attached))
    return [
        outgoing(
            nomination,
            letter,
            key=f"receipt:{nomination.pk}:{version.number}:{address}",
            kind="receipt",
            contact=contact,
            address=address,
            recipient_name=name,
            link_path=reverse("nomination-receipt", args=[nomination.pk]),
            attachments=[CopyAttachment(copy)] if copy else [],
        )
        for address, name, contact in _addresses(nomination, at, sender)
    ]


def tell_returned(*, nomination: Nomination, at: dt.datetime) -> None:
    """Say that staff gave the list back, and why."""
    _tell(nomination, "nomination_returned", fillings.returned(nomination), at)


def tell_extended(*, nomination: Nomination, at: dt.datetime) -> None:
    """Say until when the province may still send its list, and why."""
    _tell(nomination, "nomination_extended", fillings.extended(nomination), at)


def tell_staff_asked(*, request: ExtensionRequest, at: dt.datetime) -> None:
    """Tell the conference's contact that a list needs more time; staff decide on the list's page."""
    nomination = request.nomination
    contact = nomination.conference.contacts.first()
    if contact is None or not contact.email:
        return  # the cockpit shows it all the same
    _enqueue(
        nomination,
        write_letter("extension_asked", *fillings.asked_for_more_time(request)),
        key=f"extension_asked:{request.pk}",
        kind="extension_asked",
        address=contact.email,
        recipient_name=contact.full_name,
        link_path=reverse("nomination-review", args=[nomination.conference.slug, nomination.pk]),
        at=at,
    )


def tell_extension_refused(*, request: ExtensionRequest, at: dt.datetime) -> None:
    """Say that there is no more time, and why."""
    filling = fillings.no_more_time(request)
    _tell(request.nomination, "extension_refused", filling, at, suffix=f":{request.pk}")


def tell_declined(*, delegate: Delegate, at: dt.datetime) -> None:
    """Tell the focal point that a delegate can't come, so that somebody else can be sent in time."""
    suffix = f":{delegate.pk}:{at:%Y%m%d%H%M%S}"
    nomination, filling = delegate.seat.nomination, fillings.declined(delegate, at)
    _tell(nomination, "delegate_declined", filling, at, suffix=suffix)


def tell_replaced(*, old: Delegate, new: Delegate, by_staff: bool, at: dt.datetime) -> None:
    """Tell whoever was invited that somebody else is sent, and the focal point when staff have done it.

    An invitation that is still on its way to the old delegate is stopped: it would lead nowhere.
    """
    nomination = new.seat.nomination
    _say_goodbye("delegate_replaced", nomination, [old], "Không gửi: đã cử người dự thay.", at)
    if by_staff:
        _tell(nomination, "replaced_by_staff", fillings.replacement(old, new), at, suffix=f":{old.pk}")


def tell_withdrawn(*, nomination: Nomination, delegates: list[Delegate], at: dt.datetime) -> None:
    """Tell whoever was invited and is not sent any more, though nobody is sent instead."""
    _say_goodbye("delegate_withdrawn", nomination, delegates, "Không gửi: đã rút khỏi danh sách.", at)


def _say_goodbye(
    kind: str, nomination: Nomination, delegates: list[Delegate], stopped: str, at: dt.datetime
) -> None:
    """Stop what is on its way to the delegates; whom anything has reached gets a letter that also takes the
    conference out of the calendar."""
    if not delegates:
        return
    invited = stop_letters_to(delegates, stopped)
    told = [delegate for delegate in delegates if delegate.pk in invited and delegate.email]
    for delegate in told:
        delegate.seat.nomination = nomination
    enqueue_many(
        [
            outgoing(
                nomination,
                write_letter(kind, *fillings.replaced(delegate)),
                key=f"{kind}:{delegate.pk}",
                kind=kind,
                address=delegate.email,
                recipient_name=delegate.full_name,
                link_path=nomination.conference.get_absolute_url(),
                attachments=[
                    calendar_attachment(nomination, (delegate.full_name, delegate.email), at, is_out=True)
                ],
            )
            for delegate in told
        ],
        at=at,
    )


def tell_corrected(
    *, delegate: Delegate, called: str, changes: list[tuple[str, str, str]], at: dt.datetime
) -> None:
    """Tell the focal point what a delegate has put right.

    Arguments:
        called: the delegate as the list had it before.
        changes: (label, before, after).
    """
    filling = fillings.corrected(delegate, called, changes)
    _tell(delegate.seat.nomination, "delegate_corrected", filling, at, suffix=f":{delegate.pk}")


def tell_proposed(*, proposal: SubstituteProposal, at: dt.datetime) -> None:
    """Tell the focal point whom a delegate proposes, and the conference's contact once only staff can decide."""
    nomination = proposal.delegate.seat.nomination
    filling, suffix = fillings.proposed(proposal), f":{proposal.pk}"
    _tell(nomination, "substitute_proposed", filling, at, suffix=suffix)
    contact = nomination.conference.contacts.first()
    is_late = nomination.change_deadline is not None and at >= nomination.change_deadline
    if is_late and contact is not None and contact.email:
        _enqueue(
            nomination,
            write_letter("substitute_proposed", *filling),
            key=f"substitute_proposed{suffix}:staff",
            kind="substitute_proposed",
            address=contact.email,
            recipient_name=contact.full_name,
            link_path=reverse("nomination-review", args=[nomination.conference.slug, nomination.pk]),
            at=at,
        )


def tell_substitute_refused(*, proposal: SubstituteProposal, reason: str, at: dt.datetime) -> None:
    """Tell a delegate that the proposed person is not sent, and why."""
    delegate = proposal.delegate
    if not delegate.email:
        return
    _enqueue(
        delegate.seat.nomination,
        write_letter("substitute_refused", *fillings.substitute_refused(proposal, reason)),
        key=f"substitute_refused:{proposal.pk}",
        kind="substitute_refused",
        address=delegate.email,
        recipient_name=delegate.full_name,
        link=delegate_link(delegate, at),
        at=at,
    )


def stop_letters_to(delegates: list[Delegate], why: str) -> set[int]:
    """Stop what has not gone out yet; answers the keys of the delegates whom anything has reached."""
    if not delegates:
        return set()
    holders = {f"delegate:{delegate.pk}": delegate.pk for delegate in delegates}
    own = Message.objects.filter(link__holder__in=holders)
    own.filter(state__in=[Message.State.DRAFT, Message.State.QUEUED]).update(
        state=Message.State.CANCELLED, answer=why
    )
    sent = own.exclude(state__in=[Message.State.CANCELLED, Message.State.FAILED])
    return {holders[holder] for holder in sent.values_list("link__holder", flat=True)}


# ── to a delegate ───────────────────────────────────────────────────────────────────────────────────


def invite_delegates(*, nomination: Nomination, delegates: list[Delegate], at: dt.datetime) -> None:
    """Write the letters of ``invitations_of``."""
    enqueue_many(invitations_of(nomination=nomination, delegates=delegates, at=at), at=at)


def invitations_of(
    *, nomination: Nomination, delegates: list[Delegate], at: dt.datetime
) -> list[OutgoingLetter]:
    """The letters to every delegate with an e-mail address who has none at that address yet.

    Reserve delegates are told when they move up, not before.
    """
    wanted = {
        f"delegate:{delegate.pk}": delegate
        for delegate in delegates
        if delegate.email and not delegate.seat.is_reserve
    }
    # The address is part of the key: a corrected one gets the letter, an unchanged one not again.
    written = defaultdict(list)
    letters = Message.objects.filter(link__holder__in=wanted, key__startswith="delegate:")
    for holder, address, revoked in letters.values_list("link__holder", "address", "link__revoked_at"):
        written[holder, address.lower()].append(revoked is None)
    keyed = {}
    for holder, delegate in wanted.items():
        earlier = written[holder, delegate.email.lower()]
        if not any(earlier):
            # An address that was given up and is back again: the link that it got is dead.
            again = f":again{len(earlier)}" if earlier else ""
            keyed[f"{holder}:{delegate.email.lower()}{again}"] = delegate
    return _to_delegates(nomination, keyed, at)


def send_new_link(*, delegate: Delegate, dead: PersonalLink, at: dt.datetime) -> None:
    """Answer a click on a dead link; clicking again writes no second letter."""
    enqueue_many(_to_delegates(delegate.seat.nomination, {f"delegate-link:{dead.pk}": delegate}, at), at=at)


def _to_delegates(
    nomination: Nomination, keyed: dict[str, Delegate], at: dt.datetime
) -> list[OutgoingLetter]:
    """A letter with a personal link to each; a key that has a letter already gets neither."""
    for key in Message.objects.filter(key__in=keyed).values_list("key", flat=True):
        del keyed[key]
    if not keyed:
        return []
    personal = links.issue_many([_new_link(delegate, at) for delegate in keyed.values()])
    written = write_letters("delegate", [fillings.to_delegate(delegate) for delegate in keyed.values()])
    return [
        outgoing(
            nomination,
            letter,
            key=key,
            kind="delegate",
            address=delegate.email,
            recipient_name=delegate.full_name,
            link=link,
            attachments=[calendar_attachment(nomination, (delegate.full_name, delegate.email), at)],
        )
        for (key, delegate), link, letter in zip(keyed.items(), personal, written, strict=True)
    ]


def delegate_link(delegate: Delegate, at: dt.datetime) -> PersonalLink:
    """A new personal link for the delegate; older ones go on working until they are revoked or expire.

    Whoever was replaced or withdrawn only reaches the own data by it.
    """
    (link,) = links.issue_many([_new_link(delegate, at)])
    return link


def _new_link(delegate: Delegate, at: dt.datetime) -> PersonalLink:
    conference = delegate.seat.nomination.conference
    return PersonalLink(
        purpose=PURPOSE if holds_place(delegate) else DATA_PURPOSE,
        holder=f"delegate:{delegate.pk}",
        scope=topic_of(conference),
        address=delegate.email,
        label=delegate.full_name,
        expires_at=max(conference.end_at, at) + dt.timedelta(days=LINK_DAYS_AFTER),
    )


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def calendar_attachment(
    nomination: Nomination, attendee: tuple[str, str], at: dt.datetime, *, is_out: bool = False
) -> FileAttachment:
    """The conference with this province's room as a calendar file for one person (name and address).

    Arguments:
        is_out: the person is not sent any more: the file takes the entry out of the calendar.
    """
    conference = nomination.conference
    place = place_of(booking_of(nomination))
    file = conference_event(conference, location=place, attendee=attendee, is_out=is_out, at=at)
    return FileAttachment(calendar_name(conference), file.content_type, file.content)


def calendar_name(conference: Conference) -> str:
    return f"{slugify(conference.title)[:60]}.ics"


def outgoing(nomination: Nomination, letter: Letter, **envelope) -> OutgoingLetter:
    """A letter about a province's list, to be enqueued; answers come back to the conference's contact.

    Arguments:
        envelope: the arguments of ``OutgoingLetter`` besides those of the letter itself.
    """
    return conference_letters.outgoing(nomination.conference, letter, **envelope)


def _enqueue(nomination: Nomination, letter: Letter, *, at: dt.datetime, **envelope) -> None:
    enqueue_many([outgoing(nomination, letter, **envelope)], at=at)


def _tell(
    nomination: Nomination, kind: str, filling: fillings.Filling, at: dt.datetime, suffix: str = ""
) -> None:
    letter = write_letter(kind, *filling)
    for address, name, contact in _addresses(nomination, at):
        _enqueue(
            nomination,
            letter,
            key=f"{kind}:{nomination.pk}:{nomination.version}{suffix}:{address}",
            kind=kind,
            contact=contact,
            address=address,
            recipient_name=name,
            link_path=nomination.get_absolute_url(),
            at=at,
        )


def _addresses(
    nomination: Nomination, at: dt.datetime, sender: User | None = None
) -> list[tuple[str, str, Contact | None]]:
    """(address, name, contact) of the addresses and focal points of whoever holds the organisation's place on
    the day of ``at``, and of the sender, each once; backups are told when there is nobody else.
    """
    found: dict[str, tuple[str, str, Contact | None]] = {}
    holder = nomination.organisation.holder_on(timezone.localdate(at))
    if holder:
        for contact in holder.letter_contacts():
            found[contact.email.lower()] = (contact.email, nomination.organisation_name, contact)
        acting = users_acting([holder], Mandate.Role.FOCAL_POINT, timezone.localdate(at))
        for user in acting[holder.pk]:
            found.setdefault(user.email.lower(), (user.email, user.full_name, None))
    if sender:
        found.setdefault(sender.email.lower(), (sender.email, sender.full_name, None))
    return list(found.values())
