"""The notice on processing personal data, where data are given or shown."""

from django import template
from django.urls import reverse
from django.utils.html import format_html

from directory import notices

register = template.Library()


@register.simple_tag
def privacy_link() -> str:
    """A link to the very wording that counts now, with its number."""
    notice = notices.current()
    if notice is None:
        return format_html('<a href="{}">Xử lý dữ liệu cá nhân</a>', reverse("privacy"))
    return format_html('<a href="{}">{}</a>', notice.get_absolute_url(), notice)
