"""Staff act for an organisation: when it began and when it ended stands in the audit trail.

What is done meanwhile goes through the focal point's own verbs; they write for whom it was done.
"""

from django.db import transaction

from delegates.models import Nomination
from directory.audit import record
from directory.models import User


@transaction.atomic
def begin_standing_in(*, nomination: Nomination, actor: User) -> None:
    _record("nomination.stand_in", nomination, actor)


@transaction.atomic
def end_standing_in(*, nomination: Nomination, actor: User) -> None:
    _record("nomination.stand_in_end", nomination, actor)


def _record(action: str, nomination: Nomination, actor: User) -> None:
    record(actor=actor, action=action, target=nomination, acted_for=nomination.organisation_name)
