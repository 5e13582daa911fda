"""Who may do what with tasks that follow from a conclusion."""

import datetime as dt

from django.utils import timezone

from conferences.models import Task
from conferences.policies import is_organiser
from directory.models import Mandate


def acts_for(user, task: Task, at: dt.datetime) -> bool:
    """The user is a focal point of the task's organisation on the day of ``at``."""
    if not (user.is_authenticated and user.is_active) or task.organisation_id is None:
        return False
    held = user.organisations(Mandate.Role.FOCAL_POINT, timezone.localdate(at))
    return held.filter(pk=task.organisation_id).exists()


def can_report(user, task: Task, at: dt.datetime) -> bool:
    """The addressee's focal point, or staff who write down what came by telephone or on paper."""
    return is_organiser(user) or acts_for(user, task, at)
