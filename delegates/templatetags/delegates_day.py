"""What the pages of the day print besides the look's components."""

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from conferences.models import Conference
from delegates.board.figures import RoomState
from delegates.models import Delegate
from hoinghi.templatetags.look import STATES, icon
from hoinghi.text import lowerfirst

register = template.Library()

# The buttons of a row: short words, for four of them stand beside each other on a phone.
ATTENDANCES = [
    (Delegate.Attendance.IN_PERSON, "Trực tiếp"),
    (Delegate.Attendance.ONLINE, "Trực tuyến"),
    (Delegate.Attendance.ABSENT, "Vắng mặt"),
    (Delegate.Attendance.UNMARKED, "Chưa"),
]

_LINK = '<li><a class="cell cell--{}" href="{}{}/">{}{}<small>{}{}</small></a></li>\n'
_PLAIN = '<li><span class="cell cell--{}">{}{}<small>{}{}</small></span></li>\n'


@register.simple_tag
def board_cells(rooms: Iterable[RoomState], for_staff: bool) -> SafeString:
    """The rooms of a region: sixty of them stand on the board, which a template takes five times as long to fill."""
    address = reverse("room-day", args=[0]).removesuffix("0/")
    icons = {code: icon(state.icon) for code, state in STATES["board"].items()}
    return format_html_join(
        "",
        _LINK if for_staff else _PLAIN,
        (
            (
                STATES["board"][room.state].tile,
                *((address, room.booking.pk) if for_staff else ()),
                room.name,
                icons[room.state],
                room.words,
                _present(room),
            )
            for room in rooms
        ),
    )


def _present(room: RoomState) -> str:
    counted = room.counted
    if not (counted.present or counted.absent):
        return ""
    return format_html(
        ' · <span class="nowrap">{}/{}<span class="visually-hidden"> có mặt</span></span>',
        counted.present,
        counted.expected,
    )


@register.simple_tag
def has_rooms(conference: Conference) -> bool:
    """There is a way into a meeting, and a board to watch."""
    return conference.bookings.live().exists()


_GROUP = '<tr class="group"><td colspan="5">{}</td></tr>\n'
_PERSON = (
    '<tr class="person"><td class="n">{}</td><td><b>{}</b></td><td>{}, {}</td><td>{}{}{}</td><td></td></tr>\n'
)


@register.simple_tag
def sheet_rows(people: list[Delegate], groups: dict[int, str], is_marked: bool) -> SafeString:
    """The body of an attendance sheet, by group."""
    rows, shown = [], None
    for number, each in enumerate(people, start=1):
        if each.seat.group_id != shown:
            shown = each.seat.group_id
            rows.append(format_html(_GROUP, groups[shown]))
        elsewhere = f" tại {lowerfirst(each.attended_in.label)}" if each.attended_in else ""
        reason = f": {each.attendance_reason}" if each.attendance_reason else ""
        said = each.get_attendance_display() if is_marked else ""
        rows.append(
            format_html(
                _PERSON, number, each.full_name, each.job_title, each.seat.name, said, elsewhere, reason
            )
        )
    return mark_safe("".join(rows))  # nosec B308 B703  # made by format_html


@register.simple_tag
def visit_url(visit, name: str) -> str:
    """A page of the room as this visitor opens it: with an account, or by personal link."""
    return visit.url(name)


@register.inclusion_tag("delegates/includes/attendance-row.html")
def attendance_row(delegate: Delegate, wanted, obstacle: str, refusal) -> dict:
    """One delegate to be marked; ``wanted`` is what was typed, or else what stands."""
    reason = wanted.reason
    if not reason and delegate.answer == Delegate.Answer.DECLINED:
        reason = delegate.answer_reason
    return {
        "delegate": delegate,
        "wanted": wanted,
        "reason": reason,
        "choices": ATTENDANCES,
        "obstacle": obstacle,
        "refused": refusal is not None and refusal.delegate == delegate.pk,
    }
