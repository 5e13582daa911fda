"""How a conference is printed in lists."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.text import Truncator

from conferences.facts import expand
from conferences.models import Conference, InvitedGroup
from hoinghi.text import (
    capfirst,
    format_date,
    format_moment,
    format_quota,
    format_range,
    format_time,
)

register = template.Library()


@register.filter
def duration(conference: Conference) -> str:
    """Hour and length: ``8h00, ½ ngày``; ``8h00 đến 11h30``; over several days the last moment as well."""
    start, end = conference.start_at, conference.end_at
    same_day = format_date(start) == format_date(end)
    if conference.duration_kind == Conference.Duration.HOURS:
        return f"{format_time(start)} đến {format_time(end) if same_day else format_moment(end)}"
    if not same_day:
        return capfirst(format_range(start, end))
    return f"{format_time(start)}, {conference.get_duration_kind_display()}"


@register.filter
def how_long(conference: Conference) -> str:
    """What stands under the beginning: ``½ ngày``; ``Đến 11h30 ngày 02/7/2021``; ``Đến hết ngày 03/11/2023``."""
    if conference.duration_kind == Conference.Duration.HOURS:
        return f"Đến {format_moment(conference.end_at)}"
    if format_date(conference.start_at) != format_date(conference.end_at):
        return f"Đến hết ngày {format_date(conference.end_at)}"
    return conference.get_duration_kind_display()


@register.filter
def summary(conference: Conference) -> str:
    """What it is about, for a list; empty when the text cites more than names."""
    text = expand(conference.purpose, conference)
    return "" if "{" in text else capfirst(Truncator(text).words(40, truncate=" …"))


@register.filter
def days(conference: Conference) -> str:
    """``ngày 02/7/2021``, ``từ ngày 31/10 đến ngày 03/11/2023``"""
    return format_range(conference.start_at, conference.end_at)


@register.simple_tag
def days_left(conference: Conference, now: dt.datetime) -> str:
    """``Còn 8 ngày``, ``Ngày mai``, ``Hôm nay``; empty once it has begun."""
    if now >= conference.start_at:
        return ""
    left = (timezone.localtime(conference.start_at).date() - timezone.localtime(now).date()).days
    return {0: "Hôm nay", 1: "Ngày mai"}.get(left, f"Còn {left} ngày")


@register.filter
def when(conference: Conference) -> str:
    """The moment it begins; what the fields of a postponed one hold is not settled."""
    if conference.state == Conference.State.POSTPONED:
        return "đang hoãn, chưa có thời gian mới"
    return format_moment(conference.start_at)


@register.simple_tag
def shown_state(conference: Conference, now: dt.datetime) -> str:
    """The state's code as it is shown at ``now``."""
    return conference.state_at(now)


@register.filter
def quota(group: InvitedGroup) -> str:
    """How many organisations a group may have: ``1÷2``; empty where it has no quota."""
    return format_quota(group.min_organisations, group.max_organisations)


@register.filter
def last_day(deadline: dt.datetime) -> str:
    """The day whose end is the deadline: ``30/6/2021`` for 0h00 on 01/7/2021."""
    return format_date(deadline - dt.timedelta(microseconds=1))
