"""What the pages about delegates print besides the look's components."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from posixpath import relpath

import segno
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from conferences.models import Conference
from delegates import checking
from delegates.cockpit import tasks
from delegates.cockpit.figures import Cockpit, GroupCount, Province
from delegates.cockpit.tiles import Tile
from delegates.listing import Line
from delegates.models import Delegate, Nomination
from delegates.navigation import Band, band_of
from hoinghi.templatetags.look import state_badge, state_tile
from hoinghi.text import capfirst, format_date, format_moment_short, format_phones

register = template.Library()

State = Nomination.State


@register.filter
def outbox_url(conference: Conference) -> str:
    """The letters of the conference."""
    return tasks.outbox_url(conference)


@register.simple_tag(takes_context=True)
def staff_band(context, conference: Conference, page: str) -> Band:
    """Sections and pages of the band above the staff's pages of a conference."""
    return band_of(conference, page, context["user"])


@register.simple_tag
def delegate_qr(pk: int) -> SafeString:
    """The QR of a delegate's badge: where anyone checks it."""
    picture = segno.make(checking.address_of(Delegate(pk=pk)), error="m", micro=False, mask=2)
    return mark_safe(  # nosec B308 B703  # numbers and our own words
        picture.svg_inline(
            border=2, omitsize=True, svgclass=None, lineclass=None, title="Mã QR: kiểm tra thẻ"
        )
    )


@register.simple_tag
def delegate_code(pk: int) -> str:
    """What is typed at the door when the QR can't be read."""
    return checking.typed_code_of(pk)


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
    again = cache(escape)  # titles, organisations and senders come again and again
    # From this page on: with the whole address 300 rows would be 7 kB longer.
    lists = relpath(_address_of_lists(conference), reverse("cockpit-delegates", args=[conference.slug]))
    return mark_safe(  # nosec B308 B703  # each value is escaped where it is put in
        "".join(
            f'<tr><td class="num">{number}</td>'
            f'<th scope="row"><a href="{lists}/{line.nomination}/">{escape(line.full_name)}</a></th>'
            f"<td>{again(line.job_title)}<small>{again(line.organisation)}</small></td>"
            f"<td>{escape(_unbroken(format_phones(line.phone)))}</td>"
            f"<td>{names[line.group]}{' <small>(dự phòng)</small>' if line.is_reserve else ''}</td>"
            f"<td>{again(line.sender)}</td><td>{badges[line.answer]}</td></tr>"
            for number, line in rows
        )
    )


def _unbroken(phones: str) -> str:
    """Numbers that no line end tears apart; between two of them it may."""
    return phones.replace(" ", "\u00a0").replace(",\u00a0", ", ")


@register.simple_tag
def province_tiles(found: Iterable[Tile], conference: Conference) -> SafeString:
    """The provinces of one region, each in its place of the grid."""
    tile = _tile_of(conference)
    return mark_safe(  # nosec B308 B703  # each value is escaped where it is put in
        "".join(f'<li class="r{each.row} c{each.column}">{tile(each.province)}</li>' for each in found)
    )


@register.simple_tag
def unplaced_tiles(rows: Iterable[Province], conference: Conference) -> SafeString:
    """Provinces without a place in the grid, one after the other."""
    tile = _tile_of(conference)
    return mark_safe(  # nosec B308 B703  # each value is escaped where it is put in
        "".join(f"<li>{tile(row)}</li>" for row in rows)
    )


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
    return mark_safe(  # nosec B308 B703  # each value is escaped where it is put in
        "".join(
            f'<li><a href="{address}{row.nomination.pk}/">{escape(row.name)}</a>{states[row.state]}'
            f"{'<small>Thư mời không tới nơi</small>' if row.unreached else ''}</li>"
            for row in rows
        )
    )


@register.simple_tag
def sum_row(cockpit: Cockpit) -> SafeString:
    """The first line of the cockpit's table: the whole conference, each number with the list that it counts."""
    conference, total = cockpit.conference, len(cockpit.provinces)
    cells = [
        _cell(step.label, number and _link(tasks.list_url(conference, step.code), f"{number}/{asked}"))
        for step, number, asked in cockpit.steps
    ]
    cells.append('<td class="is-empty">–</td>')
    for count in cockpit.totals:
        url = tasks.delegates_url(conference, nhom=count.column.group.code, xep="organisation")
        cells.append(_cell(capfirst(count.column.label), count.number and _link(url, str(count.number))))
    said_yes = _link(
        tasks.delegates_url(conference, tra_loi=Delegate.Answer.CONFIRMED), str(cockpit.confirmed)
    )
    everybody = _link(tasks.delegates_url(conference), str(cockpit.people))
    cells.append(_cell("Xác nhận", cockpit.people and f"{said_yes}/{everybody}"))
    return mark_safe(  # nosec B308 B703  # each value is escaped where it is put in
        f'<tr class="sum"><th scope="row">Cả hội nghị</th><td>{total} danh sách</td>'
        f'{"".join(cells)}<td class="is-empty">–</td></tr>'
    )


@register.simple_tag
def province_rows(rows: list[Province], cockpit: Cockpit, tick_all: bool | None) -> SafeString:
    """Lines of the cockpit's table.

    Arguments:
        tick_all: whether the boxes are ticked; None for whoever can do nothing with them.
    """
    conference = cockpit.conference
    address, states = _address_of_lists(conference), _states(rows)
    rooms = {code: state_badge(code, "room") for code in {row.room.state for row in rows if row.room}}
    # From this page on, and short: a line has a dozen of them.
    lists, own = (
        _from_the_cockpit(conference, "cockpit-delegates"),
        relpath(address, reverse("cockpit", args=[conference.slug])),
    )
    steps = [(step.code, step.label) for step, _, _ in cockpit.steps]
    return mark_safe(  # nosec B308 B703  # each value is escaped where it is put in
        "".join(
            f'<tr><th scope="row">{_box(row, tick_all)}'
            f'<a href="{address}{row.nomination.pk}/">{escape(row.name)}</a></th>'
            f"<td>{states[row.state]}{_remarks(row)}</td>"
            f"{_steps(row, steps, own)}{_saved(row)}{_counts(row, lists, own)}{_confirmed(row, lists)}"
            f"{_room(row, rooms)}</tr>\n"
            for row in rows
        )
    )


def _from_the_cockpit(conference: Conference, name: str) -> str:
    """The address of another page of the conference, as the cockpit links to it."""
    return relpath(reverse(name, args=[conference.slug]), reverse("cockpit", args=[conference.slug])) + "/"


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{text}</a>'


def _cell(label: str, content: str | int | None) -> str:
    """A cell in the middle; on a phone, where it has its label before it, an empty one is left out."""
    if not content:
        return '<td class="mid is-empty">–</td>'
    return f'<td data-label="{escape(label)}" class="mid">{content}</td>'


def _steps(row: Province, steps: list[tuple[str, str]], own: str) -> str:
    """When it was invited and has first looked, how many papers came, which receipt went out."""
    nomination = row.nomination
    page = f"{own}/{nomination.pk}/"
    shown = {
        "invited": nomination.invited_at and _day(nomination.invited_at),
        "seen": nomination.opened_at and _day(nomination.opened_at),
        "paper": _papers(row, page),
        "receipt": nomination.receipt
        and _link(reverse("nomination-receipt", args=[nomination.pk]), str(nomination.receipt)),
        "material": row.materials and _materials(row),
    }
    return "".join(_cell(label, shown[code]) for code, label in steps)


def _day(moment: dt.datetime) -> str:
    """ "28/6": which year, nobody asks."""
    return format_date(moment).rpartition("/")[0]


def _papers(row: Province, page: str) -> str:
    """How many came; who should have sent one and has not is named."""
    if row.nomination.paper_count:
        return _link(f"{page}#cong-van", str(row.nomination.paper_count))
    is_asked = row.nomination.conference.paper_rule == Conference.PaperRule.REQUIRED
    return "<small>thiếu</small>" if is_asked and row.nomination.state != State.DECLINED else ""


def _materials(row: Province) -> str:
    """How many came of those that its organisation was asked for."""
    desk = reverse("paper-desk", args=[row.nomination.conference.slug])
    url = f"{desk}?don_vi={row.nomination.organisation_id}"
    return _link(url, f"{row.sent_materials}/{len(row.materials)}")


def _states(rows: Iterable[Province]) -> dict[str, str]:
    return {code: state_badge(code) for code in {row.state for row in rows}}


def _box(row: Province, is_ticked: bool | None) -> str:
    if is_ticked is None or row.nomination.state == State.DECLINED:
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


def _counts(row: Province, lists: str, own: str) -> str:
    return "".join(
        _cell(capfirst(count.column.label), _count(row, count, lists, own)) for count in row.counts
    )


def _count(row: Province, count: GroupCount, lists: str, own: str) -> str:
    if not count.number:
        return ""
    text = f"<b>{count.text}</b>" if count.is_enough and count.column.quota else count.text
    if row.nomination.typed is not None:
        # Nobody has a seat yet: what is typed stands on the page of the list.
        return _link(f"{own}/{row.nomination.pk}/", text)
    return _link(f"{lists}?ds={row.nomination.pk}&nhom={count.column.group.code}&dp=khong", text)


def _confirmed(row: Province, lists: str) -> str:
    if not row.people:
        return _cell("Xác nhận", "")
    everybody = f"{lists}?ds={row.nomination.pk}&dp=khong"
    said_yes = _link(f"{everybody}&tra_loi=confirmed", str(row.confirmed))
    return _cell("Xác nhận", f"{said_yes}/{_link(everybody, str(row.people))}")


def _room(row: Province, rooms: dict[str, str]) -> str:
    return f"<td>{rooms[row.room.state]}</td>" if row.room else '<td class="is-empty">–</td>'
