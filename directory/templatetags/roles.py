"""Who of the staff has no role yet, for the desk's first page."""

from django import template

from directory import roles

register = template.Library()


@register.simple_tag
def staff_without_role(user) -> int:
    """How many; only those who can give roles are told, for all others 0."""
    return roles.staff_without_role().count() if user.is_superuser else 0
