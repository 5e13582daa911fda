"""What the pages about delegates print besides the look's components."""

from collections.abc import Iterable

import segno
from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from conferences.models import Conference
from delegates import checking
from delegates.cockpit import tasks
from delegates.cockpit.figures import GroupCount, Province
from delegates.listing import Line
from delegates.models import Delegate, Nomination
from hoinghi.templatetags.look import state_badge
from hoinghi.text import capfirst, format_moment_short

register = template.Library()

State = Nomination.State


@register.filter
def outbox_url(conference: Conference) -> str:
    """The letters of the conference."""
    return tasks.outbox_url(conference)


@register.simple_tag
def delegate_qr(pk: int) -> SafeString:
    """The QR of a delegate's badge: where anyone checks it."""
    picture = segno.make(checking.address_of(Delegate(pk=pk)), error="m", micro=False, mask=2)
    # All of it are numbers and our own words.
    return mark_safe(
        picture.svg_inline(
            border=2, omitsize=True, svgclass=None, lineclass=None, title="Mã QR: kiểm tra thẻ"
        )
    )


_ROW = (
    '<tr><td class="num">{}</td><th scope="row"><a href="{}{}/">{}</a></th><td>{}<br><small>{}</small></td>'
    '<td data-label="Điện thoại">{}</td><td>{}{}</td><td>{}</td><td>{}</td></tr>\n'
)


@register.simple_tag
def delegate_rows(
    rows: Iterable[tuple[int, Line]], groups: dict[int, str], conference: Conference
) -> SafeString:
    """The body of the table of delegates: hundreds of rows, which a template takes five times as long to fill.

    Arguments:
        rows: number in the list and delegate.
        groups: key of a group → its name.
    """
    # One address is made, the others differ in the number of the list.
    lists = reverse("nomination-review", args=[conference.slug, 0]).removesuffix("0/")
    badges = {answer: state_badge(answer, "answer") for answer in Delegate.Answer.values}
    reserve = mark_safe(" <small>(dự phòng)</small>")
    return format_html_join(
        "",
        _ROW,
        (
            (
                number,
                lists,
                line.nomination,
                line.full_name,
                line.job_title,
                line.organisation,
                line.phone,
                groups[line.group],
                reserve if line.is_reserve else "",
                line.sender,
                badges[line.answer],
            )
            for number, line in rows
        ),
    )


_PROVINCE = (
    '<tr><th scope="row">{}<a href="{}{}/">{}</a></th><td>{}{}{}</td><td data-label="Lần cuối"{}>{}</td>{}'
    '<td data-label="Xác nhận" class="mid{}">{}</td>{}</tr>\n'
)
_BOX = (
    '<input class="form-check-input" type="checkbox" name="chon" value="{}" form="xu-ly" '
    'aria-label="Đánh dấu {}"{}> '
)
_COUNT = '<td data-label="{}" class="mid{}">{}</td>'
_EMPTY, _IS_EMPTY = mark_safe(' class="is-empty"'), " is-empty"


@register.simple_tag
def province_rows(rows: list[Province], conference: Conference, tick_all: bool) -> SafeString:
    """Lines of the cockpit's table: each has a dozen cells, which a template takes five times as long to fill."""
    lists = reverse("nomination-review", args=[conference.slug, 0]).removesuffix("0/")
    states = {code: state_badge(code) for code in {row.state for row in rows}}
    rooms = {
        code: format_html("<td>{}</td>", state_badge(code, "room"))
        for code in {row.booking.state for row in rows if row.booking}
    }
    checked = mark_safe(" checked") if tick_all else ""
    labels = [capfirst(count.column.label) for count in rows[0].counts] if rows else []
    return format_html_join(
        "", _PROVINCE, (_province(row, lists, states, rooms, checked, labels) for row in rows)
    )


def _province(row: Province, lists: str, states: dict, rooms: dict, checked: str, labels: list[str]) -> tuple:
    nomination, name = row.nomination, row.name
    counts = format_html_join(
        "",
        _COUNT,
        (
            (label, "" if count.number else _IS_EMPTY, _count(count))
            for label, count in zip(labels, row.counts, strict=True)
        ),
    )
    return (
        "" if nomination.state == State.DECLINED else format_html(_BOX, nomination.pk, name, checked),
        lists,
        nomination.pk,
        name,
        states[row.state],
        _remark(f"hạn {format_moment_short(nomination.extended_until)}") if row.is_extended else "",
        _remark("thư không tới") if row.unreached else "",
        "" if nomination.saved_at else _EMPTY,
        format_moment_short(nomination.saved_at) if nomination.saved_at else "–",
        counts,
        "" if row.people else _IS_EMPTY,
        f"{row.confirmed}/{row.people}" if row.people else "–",
        rooms[row.booking.state] if row.booking else mark_safe('<td class="is-empty">–</td>'),
    )


def _count(count: GroupCount) -> str:
    return format_html("<b>{}</b>", count.text) if count.is_enough and count.column.quota else count.text


def _remark(text: str) -> SafeString:
    return format_html('<small class="d-block muted">{}</small>', text)
