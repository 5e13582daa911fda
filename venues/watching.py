"""What tells open boards that something has changed: a number per conference, raised after each change.

A board asks every few seconds; as long as the number stands, the answer is one short query and an empty 304.
"""

from functools import partial

from django.db import transaction
from django.db.models import F

from venues.models import BoardVersion


def changed(conference_id: int) -> None:
    """Let every open board of the conference draw itself anew, once the present transaction is committed.

    Not before: whoever sees the new number must see the change as well. And not inside: a row that all rooms of a
    conference write to would make their transactions wait for each other, and for whatever else they lock. Should
    the process die in between, boards catch up within the minute (``delegates.board``).
    """
    transaction.on_commit(partial(_raise, conference_id))


def _raise(conference_id: int) -> None:
    version = BoardVersion.objects.filter(pk=conference_id)
    if not version.update(number=F("number") + 1):  # the conference's first change
        BoardVersion.objects.bulk_create([BoardVersion(conference_id=conference_id)], ignore_conflicts=True)
        version.update(number=F("number") + 1)
