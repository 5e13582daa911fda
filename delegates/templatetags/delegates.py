"""What the pages about delegates print besides the look's components."""

from collections.abc import Callable, Iterable
from html import escape
from posixpath import relpath

import segno
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from conferences.models import Conference
from delegates import checking
from delegates.cockpit import tasks
from delegates.cockpit.figures import GroupCount, Province
from delegates.cockpit.tiles import Tile
from delegates.listing import Line
from delegates.models import Delegate, Nomination
from delegates.navigation import Band, band_of
from hoinghi.templatetags.look import state_badge, state_tile
from hoinghi.text import capfirst, format_moment_short

register = template.Library()

State = Nomination.State


@register.filter
def outbox_url(conference: Conference) -> str:
    """The letters of the conference."""
    return tasks.outbox_url(conference)


@register.simple_tag
def staff_band(conference: Conference, page: str) -> Band:
    """Sections and pages of the band above the staff's pages of a conference."""
    return band_of(conference, page)


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


# ── long tables: hundreds of cells, which a template takes ten times as long to fill ────────────────


def _address_of_lists(conference: Conference) -> str:
    """One address is made, the others differ in the number of the list, which follows."""
    return reverse("nomination-review", args=[conference.slug, 0]).removesuffix("0/")


@register.simple_tag
def delegate_rows(
    rows: Iterable[tuple[int, Line]], groups: dict[int, str], conference: Conference
) -> SafeString:
    """The body of the table of delegates.

    Arguments:
        rows: number in the list and delegate.
        groups: key of a group → its name.
    """
    badges = {answer: state_badge(answer, "answer") for answer in Delegate.Answer.values}
    names = {pk: escape(name) for pk, name in groups.items()}
    # From this page on: with the whole address 300 rows would be 7 kB longer.
    lists = relpath(_address_of_lists(conference), reverse("cockpit-delegates", args=[conference.slug]))
    return mark_safe(
        "".join(
            f'<tr><td class="num">{number}</td>'
            f'<th scope="row"><a href="{lists}/{line.nomination}/">{escape(line.full_name)}</a></th>'
            f"<td>{escape(line.job_title)}<br><small>{escape(line.organisation)}</small></td>"
            f'<td data-label="Điện thoại">{escape(line.phone)}</td>'
            f"<td>{names[line.group]}{' <small>(dự phòng)</small>' if line.is_reserve else ''}</td>"
            f"<td>{escape(line.sender)}</td><td>{badges[line.answer]}</td></tr>\n"
            for number, line in rows
        )
    )


@register.simple_tag
def province_tiles(found: Iterable[Tile], conference: Conference) -> SafeString:
    """The provinces of one region, each in its place of the grid."""
    tile = _tile_of(conference)
    return mark_safe(
        "".join(f'<li class="r{each.row} c{each.column}">{tile(each.province)}</li>' for each in found)
    )


@register.simple_tag
def unplaced_tiles(rows: Iterable[Province], conference: Conference) -> SafeString:
    """Provinces without a place in the grid, one after the other."""
    tile = _tile_of(conference)
    return mark_safe("".join(f"<li>{tile(row)}</li>" for row in rows))


def _tile_of(conference: Conference) -> Callable[[Province], str]:
    """What makes a province's tile; a tile of each state is made, the others differ in address and name."""
    address = _address_of_lists(conference)
    made: dict[str, tuple[str, str]] = {}

    def tile(row: Province) -> str:
        if row.state not in made:
            before, _, after = state_tile(row.state, "{name}", "{url}").partition("{url}")
            made[row.state] = before, after
        before, after = made[row.state]
        return f"{before}{address}{row.nomination.pk}/{after.replace('{name}', escape(row.name))}"

    return tile


@register.simple_tag
def waiting_rows(rows: Iterable[Province], conference: Conference) -> SafeString:
    """Who has not answered, with the state."""
    address, states = _address_of_lists(conference), _states(rows)
    return mark_safe(
        "".join(
            f'<li><a href="{address}{row.nomination.pk}/">{escape(row.name)}</a>{states[row.state]}'
            f"{'<small>Thư mời không tới nơi</small>' if row.unreached else ''}</li>"
            for row in rows
        )
    )


@register.simple_tag
def province_rows(rows: list[Province], conference: Conference, tick_all: bool) -> SafeString:
    """Lines of the cockpit's table."""
    address, states = _address_of_lists(conference), _states(rows)
    rooms = {code: state_badge(code, "room") for code in {row.room.state for row in rows if row.room}}
    counts = rows[0].counts if rows else []
    cells = [f'<td data-label="{escape(capfirst(count.column.label))}" class="mid' for count in counts]
    return mark_safe(
        "".join(
            f'<tr><th scope="row">{_box(row, tick_all)}'
            f'<a href="{address}{row.nomination.pk}/">{escape(row.name)}</a></th>'
            f"<td>{states[row.state]}{_remarks(row)}</td>"
            f"{_saved(row)}{_counts(row, cells)}{_confirmed(row)}{_room(row, rooms)}</tr>\n"
            for row in rows
        )
    )


def _states(rows: Iterable[Province]) -> dict[str, str]:
    return {code: state_badge(code) for code in {row.state for row in rows}}


def _box(row: Province, is_ticked: bool) -> str:
    if row.nomination.state == State.DECLINED:
        return ""
    return (
        f'<input class="form-check-input" type="checkbox" name="chon" value="{row.nomination.pk}" form="xu-ly" '
        f'aria-label="Đánh dấu {escape(row.name)}"{" checked" if is_ticked else ""}> '
    )


def _remarks(row: Province) -> str:
    extended = f"hạn {format_moment_short(row.nomination.extended_until)}" if row.is_extended else ""
    unreached = "thư không tới" if row.unreached else ""
    return "".join(f'<small class="d-block muted">{each}</small>' for each in (extended, unreached) if each)


def _saved(row: Province) -> str:
    if row.nomination.saved_at is None:
        return '<td data-label="Lần cuối" class="is-empty">–</td>'
    return f'<td data-label="Lần cuối">{format_moment_short(row.nomination.saved_at)}</td>'


def _counts(row: Province, cells: list[str]) -> str:
    return "".join(
        f'{cell}{"" if count.number else " is-empty"}">{_count(count)}</td>'
        for cell, count in zip(cells, row.counts, strict=True)
    )


def _count(count: GroupCount) -> str:
    return f"<b>{count.text}</b>" if count.is_enough and count.column.quota else count.text


def _confirmed(row: Province) -> str:
    if not row.people:
        return '<td data-label="Xác nhận" class="mid is-empty">–</td>'
    return f'<td data-label="Xác nhận" class="mid">{row.confirmed}/{row.people}</td>'


def _room(row: Province, rooms: dict[str, str]) -> str:
    return f"<td>{rooms[row.room.state]}</td>" if row.room else '<td class="is-empty">–</td>'
