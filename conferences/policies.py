"""Who may see what of a conference, in which state."""

import datetime as dt

from django.utils import timezone

from conferences.audiences import is_invited
from conferences.models import Conference, Material
from directory.models import Mandate, User
from hoinghi.access import staff


def is_organiser(viewer: object) -> bool:
    """Staff of the organising unit; false for whoever is no account (holders of personal links)."""
    return isinstance(viewer, User) and staff(viewer)


def can_change_conference(user: User, conference: Conference) -> bool:
    """Staff who run conferences; of one with a team only the team. Superusers always."""
    return Conference.objects.changeable_by(user).filter(pk=conference.pk).exists()


def is_open_to(user: User, conference: Conference) -> bool:
    """It has no team, or the account is in it. Which of its work is theirs is for their role to say."""
    return not Conference.objects.closed_to(user).filter(pk=conference.pk).exists()


def acts_for(user, row, at: dt.datetime) -> bool:
    """The user is a focal point of the row's organisation, or of its successor, on the day of ``at``.

    Arguments:
        row: a sheet, a task, a request for a paper; somebody outside the register has no organisation.
    """
    if not (user.is_authenticated and user.is_active) or row.organisation_id is None:
        return False
    held = user.places(Mandate.Role.FOCAL_POINT, timezone.localdate(at))
    return held.filter(pk=row.organisation_id).exists()


def can_see_conference(viewer: object, conference: Conference) -> bool:
    """A draft is the staff's own; everything else is public."""
    return conference.state != Conference.State.DRAFT or is_organiser(viewer)


def can_see_day(viewer: object, conference: Conference) -> bool:
    """The day of a postponed conference is the staff's own until they publish it anew."""
    return conference.state != Conference.State.POSTPONED or is_organiser(viewer)


def readable_visibilities(viewer: object, conference: Conference) -> set[str]:
    """The kinds of materials (``Material.Visibility``) of a conference that the viewer may read."""
    if is_organiser(viewer):
        return set(Material.Visibility)
    if not can_see_conference(viewer, conference):
        return set()
    invited = {Material.Visibility.INVITED} if is_invited(viewer, conference) else set()
    return {Material.Visibility.PUBLIC} | invited


def can_read_material(viewer: object, material: Material, at: dt.datetime) -> bool:
    """May the viewer download this material at ``at``?

    Arguments:
        viewer: an account, anonymous or not, or the holder of a personal link for whom an upper app answers
            (``conferences.audiences``).
    """
    if not is_organiser(viewer) and not _in_window(material, at):
        return False
    return material.visibility in readable_visibilities(viewer, material.conference)


def _in_window(material: Material, at: dt.datetime) -> bool:
    """The window of ``Material.objects.in_window``, for one row."""
    return (material.opens_at is None or material.opens_at <= at) and (
        material.closes_at is None or at < material.closes_at
    )
