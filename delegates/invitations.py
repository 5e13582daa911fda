"""Inviting the provinces: first a plan that staff read, then the letters, each at most once."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import prefetch_related_objects

from conferences.documents import issued_invitation
from conferences.models import Conference
from correspondence.copies import copy_for
from correspondence.models import Message
from delegates import letters
from delegates.models import Nomination
from directory.audit import record
from directory.models import Contact, User

# What the facts of a conference are printed from; every letter prints the same ones.
FACT_ROWS = ("abbreviations", "contacts", "places", "groups", "legal_bases", "facts")


class NotInvitable(Exception):
    """Nobody may be invited to the conference now; the message says why."""


@dataclass
class InvitationPlan:
    """Who would get a letter now.

    Attributes:
        letters: (list, contact) of every letter still to be written.
        without_address: lists whose organisation has no usable address.
        already_invited: (list, contact) of the letters written before.
    """

    letters: list[tuple[Nomination, Contact]] = field(default_factory=list)
    without_address: list[Nomination] = field(default_factory=list)
    already_invited: list[tuple[Nomination, Contact]] = field(default_factory=list)


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
    result = InvitationPlan()
    written = set(
        Message.objects.filter(topic=letters.topic_of(conference), kind="invitation").values_list(
            "key", flat=True
        )
    )
    nominations = (
        conference.nominations.select_related("organisation__successor", "unit")
        .prefetch_related("organisation__contacts", "organisation__successor__contacts")
        .order_by("unit__sort_key")
    )
    prefetch_related_objects([conference], *FACT_ROWS)
    for nomination in nominations:
        nomination.conference = conference
        holder = nomination.organisation.holder_on(at.date())
        contacts = holder.letter_contacts() if holder else []
        if not contacts:
            result.without_address.append(nomination)
        for contact in contacts:
            done = letters.invitation_key(nomination, contact) in written
            (result.already_invited if done else result.letters).append((nomination, contact))
    return result


def invite(*, conference: Conference, actor: User, at: dt.datetime) -> int:
    """Write the letters of the plan into the outbox; answers how many are new.

    The province's copy of the Giấy mời goes along when the document has been issued; a draft never does.
    Pressing twice, or two people pressing at once, writes nothing twice: the message's key is unique.

    Raises:
        NotInvitable: the conference is not announced, or has begun.
    """
    if message := obstacle(conference, at):
        raise NotInvitable(message)
    todo = plan(conference, at).letters
    document = issued_invitation(conference)
    # Rendered before the transaction: a page takes its time, and a copy is made once whatever happens after.
    copies = {
        nomination.pk: copy_for(
            document=document, recipient=nomination.organisation_name, organisation=nomination.organisation
        )
        for nomination, _ in todo
        if document is not None
    }
    with transaction.atomic():
        for nomination, contact in todo:
            letters.invite_focal_point(
                nomination=nomination, contact=contact, copy=copies.get(nomination.pk), at=at
            )
        invited = {nomination.pk for nomination, _ in todo}
        conference.nominations.filter(pk__in=invited, invited_at__isnull=True).update(invited_at=at)
        record(
            actor=actor,
            action="conference.invite",
            target=conference,
            changes={"letters": [0, len(todo)]},
        )
    return len(todo)
