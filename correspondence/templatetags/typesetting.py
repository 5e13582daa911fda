"""Filters for the templates of printed sheets."""

from django import template

from correspondence.typesetting import balanced
from hoinghi.text import upper

register = template.Library()


@register.filter
def head_lines(name: str, width: float) -> list[str]:
    """An office's name in capitals, in lines of at most ``width`` mm for the head of a sheet (12 pt)."""
    return balanced(upper(name), size=12, width=float(width))
