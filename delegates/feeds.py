"""Calendars to subscribe to, by secret address: a focal point's conferences, and a delegate's.

The address is a personal link: nothing usable is stored, and a new one puts the old one out of use. What it shows
follows what its holder may see at that moment.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Prefetch

from conferences.calendar import event_of
from conferences.models import Conference
from correspondence.calendars import CalendarFile, Subscription, feed, subscription
from delegates import policies
from delegates.models import Delegate, Nomination
from delegates.places import place_of, with_bookings
from directory import links
from directory.audit import record
from directory.models import PersonalLink, User

FOCAL, DELEGATE = "focal-feed", "delegate-feed"
# Who uses it may see less and less, down to nothing; the address itself need not end soon.
VALID_FOR = dt.timedelta(days=3 * 365)
# A conference that is not published has nothing to show.
HIDDEN = (Conference.State.DRAFT, Conference.State.PLANNED)


def address_of(*, purpose: str, holder: User | Delegate, at: dt.datetime) -> Subscription | None:
    """Where the holder's feed is; None as long as nobody has asked for an address."""
    link = links.live_link(holder=_key(holder), purpose=purpose, at=at)
    return subscription(links.path_of(link)) if link else None


@transaction.atomic
def renew_address(*, purpose: str, holder: User | Delegate, actor: User | str, at: dt.datetime) -> None:
    """Give the holder a new address; the old one, if there was one, shows nothing any more."""
    key = _key(holder)
    # Two clicks at once would leave two addresses, one of them forgotten.
    holder._meta.model.objects.select_for_update(no_key=True, of=("self",)).get(pk=holder.pk)
    revoked = links.revoke(holder=key, purpose=purpose, at=at)
    links.issue(
        purpose=purpose,
        holder=key,
        scope="",
        address=holder.email,
        label=holder.full_name,
        expires_at=at + VALID_FOR,
    )
    record(actor=actor, action="feed.renew", target=holder, changes={"revoked": [0, revoked]})


def focal_feed(link: PersonalLink, at: dt.datetime) -> CalendarFile | None:
    """The conferences that the provinces of a focal point are invited to; None when the account is closed."""
    user = User.objects.filter(pk=_number(link), is_active=True).first()
    if user is None:
        return None
    shown = Conference.objects.in_feed(at).exclude(state__in=HIDDEN).printable()
    held = Nomination.objects.held_by(user).filter(conference__in=shown)
    nominations = with_bookings(
        held.select_related("unit")
        .prefetch_related(Prefetch("conference", shown))
        .order_by("conference__start_at", "pk")
    )
    # Who acts for two provinces has the conference once.
    once: dict[int, Nomination] = {}
    for nomination in nominations:
        once.setdefault(nomination.conference_id, nomination)
    return _feed(once.values())


def delegate_feed(link: PersonalLink, at: dt.datetime) -> CalendarFile | None:
    """The conference that a delegate is sent to; None when somebody else is sent instead."""
    delegate = Delegate.objects.select_related("seat__nomination").filter(pk=_number(link)).first()
    if delegate is None or not policies.holds_place(delegate):
        return None
    shown = Conference.objects.in_feed(at).printable()
    found = Nomination.objects.filter(pk=delegate.seat.nomination_id, conference__in=shown)
    return _feed(with_bookings(found.select_related("unit").prefetch_related(Prefetch("conference", shown))))


def _feed(nominations: Iterable[Nomination]) -> CalendarFile:
    events = [
        event_of(nomination.conference, location=place_of(nomination.booking), invited=True)
        for nomination in nominations
    ]
    return feed(events, name="Hội nghị được mời")


def _key(holder: User | Delegate) -> str:
    return f"{holder._meta.model_name}:{holder.pk}"


def _number(link: PersonalLink) -> str:
    return link.holder.partition(":")[2]
