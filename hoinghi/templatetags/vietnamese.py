"""Filters for dates, numbers and names; every template has them (builtin in the settings)."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from hoinghi import pages, text

register = template.Library()


def _empty_stays_empty(function):
    """Templates print values that may be missing; the formatters refuse them."""

    def formatted(value):
        return "" if value in (None, "") else function(value)

    formatted.__doc__ = function.__doc__
    return formatted


def tel(numbers: str) -> SafeString | str:
    """The numbers of a line as links that a telephone dials, or the line itself where it holds none."""
    try:
        found = text.parse_phones(numbers)
    except ValueError:
        return numbers
    links = [(number, text.format_phone(number)) for number in found]
    return format_html_join(", ", '<a class="nowrap" href="tel:{}">{}</a>', links)


for _name, _function in {
    "vn_date": text.format_date,
    "vn_long_date": text.format_long_date,
    "vn_time": text.format_time,
    "vn_time_long": text.format_time_long,
    "vn_moment": text.format_moment,
    "vn_moment_short": text.format_moment_short,
    "vn_countdown": text.format_countdown,
    "vn_number": text.format_number,
    "vn_many": pages.many,
    "weekday_number": text.weekday_number,
    "weekday_words": text.weekday_words,
    "phone": text.format_phones,
    "tel": tel,
    "filesize_vi": text.format_filesize,
    "given_name": text.given_name,
    "vn_upper": text.upper,
    "vn_capfirst": text.capfirst,
    "vn_lowerfirst": text.lowerfirst,
    "nbsp": text.nbsp,
}.items():
    register.filter(_name, _empty_stays_empty(_function))
