"""Invitations in tests: ordered as staff do, written at once as a worker would."""

import datetime as dt

from conferences.models import Conference
from correspondence import mailings
from correspondence.models import Mailing
from delegates import invitations
from directory.models import User


def invite(*, conference: Conference, actor: User, at: dt.datetime, held: bool = False) -> Mailing:
    """Order every letter of the plan and write them."""
    todo = len(invitations.plan(conference, at).letters)
    mailing = invitations.order(conference=conference, letters_read=todo, held=held, actor=actor, at=at)
    mailings.carry_out(mailing.pk, at=at)
    mailing.refresh_from_db()
    return mailing
