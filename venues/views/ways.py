"""The two ways to a room's pages: with an account, or by the personal link of an officer without one.

Each page is written once, as a function of a ``Way``, and mounted twice in venues/urls.py.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from directory.links import DeadLink, keep_secret, open_link
from directory.models import PersonalLink
from hoinghi.access import access, anyone, signed_in
from venues import policies
from venues.letters import PURPOSE
from venues.models import Booking, Officer
from venues.people import Actor

CLOSED = 409


@dataclass(frozen=True)
class Way:
    """Who came to which room, and how.

    Attributes:
        token: of the personal link; empty for somebody with an account.
        at: the moment of the request.
    """

    booking: Booking
    actor: Actor
    at: dt.datetime
    token: str = ""

    @property
    def conference(self):
        return self.booking.conference

    @property
    def is_by_link(self) -> bool:
        return bool(self.token)

    @property
    def is_staff(self) -> bool:
        return not self.is_by_link and self.actor.is_staff

    @cached_property
    def prepares(self) -> bool:
        return policies.prepares(self.actor, self.booking, self.at)

    @cached_property
    def names_officers(self) -> bool:
        return policies.names_officers(self.actor, self.booking, self.at)

    @cached_property
    def chooses_place(self) -> bool:
        return policies.chooses_place(self.actor, self.booking, self.at)

    @cached_property
    def adds_subs(self) -> bool:
        return policies.adds_subs(self.actor, self.booking, self.at)

    def changes(self, officer: Officer) -> bool:
        """May correct, relieve or hand over for this officer: by link only oneself."""
        return self.actor == officer if self.is_by_link else self.names_officers

    def url(self, page: str = "", *args) -> str:
        """The address of a page of this room on this way: ``way.url("tick", 12)``."""
        name = "-".join(filter(None, ["officer" if self.is_by_link else "booking", page]))
        if self.is_by_link and not page:
            name = "officer-page"
        return reverse(name, args=[self.token or self.booking.pk, *args])


def bookings_with_all():
    """Rooms with everything that their pages and letters show of them."""
    return Booking.objects.select_related(
        "conference__kind", "room__host__successor", "unit", "parent__unit", "parent__room"
    )


def by_account(view):
    """Open the page for somebody with an account; a room that is not the user's business does not exist."""

    @access(signed_in)
    def opened(request, pk: int, **kwargs):
        at = timezone.now()
        found = bookings_with_all().filter(pk__in=Booking.objects.visible_to(request.user, at).values("pk"))
        booking = found.filter(pk=pk).first()
        if booking is None:
            raise Http404("No such room")
        return _private(view(request, Way(booking, request.user, at), **kwargs))

    return opened


def by_link(view):
    """Open the page for the officer who holds the token; a dead link answers 410 and offers a new one."""

    @access(anyone)
    def opened(request, token: str, **kwargs):
        at = timezone.now()
        try:
            link = open_link(token, purpose=PURPOSE, at=at)
        except DeadLink as dead:
            officer = officer_of(dead.link)
            context = {"token": token, "officer": officer}
            response = render(request, "venues/dead_link.html", context, status=410)
        else:
            officer = officer_of(link) if link else None
            if officer is None or not officer.is_live:
                raise Http404("No such link")
            response = view(request, Way(officer.booking, officer, at, token), **kwargs)
        return keep_secret(response)

    return opened


def officer_of(link: PersonalLink) -> Officer | None:
    """The officer who holds the link, with the room."""
    _, _, pk = link.holder.partition(":")
    officer = Officer.objects.select_related("successor").filter(pk=pk).first()
    if officer is not None:
        officer.booking = bookings_with_all().get(pk=officer.booking_id)
    return officer


def _private(response):
    """Telephones stand on these pages: no cache keeps them."""
    patch_cache_control(response, private=True, no_store=True)
    return response
