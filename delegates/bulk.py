"""Delegates of many lists from one table: staff bring in what provinces have sent by letter or by mail.

Every list goes through its focal point's own verbs, so dates, quotas and papers are looked at as ever, and the kept
version says that staff stood in. Rows add people or change them; nobody is ever taken off a list by a table.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from conferences.models import Conference
from correspondence.models import Message
from delegates import identity, letters, services
from delegates.entry import columns
from delegates.entry.columns import Line, Reader
from delegates.entry.taking import key_of, merged
from delegates.errors import InvalidRows, NominationClosed, StaleVersion
from delegates.models import Nomination
from delegates.rows import Row, nominated_groups, to_json
from delegates.services import confirming
from directory.models import User
from hoinghi.text import fold, name_key, nfc
from hoinghi.workbooks import Cell

CODE, CONFERENCE, LIST = "Mã", "Hội nghị", "Danh sách của"
NEW, CHANGED, SAME = "new", "update", "skip"
# What a row is compared by, and the column that shows it.
SHOWN = {
    "group": "Nhóm",
    "organisation": "Cơ quan, đơn vị",
    "honorific": "Danh xưng",
    "full_name": "Họ và tên",
    "job_title": "Chức vụ",
    "role": "Vai trò",
    "phone": "Điện thoại",
    "email": "Email",
    "reserve": "Dự phòng",
}
NAMED = 3  # how many people a message names


@dataclass
class Entry:
    """What became of one line of the table.

    Attributes:
        number: the line, counted from 1 below the headings.
        kind: NEW, CHANGED or SAME.
        before, after: column → printed value.
        problems: (column, what to mend).
    """

    number: int
    cells: dict[str, Cell]
    kind: str = SAME
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def text(self, column: str) -> str:
        cell = self.cells.get(column)
        return nfc(cell.text) if cell else ""

    def refuse(self, column: str, message: str) -> None:
        self.problems.append((column, message))


@dataclass
class Outcome:
    """The lines by their numbers, and in words what was done, or in a preview would be."""

    entries: dict[int, Entry]
    said: list[str] = field(default_factory=list)


def bring_in(
    *, lines: Mapping[int, Mapping[str, Cell]], submit: bool, actor: User, at: dt.datetime
) -> Outcome:
    """Bring a table in; its caller's transaction decides whether it stays.

    Arguments:
        lines: number of the line → heading → cell.
        submit: send the lists; otherwise they are kept as drafts for their focal points.
    """
    entries = {number: Entry(number, dict(cells)) for number, cells in lines.items()}
    lists = _lists_of(entries.values(), actor)
    outcome = Outcome(entries)
    topics = {letters.topic_of(nomination.conference) for nomination in lists}
    before = _letters_of(topics)
    # A line without a list may belong to any of them: what they lack can't be said before it has one.
    is_whole = not any(entry.problems for entry in entries.values())
    changed = []
    # In one order, whatever the table's: two tables at once must not wait for each other's lists.
    for nomination in sorted(lists, key=lambda found: found.pk):
        table = _Table(nomination, lists[nomination])
        if is_whole and table.is_changed and table.carry_out(submit=submit, actor=actor, at=at):
            changed.append(nomination.sender_name)
    if changed:
        done = "Gửi thay mặt" if submit else "Lưu bản nháp của"
        outcome.said.append(f"{done} {len(changed)} danh sách: {', '.join(changed)}.")
        outcome.said.append(f"{_letters_of(topics) - before} thư được đưa vào hàng gửi.")
    return outcome


def _letters_of(topics: set[str]) -> int:
    return Message.objects.filter(topic__in=topics).count()


# ── which list a line is about ──────────────────────────────────────────────────────────────────────


def _lists_of(entries: Iterable[Entry], actor: User) -> dict[Nomination, list[Entry]]:
    """The lists that the lines name; a line that names none says so."""
    conferences = {conference.slug: conference for conference in Conference.objects.changeable_by(actor)}
    found: dict[Nomination, list[Entry]] = defaultdict(list)
    known: dict[str, dict[str, list[Nomination]]] = {}
    for entry in entries:
        slug = entry.text(CONFERENCE)
        if slug not in conferences:
            entry.refuse(
                CONFERENCE,
                f"Không có hội nghị “{slug}”, hoặc hội nghị có tổ công tác riêng. Ghi phần cuối của địa chỉ trang "
                "hội nghị.",
            )
            continue
        if slug not in known:
            known[slug] = _by_name(conferences[slug])
        named = known[slug].get(name_key(entry.text(LIST)), [])
        if len(named) == 1:
            found[named[0]].append(entry)
        elif named:
            names = "; ".join(each.organisation_name for each in named)
            entry.refuse(LIST, f"Có {len(named)} danh sách tên này. Ghi tên cơ quan: {names}.")
        else:
            entry.refuse(LIST, f"Hội nghị này không có danh sách của “{entry.text(LIST)}”.")
    return found


def _by_name(conference: Conference) -> dict[str, list[Nomination]]:
    """The conference's lists by what their province and their organisation are called."""
    found: dict[str, list[Nomination]] = defaultdict(list)
    for nomination in conference.nominations.select_related("conference", "organisation", "unit"):
        unit = nomination.unit
        names = {nomination.unit_name, nomination.organisation_name, unit.short_name if unit else ""}
        for key in {name_key(name) for name in names if name}:
            found[key].append(nomination)
    return found


# ── one list ────────────────────────────────────────────────────────────────────────────────────────


class _Table:
    """The lines of one list, read; ``carry_out`` brings them into the list."""

    def __init__(self, nomination: Nomination, entries: list[Entry]):
        self.nomination = nomination
        self.entries = entries
        self.reader = Reader(nomination, nominated_groups(nomination))
        self.rows = to_json([Row(**row) for row in nomination.draft])
        # Places of the rows that have a line.
        self.places = _take(self.rows, entries, self.reader)

    @property
    def is_changed(self) -> bool:
        """There is something to do, and nothing in the way."""
        has_problems = any(entry.problems for entry in self.entries)
        return not has_problems and any(entry.kind != SAME for entry in self.entries)

    def carry_out(self, *, submit: bool, actor: User, at: dt.datetime) -> bool:
        """Save or send the list; answers whether that was possible, otherwise the lines say why not."""
        if submit and (unsent := _unsent(self.nomination, self.rows, self.places)):
            names = ", ".join(row["full_name"] for row in unsent[:NAMED])
            self.entries[0].refuse(
                LIST,
                f"Đầu mối đang nhập dở {len(unsent)} người chưa gửi, không có trong tệp: {names}. Thêm vào tệp, "
                "hoặc chọn lưu nháp để đầu mối tự gửi.",
            )
            return False
        verb = services.submit if submit else services.save_draft
        version = self.nomination.version
        try:
            with transaction.atomic():
                done = verb(nomination=self.nomination, rows=self.rows, version=version, actor=actor, at=at)
                if submit:  # at once: the preview says how many letters there will be
                    confirming.carry_out(done, at=at)
        except InvalidRows as refused:
            filled = [index for index, row in enumerate(self.rows) if not Row(**row).is_blank()]
            by_row = {index: self.places.get(place) for index, place in enumerate(filled)}
            _explain(refused, self.entries, by_row, self.reader)
            return False
        except (NominationClosed, StaleVersion) as refused:
            self.entries[0].refuse(LIST, str(refused))
            return False
        return True


def _take(rows: list[dict], entries: list[Entry], reader: Reader) -> dict[int, Entry]:
    """Put the lines into the list's rows; answers the places of the rows that have one."""
    headings = list(entries[0].cells)
    keys = columns.header_of([Cell(heading) for heading in headings], reader.columns) or []
    lines = [Line(entry.number, [entry.cells[heading] for heading in headings]) for entry in entries]
    reading = reader.read(keys, lines)
    reader.check(reading)
    by_number = {entry.number: entry for entry in entries}
    for problem in reading.problems:
        by_number[problem.line].refuse(problem.column, problem.message)
    places: dict[int, Entry] = {}
    for row, typed, number in zip(reading.rows, reading.typed, reading.lines, strict=True):
        entry = by_number[number]
        place = _place_of(row, rows, entry)
        if place in places:
            entry.refuse("Họ và tên", f"Trùng với dòng {places[place].number + 1}. Bỏ một dòng.")
        if entry.problems:
            continue
        before = rows[place] if place is not None else None
        after = merged(before, row, typed) if before else row
        if place is None:
            rows.append(after)
            place = len(rows) - 1
        else:
            rows[place] = after
        places[place] = entry
        entry.before, entry.after = _printed(before, reader), _printed(after, reader)
        entry.kind = NEW if before is None else SAME if before == after else CHANGED
    return places


def _place_of(row: dict, rows: list[dict], entry: Entry) -> int | None:
    """Where the person stands in the list; None for somebody new.

    The code says who is meant, so that a name can be mended; without one, the same group, organisation and name are
    the same person, so that a table taken twice changes nothing.
    """
    code = entry.text(CODE)
    if not code:
        keys = [key_of(each) for each in rows]
        return keys.index(key_of(row)) if key_of(row) in keys else None
    codes = [str(each.get("delegate_id") or "") for each in rows]
    if code not in codes:
        entry.refuse(CODE, f"Không có đại biểu mã {code} trong danh sách này. Người mới thì để trống ô mã.")
        return None
    known = Row(**rows[codes.index(code)])
    new = Row(**row)
    if identity.is_in_question(new, known):
        if not identity.reached_by(new) & identity.reached_by(known):
            entry.refuse(
                "Họ và tên",
                f"Mã {code} là {known.full_name}, không cùng điện thoại và email với dòng này. Người khác thì để trống "
                "ô mã; sửa họ tên của người đó thì giữ điện thoại hoặc email như cũ.",
            )
        row["who"] = identity.SAME
    return codes.index(code)


def _unsent(nomination: Nomination, rows: list[dict], places: Mapping[int, Entry]) -> list[dict]:
    """People whom the focal point has typed and not sent, and whom the table does not name."""
    latest = nomination.versions.first()
    sent = {row["delegate_id"] for row in latest.rows} if latest else set()
    return [
        row
        for place, row in enumerate(rows)
        if place not in places and not Row(**row).is_blank() and row.get("delegate_id") not in sent
    ]


def _explain(
    refused: InvalidRows, entries: list[Entry], by_row: Mapping[int, Entry | None], reader: Reader
) -> None:
    """Say at the lines what keeps the list from being sent."""
    for error in refused.rows:
        entry = by_row.get(error.row)
        heading = reader.headers.get(error.field, "Họ và tên")
        if entry is not None:
            entry.refuse(heading, error.message)
        else:
            entries[0].refuse(
                LIST, f"Một người đã có trong danh sách còn thiếu {heading.lower()}: {error.message}"
            )
    for code, message in refused.groups.items():
        group = reader.by_code[code]
        of_group = [entry for entry in entries if fold(entry.after.get("Nhóm", "")) == fold(group.label)]
        (of_group or entries)[0].refuse("Nhóm", f"{group.label}: {message}")
    if refused.paper:
        entries[0].refuse(LIST, refused.paper)


def _printed(row: dict | None, reader: Reader) -> dict[str, str]:
    if row is None:
        return {}
    values = {SHOWN[name]: row[name] for name in SHOWN if name not in ("group", "reserve")}
    group = reader.by_code.get(row["group"])
    return values | {
        CODE: str(row.get("delegate_id") or ""),
        SHOWN["group"]: group.label if group else row["group"],
        SHOWN["reserve"]: "có" if row["reserve"] else "",
    }
