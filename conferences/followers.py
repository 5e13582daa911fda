"""What has to move with a conference that is changed: rooms that are held, drafts that are written.

Some of it lives in apps above, which this app must not import. Each registers its part once, from its
AppConfig; the desk and the conference files call ``follow`` in the transaction that saves the change.
"""

import datetime as dt
from typing import ClassVar, Protocol

from conferences.models import Conference
from directory.models import User


class CannotFollow(Exception):
    """The change cannot be followed, so it must not be saved; the text says why and what to do.

    ``field`` is the field of the conference to mend, None where it is no single one.
    """

    field: ClassVar[str | None] = None


class Follower(Protocol):
    def __call__(self, *, conference: Conference, actor: User | str, at: dt.datetime) -> object: ...


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Call ``follower`` whenever a conference was changed; it does nothing when nothing concerns it."""
    if follower not in _followers:
        _followers.append(follower)


def follow(*, conference: Conference, actor: User | str, at: dt.datetime) -> None:
    """Move everything that depends on the saved conference.

    Arguments:
        at: the moment of the change; each follower takes this one.
    Raises:
        CannotFollow: by the first follower that cannot; the caller undoes the change.
    """
    for follower in _followers:
        follower(conference=conference, actor=actor, at=at)
