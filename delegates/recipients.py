"""Everybody who counts on a published conference and hears what becomes of it: focal points, delegates, officers."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet, TextChoices
from django.utils import timezone

from conferences.models import Conference
from conferences.models.conference import PRINTED_ROWS
from conferences.topics import topic_of
from correspondence.models import Message
from delegates.models import Delegate, Nomination
from delegates.places import with_bookings
from directory.models import Contact, User
from hoinghi.text import lowerfirst
from hoinghi.together import bring
from venues.models import Booking
from venues.people import RoomOfficer, officers_of


class Role(TextChoices):
    FOCAL_POINT = "focal_point", "Đầu mối đã được mời"
    DELEGATE = "delegate", "Đại biểu"
    OFFICER = "officer", "Cán bộ kỹ thuật điểm cầu"


@dataclass(frozen=True)
class Recipient:
    """One person or address.

    Attributes:
        key: the same for the same one at every time; part of the key of the letter.
        greeted: as after "Kính gửi: ".
        place: the province or room that staff know the person by.
        booking: where the person sits.
        nomination: the list of a focal point or a delegate.
    """

    role: Role
    key: str
    name: str
    greeted: str
    address: str
    place: str
    booking: Booking | None
    nomination: Nomination | None = None
    contact: Contact | None = None
    user: User | None = None
    delegate: Delegate | None = None
    officer: RoomOfficer | None = None

    @property
    def unit(self) -> int | None:
        """The province whose room the person uses."""
        if self.nomination:
            return self.nomination.unit_id
        return self.booking.province_id if self.booking else None


@dataclass
class Audience:
    """``reached`` get letters; ``unreached`` are the names of those who have no address."""

    reached: list[Recipient] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)

    def by_role(self) -> dict[Role, list[Recipient]]:
        return {role: [each for each in self.reached if each.role == role] for role in Role}


def audience_of(
    conference: Conference, at: dt.datetime, *, bookings: QuerySet[Booking] | None = None
) -> Audience:
    """Whom to tell, in a fixed number of queries; every row points to this ``conference``.

    Arguments:
        bookings: the rooms whose officers are told; default those that are held now.
    """
    bring(conference, *PRINTED_ROWS)
    found = Audience()
    nominations = _nominations(conference)
    _add_focal_points(found, conference, nominations, at)
    _add_delegates(found, conference, {each.pk: each for each in nominations})
    for officer in officers_of(conference.bookings.live() if bookings is None else bookings, at):
        officer.booking.conference = conference
        if officer.email:
            found.reached.append(
                Recipient(
                    Role.OFFICER,
                    f"officer-{officer.booking.pk}-{officer.key}",
                    officer.full_name,
                    f"đồng chí {officer.full_name}",
                    officer.email,
                    officer.booking.label,
                    officer.booking,
                    user=officer.user,
                    officer=officer,
                )
            )
        elif officer.is_there:
            found.unreached.append(f"{officer.full_name}, {officer.booking.label}")
    return found


def _nominations(conference: Conference) -> list[Nomination]:
    nominations = with_bookings(
        conference.nominations.select_related("organisation__successor", "unit")
        .prefetch_related("organisation__contacts", "organisation__successor__contacts")
        .order_by("unit__sort_key", "organisation__sort_key")
    )
    for nomination in nominations:
        nomination.conference = conference
    return nominations


def _add_focal_points(
    found: Audience, conference: Conference, nominations: list[Nomination], at: dt.datetime
) -> None:
    """The addresses of those that have been invited, at whoever holds the place today.

    Whoever's invitation staff still keep as a draft has not heard of the conference yet.
    """
    drafts = Message.objects.filter(kind="invitation", state=Message.State.DRAFT)
    held = set(drafts.filter(topic=topic_of(conference)).values_list("contact", flat=True))
    for nomination in nominations:
        if nomination.invited_at is None:
            continue
        holder = nomination.organisation.holder_on(timezone.localdate(at))
        contacts = holder.letter_contacts() if holder else []
        if not contacts:
            found.unreached.append(nomination.organisation_name)
        found.reached += [
            Recipient(
                Role.FOCAL_POINT,
                f"list-{nomination.pk}-{contact.pk}",
                nomination.organisation_name,
                nomination.organisation_name,
                contact.email,
                nomination.sender_name,
                nomination.booking,
                nomination=nomination,
                contact=contact,
            )
            for contact in contacts
            if contact.pk not in held
        ]


def _add_delegates(found: Audience, conference: Conference, nominations: dict[int, Nomination]) -> None:
    """Who is sent, not in reserve."""
    sent = (
        Delegate.objects.attending()
        .filter(seat__nomination__conference=conference)
        .select_related("seat")
        .order_by("seat__nomination__unit__sort_key", "sort_key", "pk")
    )
    for delegate in sent:
        nomination = delegate.seat.nomination = nominations[delegate.seat.nomination_id]
        if not delegate.email:
            found.unreached.append(f"{delegate.full_name}, {delegate.seat.name}")
            continue
        found.reached.append(
            Recipient(
                Role.DELEGATE,
                f"delegate-{delegate.pk}",
                delegate.full_name,
                f"{lowerfirst(delegate.honorific)} {delegate.full_name}, {delegate.job_title}",
                delegate.email,
                delegate.seat.name,
                nomination.booking,
                nomination=nomination,
                delegate=delegate,
            )
        )
