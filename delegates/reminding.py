"""Whom reminders go to: focal points whose list is missing, delegates, officers whose room is not ready.

When they go is decided in ``conferences.reminders``; the words are in data/letters.yaml.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from django.utils import timezone

from conferences.audiences import Anchor, Audience, Member
from conferences.facts import FACT_ROWS
from conferences.models import Conference
from correspondence.letters import Letter, write_letter
from correspondence.outbox import OutgoingLetter
from delegates import fillings, letters
from delegates.models import Delegate, Nomination
from directory.acting import users_acting
from directory.models import Contact, Mandate, Organisation, User
from hoinghi.together import bring
from venues.letters import way_in
from venues.models import Booking
from venues.people import officers_of
from venues.readiness import readiness_of

# Lists that have not come, or were given back.
MISSING = (Nomination.State.OPEN, Nomination.State.DRAFT, Nomination.State.RETURNED)
NOT_READY = (Booking.State.PREPARING, Booking.State.LOST)


@dataclass(frozen=True)
class Addressee:
    """Whom a letter about a list goes to: an address of the organisation, or an account."""

    nomination: Nomination
    contact: Contact | None = None
    user: User | None = None


# ── focal points ────────────────────────────────────────────────────────────────────────────────────


def focal_points(conference: Conference, at: dt.datetime) -> list[Member]:
    """The addresses and the focal points of every organisation whose list is missing."""
    missing = list(_missing(conference, at))
    acting = _focal_points_of(missing, at)
    found = []
    for nomination, holder in missing:
        addressees = _by_address(nomination, holder.letter_contacts() if holder else [])
        for user in acting[holder.pk] if holder else []:
            addressees.setdefault(user.email.lower(), Addressee(nomination, user=user))
        # With nobody to write to, staff see who is out of reach.
        found += _members(nomination, addressees or {"": Addressee(nomination)})
    return found


def focal_points_of(nominations: Iterable[Nomination]) -> Audience:
    """The audience of the focal points, of these lists only."""
    wanted = {nomination.pk for nomination in nominations}
    return replace(
        next(audience for audience in AUDIENCES if audience.code == "focal_points"),
        members=lambda conference, at: [
            member for member in focal_points(conference, at) if member.about.nomination.pk in wanted
        ],
    )


def backup_addresses(conference: Conference, at: dt.datetime) -> list[Member]:
    """The backup addresses and the backup focal points of those organisations; one that has no other gets its
    letters there anyway."""
    missing = list(_missing(conference, at))
    backups = _focal_points_of(missing, at, backups=True)
    found = []
    for nomination, holder in missing:
        if holder:
            addressees = _by_address(nomination, holder.backup_contacts())
            usual = _by_address(nomination, holder.letter_contacts())
            for user in backups[holder.pk]:
                if user.email.lower() not in usual:
                    addressees.setdefault(user.email.lower(), Addressee(nomination, user=user))
            found += _members(nomination, addressees)
    return found


def _focal_points_of(
    missing: list[tuple[Nomination, Organisation | None]], at: dt.datetime, *, backups: bool = False
) -> dict[int, list[User]]:
    holders = [holder for _, holder in missing if holder]
    return users_acting(holders, Mandate.Role.FOCAL_POINT, timezone.localdate(at), backups=backups)


def deadlines_of_lists(conference: Conference) -> Iterable[dt.datetime]:
    """The deadlines of the missing lists; those with more time have one of their own."""
    missing = conference.nominations.filter(state__in=MISSING).only(
        "submitted_at", "extended_until", "conference"
    )
    for nomination in missing:
        nomination.conference = conference
    return {nomination.open_until for nomination in missing}


def _missing(conference: Conference, at: dt.datetime) -> Iterator[tuple[Nomination, Organisation | None]]:
    """The missing lists, each with the organisation that holds the place today."""
    bring(conference, *FACT_ROWS)
    nominations = (
        conference.nominations.filter(state__in=MISSING)
        .select_related("organisation__successor", "unit")
        .prefetch_related("organisation__contacts", "organisation__successor__contacts")
        .order_by("unit__sort_key", "organisation__sort_key")
    )
    for nomination in nominations:
        nomination.conference = conference
        if nomination.open_until:
            yield nomination, nomination.organisation.holder_on(timezone.localdate(at))


def _by_address(nomination: Nomination, contacts: Iterable[Contact]) -> dict[str, Addressee]:
    return {contact.email.lower(): Addressee(nomination, contact=contact) for contact in contacts}


def _members(nomination: Nomination, addressees: dict[str, Addressee]) -> list[Member]:
    return [
        Member(
            key=f"{nomination.pk}:{address}",
            name=nomination.organisation_name,
            address=address,
            date=nomination.open_until,
            about=addressee,
        )
        for address, addressee in addressees.items()
    ]


def _list_letter(code: str, member: Member) -> Letter:
    return write_letter(code, *fillings.reminder_to_focal_point(member.about.nomination))


def _list_letters(code: str, members: list[Member], at: dt.datetime) -> Iterator[OutgoingLetter]:
    for member in members:
        addressee = member.about
        yield _outgoing(
            code,
            member,
            addressee.nomination.conference,
            _list_letter(code, member),
            contact=addressee.contact,
            user=addressee.user,
            link_path=addressee.nomination.get_absolute_url(),
        )


# ── delegates ───────────────────────────────────────────────────────────────────────────────────────


def delegates(conference: Conference, at: dt.datetime) -> list[Member]:
    """Who is sent, not in reserve, and has not said that he or she stays away."""
    bring(conference, *FACT_ROWS)
    people = (
        Delegate.objects.attending()
        .filter(seat__nomination__conference=conference)
        .exclude(answer=Delegate.Answer.DECLINED)
        .select_related("seat__nomination__unit", "seat__group")
        .order_by("seat__nomination__unit__sort_key", "sort_key", "pk")
    )
    for delegate in people:
        delegate.seat.nomination.conference = conference
    return [
        Member(
            key=str(delegate.pk),
            name=f"{delegate.full_name}, {delegate.seat.name}",
            address=delegate.email,
            date=conference.start_at,
            about=delegate,
        )
        for delegate in people
    ]


def _delegate_letter(member: Member) -> Letter:
    return write_letter("reminder_delegates", *fillings.reminder_to_delegate(member.about))


def _delegate_letters(members: list[Member], at: dt.datetime) -> Iterator[OutgoingLetter]:
    for member in members:
        delegate = member.about
        nomination = delegate.seat.nomination
        attendee = (delegate.full_name, delegate.email)
        yield _outgoing(
            "reminder_delegates",
            member,
            nomination.conference,
            _delegate_letter(member),
            recipient_name=delegate.full_name,
            link=letters.delegate_link(delegate, at),
            attachments=(letters.calendar_attachment(nomination, attendee, at),),
        )


# ── officers of the rooms ───────────────────────────────────────────────────────────────────────────


def room_officers(conference: Conference, at: dt.datetime) -> list[Member]:
    """The technical officers of every room that is not ready, each with what the room lacks."""
    bring(conference, *FACT_ROWS)
    officers = officers_of(conference.bookings.live().filter(state__in=NOT_READY), at)
    bookings = {officer.booking.pk: officer.booking for officer in officers}
    for booking in bookings.values():
        booking.conference = conference
    lacks = readiness_of(bookings.values(), at)
    found = []
    for officer in officers:
        booking = officer.booking
        found.append(
            Member(
                key=f"{booking.pk}:{officer.key}",
                name=f"{officer.full_name}, {booking.label}" if officer.is_there else booking.label,
                address=officer.email,
                date=conference.start_at,
                about=(officer, lacks[booking.pk].missing),
            )
        )
    return found


def _room_letter(member: Member) -> Letter:
    officer, missing = member.about
    filling = fillings.reminder_of_room(officer.booking, officer.full_name, missing)
    return write_letter("reminder_room_officers", *filling)


def _room_letters(members: list[Member], at: dt.datetime) -> Iterator[OutgoingLetter]:
    for member in members:
        officer, _ = member.about
        yield _outgoing(
            "reminder_room_officers",
            member,
            officer.booking.conference,
            _room_letter(member),
            recipient_name=officer.full_name,
            user=officer.user,
            **way_in(officer, at),
        )


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _outgoing(
    kind: str, member: Member, conference: Conference, letter: Letter, **envelope
) -> OutgoingLetter:
    contact = next(iter(conference.contacts.all()), None)
    return OutgoingLetter(
        key=member.key,
        topic=letters.topic_of(conference),
        kind=kind,
        address=member.address,
        reply_to=contact.email if contact else "",
        **vars(letter) | {"recipient_name": member.name} | envelope,
    )


AUDIENCES = (
    Audience(
        "focal_points",
        "Đầu mối chưa gửi danh sách",
        Anchor.DEADLINE,
        focal_points,
        partial(_list_letter, "reminder_focal_points"),
        partial(_list_letters, "reminder_focal_points"),
        deadlines_of_lists,
    ),
    Audience(
        "focal_points_backup",
        "Địa chỉ, người dự phòng của đầu mối chưa gửi danh sách",
        Anchor.DEADLINE,
        backup_addresses,
        partial(_list_letter, "reminder_focal_points_backup"),
        partial(_list_letters, "reminder_focal_points_backup"),
        deadlines_of_lists,
    ),
    Audience("delegates", "Đại biểu", Anchor.START, delegates, _delegate_letter, _delegate_letters),
    Audience(
        "room_officers",
        "Cán bộ kỹ thuật của điểm cầu chưa sẵn sàng",
        Anchor.START,
        room_officers,
        _room_letter,
        _room_letters,
    ),
)
KINDS = [f"reminder_{audience.code}" for audience in AUDIENCES]
