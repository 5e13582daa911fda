"""Who belongs to a conference: known to the apps above, which tell it here from their AppConfig.

This app keeps the materials and the reminders; nominations, delegates and rooms live in apps that it must not
import. Such an app says ``register_invited(check)`` once, and every question "is this viewer invited?" asks all
registered checks; and ``register_audience(audience)`` for each group of people whom reminders may go to.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from conferences.models import Conference
from correspondence.letters import Letter
from correspondence.outbox import OutgoingLetter

# A viewer is an account (``User``, also anonymous), or whatever else the registering app lets act by link.
InvitedCheck = Callable[[object, Conference], bool]
# viewer → the ids of the conferences for which its check says yes; None for viewers that it does not know.
InvitedScope = Callable[[object], models.QuerySet | None]

_invited_checks: list[InvitedCheck] = []
_invited_scopes: list[InvitedScope] = []


def register_invited(check: InvitedCheck, scope: InvitedScope | None = None) -> None:
    """Let ``check(viewer, conference)`` answer for the viewers that it knows; it says False to all others.

    Arguments:
        scope: the same for all conferences at once, for those who look through many of them.
    """
    if check not in _invited_checks:
        _invited_checks.append(check)
    if scope is not None and scope not in _invited_scopes:
        _invited_scopes.append(scope)


def is_invited(viewer: object, conference: Conference) -> bool:
    return any(check(viewer, conference) for check in _invited_checks)


def invited_to(viewer: object) -> Q:
    """A condition on rows with a ``conference``: those that the viewer is invited to."""
    condition = Q(pk__in=[])
    for scope in _invited_scopes:
        if (conferences := scope(viewer)) is not None:
            condition |= Q(conference__in=conferences)
    return condition


# ── audiences of reminders ──────────────────────────────────────────────────────────────────────────


class Anchor(models.TextChoices):
    """The date of a conference that an audience is reminded of."""

    DEADLINE = "deadline", "hạn gửi danh sách"
    START = "start", "giờ bắt đầu"
    # Of every draft, every task and every paper its own: ``Audience.further_dates`` knows them.
    OPINIONS = "opinions", "hạn góp ý dự thảo"
    TASKS = "tasks", "thời hạn của nhiệm vụ"
    PAPERS = "papers", "hạn gửi tài liệu"

    def date_of(self, conference: Conference) -> dt.datetime | None:
        """The one date of the conference; None where there is none, or one for each of several things."""
        dates = {Anchor.DEADLINE: conference.nomination_deadline, Anchor.START: conference.start_at}
        return dates.get(self)


@dataclass(frozen=True)
class Member:
    """One person who still has something to do.

    Attributes:
        key: the same for the same person at every time; part of the key of the letter.
        name: whom staff read: "Sở Công Thương tỉnh Đắk Lắk".
        address: empty where nobody can be written to; staff see who that is.
        date: until when this one can act.
        about: what the audience needs to write the letter.
    """

    key: str
    name: str
    address: str
    date: dt.datetime
    about: Any = field(compare=False, repr=False)


@dataclass(frozen=True)
class Audience:
    """A group of people whom reminders go to.

    Attributes:
        code: stored with the steps.
        name: what staff call it.
        anchor: the date that its steps count back from.
        members: (conference, at) → who would need a reminder at ``at``.
        preview: the letter as a member would get it; writes nothing.
        letters: (members, at) → their letters, each with the member's key as its key and without an end; may
            create what the letters need (personal links), so it is called only when they are written.
        further_dates: dates of single members that differ from the anchor's.
        goes_on: its dates have nothing to do with the day of the conference; it is reminded before and after.
    """

    code: str
    name: str
    anchor: Anchor
    members: Callable[[Conference, dt.datetime], list[Member]]
    preview: Callable[[Member], Letter]
    letters: Callable[[list[Member], dt.datetime], Iterable[OutgoingLetter]]
    further_dates: Callable[[Conference], Iterable[dt.datetime]] = lambda conference: ()
    goes_on: bool = False

    def is_reminded(self, conference: Conference) -> bool:
        """Whether the state of the conference lets reminders go to it at all."""
        if self.goes_on:
            return conference.state not in (Conference.State.DRAFT, Conference.State.CANCELLED)
        return conference.state == Conference.State.ANNOUNCED

    def dates_of(self, conference: Conference) -> list[dt.datetime]:
        """The dates that its members are reminded of, the conference's own among them when it has one."""
        return sorted({self.anchor.date_of(conference), *self.further_dates(conference)} - {None})

    def waiting(self, conference: Conference, at: dt.datetime) -> list[Member]:
        """Who can still act at ``at`` and has not."""
        return [member for member in self.members(conference, at) if at < member.date]


_audiences: dict[str, Audience] = {}


def register_audience(audience: Audience) -> None:
    """Take up an audience, from ``AppConfig.ready``; pages show them in the order in which they came."""
    _audiences[audience.code] = audience


def audiences() -> dict[str, Audience]:
    """Code → audience."""
    return dict(_audiences)
