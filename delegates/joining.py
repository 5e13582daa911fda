"""The link into the meeting: entered and replaced with a word to those who could read the old one."""

import datetime as dt

from django.db import transaction

from conferences.models import Conference
from correspondence.letters import write_letters
from correspondence.outbox import OutgoingLetter, enqueue_many
from delegates import fillings
from delegates.letters import topic_of
from delegates.models import Delegate
from delegates.policies import holds_place
from delegates.recipients import Recipient, audience_of
from delegates.telling import where_to
from directory.models import User
from venues import services
from venues.models import Booking, JoinLink
from venues.policies import join_obstacle

KIND = "join_replaced"


def may_join(delegate: Delegate) -> bool:
    """The delegate is still the one who is sent, not in reserve, and has not said to stay away."""
    return (
        holds_place(delegate) and not delegate.seat.is_reserve and delegate.answer != Delegate.Answer.DECLINED
    )


def shown_link(booking: Booking | None, at: dt.datetime) -> JoinLink | None:
    """The link that whoever may join from the room is shown at ``at``; None when it is not the time, or there is none.

    Arguments:
        booking: with its conference loaded.
    """
    if booking is None or join_obstacle(booking.conference, at):
        return None
    return services.links_of([booking]).get(booking.pk)


@transaction.atomic
def enter(
    *,
    conference: Conference,
    booking: Booking | None,
    address: str,
    passcode: str,
    reason: str,
    actor: User,
    at: dt.datetime,
) -> int:
    """Put a link in force; answers how many were told that theirs is another one now.

    Told are those to whom the former link has been shown: officers, focal points and delegates of the rooms
    concerned, once it was time. The letter holds no link but that to the portal's own page.

    Arguments:
        booking: the room that has a link of its own; None for all others.
    Raises:
        ValidationError: by field, when the address can't be used.
    """
    rooms = _concerned(conference, booking)
    before = services.links_of(rooms)
    link = services.enter_link(
        conference=conference,
        booking=booking,
        address=address,
        passcode=passcode,
        reason=reason,
        actor=actor,
        at=at,
    )
    replaced = {room.pk for room in rooms if room.pk in before and before[room.pk].pk != link.pk}
    if not replaced or join_obstacle(conference, at):
        return 0
    told = [
        each
        for each in audience_of(conference, at).reached
        if each.booking and each.booking.pk in replaced and (not each.delegate or may_join(each.delegate))
    ]
    return enqueue_many(_letters(told, link, reason, at), at=at)


def withdraw(*, link: JoinLink, actor: User, at: dt.datetime) -> None:
    """Take a link back; nobody is told, for the pages say it at once."""
    services.withdraw_link(link=link, reason="Bỏ", actor=actor, at=at)


def _concerned(conference: Conference, booking: Booking | None) -> list[Booking]:
    """The rooms for which the link counts: one, or those without a link of their own."""
    if booking is not None:
        return [booking]
    own = JoinLink.objects.live().filter(booking__conference=conference)
    return list(conference.bookings.live().exclude(pk__in=own.values("booking")))


def _letters(told: list[Recipient], link: JoinLink, reason: str, at: dt.datetime) -> list[OutgoingLetter]:
    conference = link.conference
    contact = next(iter(conference.contacts.all()), None)
    written = write_letters(KIND, [_filling(each, conference, reason) for each in told])
    return [
        OutgoingLetter(
            key=f"{KIND}:{link.pk}:{each.key}",
            topic=topic_of(conference),
            kind=KIND,
            address=each.address,
            recipient_name=each.name,
            reply_to=contact.email if contact else "",
            contact=each.contact,
            user=each.user,
            **vars(letter),
            **where_to(each, conference, at),
        )
        for each, letter in zip(told, written, strict=True)
    ]


def _filling(recipient: Recipient, conference: Conference, reason: str) -> fillings.Filling:
    values, frame = fillings.around(conference, recipient.booking)
    return values | {"recipient": recipient.greeted, "reason": reason}, frame


def sample(code: str) -> fillings.Filling | None:
    """What the preview of the text is filled with: the latest conference and somebody who counts on it."""
    for conference in Conference.objects.filter(nominations__invited_at__isnull=False).order_by("-start_at")[
        :1
    ]:
        for recipient in audience_of(conference, conference.start_at).reached[:1]:
            return _filling(recipient, conference, "đường dẫn cũ đã bị lộ")
    return None
