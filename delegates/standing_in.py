"""Staff act for an organisation ("thay mặt"): said beforehand, for one list, shown on every page, written down.

The session holds for which list; it ends with a press of the button, with another list, or with the session.
"""

from delegates.models import Nomination

KEY = "standing_in"


def begin(request, nomination: Nomination) -> None:
    request.session[KEY] = {"nomination": nomination.pk, "organisation": nomination.organisation_name}


def end(request) -> None:
    request.session.pop(KEY, None)


def stands_in(request, nomination: Nomination) -> bool:
    """Staff have said that they act for the organisation of this list."""
    held = shown(request)["standing_in"]
    return held is not None and held["nomination"] == nomination.pk


def shown(request) -> dict:
    """For every template: the list and the organisation that staff act for now, or None (context processor)."""
    user = getattr(request, "user", None)
    is_staff = user is not None and user.is_authenticated and user.is_staff
    return {"standing_in": request.session.get(KEY) if is_staff else None}
