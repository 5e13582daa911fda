from django import template

from venues.views.ways import Way

register = template.Library()


@register.simple_tag
def way_url(way: Way, page: str = "", *args) -> str:
    """The address of a page of a room, on the way by which the reader came: ``{% way_url way "tick" 12 %}``."""
    return way.url(page, *args)
