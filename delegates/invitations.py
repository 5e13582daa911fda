"""Inviting the provinces: first a plan that staff read, then an order, then the letters, each at most once."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from conferences.documents import invitation_version, issued_invitation
from conferences.facts import FACT_ROWS
from conferences.models import Conference
from correspondence import mailings
from correspondence.copies import ask_for_copies
from correspondence.models import Attachment, DocumentCopy, Mailing, Message
from correspondence.outbox import OutgoingLetter
from delegates import letters
from delegates.models import Nomination
from delegates.places import with_bookings
from directory.audit import record
from directory.models import Contact, User
from hoinghi.together import bring

# What orders of these letters are called, and the letters.
KIND = "invitation"


class NotInvitable(mailings.Refused):
    """Nobody may be invited to the conference now; the message says why."""


@dataclass
class InvitationPlan:
    """Who would get a letter now.

    Attributes:
        letters: (list, contact) of every letter still to be written.
        without_address: lists whose organisation has no usable address.
        already_invited: (list, contact) of the letters written before.
        version: which Giấy mời they carry; once it was replaced, everybody gets the new one.
    """

    letters: list[tuple[Nomination, Contact]] = field(default_factory=list)
    without_address: list[Nomination] = field(default_factory=list)
    already_invited: list[tuple[Nomination, Contact]] = field(default_factory=list)
    version: int = 1


def obstacle(conference: Conference, at: dt.datetime) -> str:
    """Why nobody may be invited at ``at``, for the person to read; "" when letters may go."""
    if conference.state in (Conference.State.DRAFT, Conference.State.PLANNED):
        return "Hội nghị chưa được công bố nên chưa thể gửi thư mời. Công bố hội nghị trước."
    if conference.state != Conference.State.ANNOUNCED:
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”, không gửi thư mời."
    if at >= conference.start_at:
        return "Hội nghị đã bắt đầu, không gửi thư mời được nữa."
    return ""


def plan(conference: Conference, at: dt.datetime) -> InvitationPlan:
    """Sort the conference's lists by what inviting would do for them.

    A letter goes to the organisation that holds the place today, not to the one of the reference date.
    """
    result = InvitationPlan(version=invitation_version(conference))
    written = set(
        Message.objects.filter(topic=letters.topic_of(conference), kind=KIND).values_list("key", flat=True)
    )
    carried = _carried_otherwise(conference)
    nominations = (
        conference.nominations.select_related("organisation__successor")
        .prefetch_related("unit", "organisation__contacts", "organisation__successor__contacts")
        .order_by("unit__sort_key", "organisation__sort_key")
    )
    bring(conference, *FACT_ROWS)
    for nomination in nominations:
        nomination.conference = conference
        holder = nomination.organisation.holder_on(timezone.localdate(at))
        contacts = holder.letter_contacts() if holder else []
        if not contacts:
            result.without_address.append(nomination)
        for contact in contacts:
            done = (
                letters.invitation_key(nomination, contact, result.version) in written
                or (contact.pk, nomination.organisation_id) in carried
            )
            (result.already_invited if done else result.letters).append((nomination, contact))
    return result


def _carried_otherwise(conference: Conference) -> set[tuple[int, int]]:
    """(contact, organisation) of those who got the Giấy mời in force along with the news of a change."""
    document = issued_invitation(conference)
    if document is None:
        return set()
    sent = Attachment.objects.filter(
        message__topic=letters.topic_of(conference), copy__document=document
    ).exclude(message__kind=KIND)
    return set(sent.values_list("message__contact", "copy__organisation"))


@transaction.atomic
def order(
    *, conference: Conference, letters_read: int, held: bool = False, actor: User, at: dt.datetime
) -> Mailing:
    """Order the letters of the plan; a worker writes them. Pressing twice orders them once.

    Arguments:
        letters_read: how many letters the person has read of; a plan that is another one when the letters
            are written is refused.
        held: keep the letters as drafts until staff release them.
    Raises:
        NotInvitable: the conference is not announced, or has begun.
    """
    if message := obstacle(conference, at):
        raise NotInvitable(message)
    # Two people who press at once would order twice.
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    topic = letters.topic_of(conference)
    ordered = Mailing.objects.waiting().filter(kind=KIND, topic=topic).first()
    return ordered or mailings.order(
        kind=KIND,
        topic=topic,
        arguments={"conference": conference.pk},
        expected=letters_read,
        held=held,
        actor=actor,
    )


def write(mailing: Mailing, at: dt.datetime) -> Iterator[OutgoingLetter]:
    """The letters of an order, and what goes with them: marks on the lists, copies of the Giấy mời.

    The province's copy goes along when the document has been issued; a draft never does.

    Raises:
        NotInvitable: the conference has been called off or has begun meanwhile, or the plan is another one.
    """
    conference = Conference.objects.printable().get(pk=mailing.arguments["conference"])
    if message := obstacle(conference, at):
        raise NotInvitable(message)
    the_plan = plan(conference, at)
    todo = the_plan.letters
    if len(todo) != mailing.expected:
        raise NotInvitable(
            f"Danh sách người nhận đã thay đổi: nay là {len(todo)} thư, khi xác nhận là {mailing.expected}. "
            "Mở lại trang gửi thư mời, đọc lại rồi xác nhận."
        )
    copies = _copies(conference, todo)
    with_bookings(nomination for nomination, _ in todo)
    for nomination, contact in todo:
        copy = copies.get(nomination.organisation_name)
        yield letters.invitation_to(
            nomination=nomination, contact=contact, copy=copy, version=the_plan.version, at=at
        )
    # Last: the rows are locked from here on, and the provinces work on them.
    invited = {nomination.pk for nomination, _ in todo}
    conference.nominations.filter(pk__in=invited, invited_at__isnull=True).update(invited_at=at)
    record(
        actor=mailing.actor or "hệ thống",
        action="conference.invite",
        target=conference,
        changes={"letters": [0, len(todo)]},
    )


def _copies(conference: Conference, todo: list[tuple[Nomination, Contact]]) -> dict[str, DocumentCopy]:
    """Printed name of each organisation → its copy of the issued Giấy mời, whose PDF may still be to be made."""
    document = issued_invitation(conference)
    if document is None:
        return {}
    recipients = {nomination.organisation_name: nomination.organisation for nomination, _ in todo}
    return ask_for_copies(document=document, recipients=recipients)
