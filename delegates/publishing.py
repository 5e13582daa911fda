"""Publishing a conference touches three apps, so it stands in the uppermost one."""

import datetime as dt

from django.db import transaction

from conferences import services as conferences
from conferences.models import Conference
from delegates.services import open_nominations
from directory.models import User
from venues import services as venues


@transaction.atomic
def publish(*, conference: Conference, actor: User, at: dt.datetime) -> None:
    """Announce the conference, prepare its rooms and open the provinces' lists; all or nothing.

    Raises:
        conferences.services.WrongState: it has been published already, or called off.
        conferences.services.NotReady: the check list has blocking gaps.
        venues.services.RoomTaken: a room is held by another conference at that time.
    """
    conferences.announce(conference=conference, actor=actor, at=at)
    venues.prepare_rooms(conference=conference, actor=actor, at=at)
    open_nominations(conference=conference, actor=actor, at=at)
