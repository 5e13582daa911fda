"""What the pages about delegates print besides the look's components."""

from django import template

from conferences.models import Conference
from delegates.cockpit import tasks

register = template.Library()


@register.filter
def outbox_url(conference: Conference) -> str:
    """The letters of the conference."""
    return tasks.outbox_url(conference)
