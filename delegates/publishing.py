"""Publishing a conference touches three apps, so it stands in the uppermost one."""

import datetime as dt

from django.db import transaction

from conferences import reminders
from conferences import services as conferences
from conferences.documents import draft_invitation
from conferences.models import Conference
from correspondence.models import OfficialDocument
from delegates.services import open_nominations
from directory.models import User
from venues import services as venues


@transaction.atomic
def publish(*, conference: Conference, actor: User, at: dt.datetime) -> None:
    """Prepare the rooms of the conference, announce it, open the provinces' lists and plan the reminders; all
    or nothing.

    Raises:
        conferences.services.WrongState: it has been published already, or called off.
        conferences.services.NotReady: the check list has blocking gaps.
        venues.services.RoomTaken: a room is held by another conference at that time.
    """
    # The rooms first: what there is when it is announced counts as told.
    venues.prepare_rooms(conference=conference, actor=actor, at=at)
    conferences.announce(conference=conference, actor=actor, at=at)
    open_nominations(conference=conference, actor=actor, at=at)
    reminders.prefill(conference)
    reminders.schedule(conference=conference, at=at)


def waiting_draft(conference: Conference) -> OfficialDocument | None:
    """The newest Giấy mời of the conference that waits for its number."""
    return OfficialDocument.objects.filter(
        pk__in=conference.official_documents.values("document"),
        kind=OfficialDocument.Kind.INVITATION,
        state=OfficialDocument.State.DRAFT,
    ).first()


@transaction.atomic
def invitation_draft(*, conference: Conference, actor: User) -> OfficialDocument:
    """The Giấy mời that waits for its number; a new draft only when none waits.

    Raises:
        ValidationError: it cannot be drafted, for instance without a letterhead.
    """
    # Two people who press at once would draft two.
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    return waiting_draft(conference) or draft_invitation(conference=conference, actor=actor)
