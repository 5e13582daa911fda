"""Who looks after the rooms: the officers that were named, otherwise the technical officers of the host."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from directory.acting import users_acting
from directory.models import Mandate, User
from venues.models import Booking, Officer

# Whoever changes something about a room: an account, or an officer who came by personal link.
Actor = User | Officer
# What the audit trail puts behind the name of somebody without an account.
BY_LINK = ", qua đường dẫn cá nhân"


def signature(actor: Actor) -> User | str:
    """The actor as the audit trail takes it."""
    return f"{actor.full_name}{BY_LINK}" if isinstance(actor, Officer) else actor


@dataclass(frozen=True)
class RoomOfficer:
    """One officer of one room; without ``officer`` and ``user`` the room has nobody."""

    booking: Booking
    officer: Officer | None = None
    user: User | None = None

    @property
    def is_there(self) -> bool:
        return self.officer is not None or self.user is not None

    @property
    def key(self) -> str:
        """The same for the same officer at every time; part of the keys of letters."""
        return f"o{self.officer.pk}" if self.officer else f"{self.user.pk}" if self.user else ""

    @property
    def full_name(self) -> str:
        return self._either("full_name")

    @property
    def phone(self) -> str:
        return self._either("phone")

    @property
    def email(self) -> str:
        # An account may have got another address since its officer was named.
        return self.user.email if self.user else self._either("email")

    def _either(self, name: str) -> str:
        return getattr(self.officer or self.user, name, "")


def officers_by_room(bookings: Iterable[Booking], at: dt.datetime) -> dict[int, list[RoomOfficer]]:
    """Booking's key → its officers, by shift and name, in a fixed number of queries.

    Arguments:
        bookings: with ``room__host__successor`` loaded, or it costs queries.
    """
    bookings = list(bookings)
    found: dict[int, list[RoomOfficer]] = defaultdict(list)
    by_key = {booking.pk: booking for booking in bookings}
    named = Officer.objects.live().filter(booking__in=by_key).select_related("user").in_order()
    for officer in named:
        user = officer.user if officer.user and officer.user.is_active else None
        found[officer.booking_id].append(RoomOfficer(by_key[officer.booking_id], officer, user))
    today = timezone.localdate(at)
    hosts = {
        booking.pk: booking.room.host.holder_on(today)
        for booking in bookings
        if booking.pk not in found and booking.room and booking.room.host
    }
    acting = users_acting(filter(None, hosts.values()), Mandate.Role.TECHNICAL_OFFICER, today)
    for key, host in hosts.items():
        users = acting[host.pk] if host else []
        found[key] = [RoomOfficer(by_key[key], user=user) for user in users]
    return found


def officers_of(bookings, at: dt.datetime) -> list[RoomOfficer]:
    """The officers of the rooms of a queryset, central room first; a room without one stands there with nobody."""
    bookings = list(bookings.select_related("room__host__successor").by_family())
    by_room = officers_by_room(bookings, at)
    return [officer for booking in bookings for officer in by_room.get(booking.pk) or [RoomOfficer(booking)]]
