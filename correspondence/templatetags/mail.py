"""Filters for the templates of letters."""

import re

from django import template
from django.conf import settings
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def own_links(text: str) -> SafeString:
    """The portal's own addresses in a text as links. Others stay text: what people have typed is in it too."""
    address = re.compile(rf"{re.escape(settings.PUBLIC_URL)}/[\w/.%-]*[\w/]")
    linked = address.sub(r'<a href="\g<0>">\g<0></a>', conditional_escape(text))
    return mark_safe(linked)  # nosec B308 B703  # the pattern takes no sign that means something in HTML
