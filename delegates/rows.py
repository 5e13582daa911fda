"""The rows of a list as the focal point types them: one row per person, kept as JSON until they are submitted.

A draft may be incomplete; ``check`` says what must be mended before it can be submitted. Nothing here writes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import asdict, dataclass, field

from conferences.models import InvitedGroup
from delegates import questions
from delegates.errors import InvalidRows, RowError
from delegates.groups import groups_to_nominate
from delegates.models import Nomination, Seat
from delegates.pickers import Choice, offered_by
from hoinghi.text import clean_email, format_quota, name_key, nfc, parse_phones, person_name

MAX_ROWS = 200
Nominator = InvitedGroup.Nominator


@dataclass
class Row:
    """One person of the delegation, as typed.

    ``role`` is one of the roles that the group asks for, ``answers`` what the person answers to the conference's
    questions, by the question's key. ``delegate_id`` names the delegate whom an earlier version of the list
    already holds, ``who`` whether the row still means that person (``delegates.identity``).
    """

    group: str
    organisation: str = ""
    reserve: bool = False
    honorific: str = ""
    full_name: str = ""
    job_title: str = ""
    phone: str = ""
    email: str = ""
    delegate_id: int | None = None
    role: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    who: str = ""

    def is_blank(self) -> bool:
        return not (self.full_name or self.job_title or self.phone or self.email)


def clean(rows: list[dict]) -> list[Row]:
    """Rows from a form, a file or a stored draft, in NFC with single spaces, names with their capitals; blank
    ones are dropped.

    Unknown keys are refused by the dataclass: a row is never half understood.
    """
    cleaned = [Row(**{key: _clean_value(value) for key, value in row.items()}) for row in rows]
    for row in cleaned:
        row.full_name = person_name(row.full_name)
    return [row for row in cleaned if not row.is_blank()]


def _clean_value(value):
    if isinstance(value, dict):
        return {key: text for key, typed in value.items() if (text := nfc(typed))}
    return nfc(value) if isinstance(value, str) else value


def row_in(seat: Seat, person: dict) -> Row:
    """The row of one person in a given seat; what is not said is blank."""
    values = {"group": seat.group.code, "organisation": seat.name, "reserve": seat.is_reserve}
    rows = clean([values | person])
    return rows[0] if rows else Row(**values)


def to_json(rows: list[Row]) -> list[dict]:
    return [asdict(row) for row in rows]


def is_asked(nomination: Nomination, group: InvitedGroup) -> bool:
    """Whether this list is where the group's people are nominated."""
    if group.nominator == Nominator.ITSELF:
        return any(each.pk == nomination.organisation_id for each in group.organisations.all())
    provinces = group.provinces.all()
    return nomination.unit_id is not None and (
        not provinces or any(each.pk == nomination.unit_id for each in provinces)
    )


def nominated_groups(nomination: Nomination) -> list[InvitedGroup]:
    """The groups that the list's organisation nominates, in printed order.

    Each brings along ``asked_questions``, the questions that its people are asked, and ``own_organisation``,
    the only one that it can hold: the name of an organisation that nominates its own people, else "".
    """
    conference = nomination.conference
    asked = [copy(group) for group in groups_to_nominate(conference) if is_asked(nomination, group)]
    for group in asked:
        is_own = group.nominator == Nominator.ITSELF
        group.own_organisation = nomination.organisation_name if is_own else ""
        group.asked_questions = [each for each in conference.questions.all() if each.is_for(group)]
    return asked


@dataclass(frozen=True)
class Asked:
    """What a list is asked for: its groups (``nominated_groups``), and what their pickers offer (``offered_by``)."""

    groups: list[InvitedGroup]
    offered: dict[str, tuple[Choice, ...]]


def asked_of(nomination: Nomination) -> Asked:
    groups = nominated_groups(nomination)
    return Asked(groups, offered_by(groups, nomination))


def settle(rows: list[Row], groups: list[InvitedGroup]) -> None:
    """Fill in what nobody has to choose, and drop answers to questions that the group is not asked."""
    by_code = {group.code: group for group in groups}
    for row in rows:
        if group := by_code.get(row.group):
            row.organisation = group.own_organisation or row.organisation
            asked = {str(question.pk) for question in group.asked_questions}
            row.answers = {key: value for key, value in row.answers.items() if key in asked}
            row.role = row.role if group.asked_roles.all() else ""


def check(
    rows: list[Row], groups: list[InvitedGroup], found: Iterable[RowError] = (), paper: str = ""
) -> None:
    """Refuse a list that can't be submitted.

    Arguments:
        found: problems of single rows that are known already.
        paper: what is wrong about the papers, when anything is.
    Raises:
        InvalidRows: every problem at once: missing or bad values at their rows, quotas at their groups.
    """
    problems = InvalidRows(rows=list(found), paper=paper)
    known = {group.code: group for group in groups}
    for index, row in enumerate(rows):
        if index >= MAX_ROWS:
            message = f"Danh sách nhiều nhất {MAX_ROWS} người. Bỏ dòng này."
            problems.rows.append(RowError(index, "full_name", message))
        problems.rows += [RowError(index, field, message) for field, message in _row_problems(row, known)]
    if groups and all(row.reserve for row in rows):
        problems.groups[groups[0].code] = (
            "Chưa có ai trong danh sách. Nhập ít nhất một đại biểu; không cử ai thì dùng mục “Báo không cử”."
        )
    for group in groups:
        if message := quota_problem(group, [row for row in rows if row.group == group.code]):
            problems.groups[group.code] = message
    if problems:
        raise problems


def check_person(row: Row, group: InvitedGroup | None = None) -> None:
    """Refuse a single person, as ``check`` does in a list; the quota is not looked at.

    Arguments:
        group: one of ``nominated_groups``, when role and answers are to be looked at as well.

    Raises:
        InvalidRows: every problem of the person, as row 0.
    """
    problems = _row_problems(row, {group.code: group}) if group else _person_problems(row)
    found = [RowError(0, field, message) for field, message in problems]
    if found:
        raise InvalidRows(rows=found)


def _row_problems(row: Row, known: dict[str, InvitedGroup]) -> Iterator[tuple[str, str]]:
    if group := known.get(row.group):
        yield from _role_problems(row, group)
        yield from questions.problems(row.answers, group.asked_questions)
    else:
        yield "group", "Nhóm này không có trong thành phần hội nghị. Chọn lại nhóm."
    yield from _person_problems(row)


def _person_problems(row: Row) -> Iterator[tuple[str, str]]:
    required = (
        ("organisation", "Chọn hoặc nhập tên cơ quan, đơn vị."),
        ("honorific", "Chọn danh xưng."),
        ("full_name", "Nhập họ và tên."),
        ("job_title", "Nhập chức vụ."),
        ("phone", "Nhập số điện thoại, ví dụ 0912345678."),
    )
    for name, message in required:
        if not getattr(row, name):
            yield name, message
    for name, parse in (("phone", parse_phones), ("email", clean_email)):
        if value := getattr(row, name):
            try:
                parse(value)
            except ValueError as error:
                yield name, str(error)


def _role_problems(row: Row, group: InvitedGroup) -> Iterator[tuple[str, str]]:
    names = [role.name for role in group.asked_roles.all()]
    if names and row.role not in names:
        yield "role", f"Chọn vai trò của đại biểu: {', '.join(names)}."


def organisations_of(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows by organisation, in the order of their first mention; one spelling, however it was typed."""
    seats: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        seats[name_key(row.organisation)].append(row)
    return seats


def by_place(rows: Iterable[Row]) -> Iterator[tuple[str, bool, list[Row]]]:
    """(key of the organisation, reserve?, its people), counted places before those in reserve."""
    rows = list(rows)
    for is_reserve in (False, True):
        for key, people in organisations_of([row for row in rows if row.reserve == is_reserve]).items():
            yield key, is_reserve, people


def in_printed_order(rows: list[dict], groups: Iterable[InvitedGroup]) -> Iterator[tuple[InvitedGroup, Row]]:
    """The rows of a kept version, group by group, those in reserve last in their group."""
    found = [Row(**row) for row in rows]
    for group in groups:
        for _, _, people in by_place(row for row in found if row.group == group.code):
            for row in people:
                yield group, row


def quota_problem(group: InvitedGroup, rows: list[Row]) -> str:
    """What is wrong with a group's numbers, or "" when they are right.

    The quota counts organisations; persons and roles are counted for each of them. Reserve rows count for none.
    """
    seats = organisations_of([row for row in rows if not row.reserve])
    if group.own_organisation:
        # One organisation, and it is known: only its persons are counted, also when there are none yet.
        seats = seats or {name_key(group.own_organisation): []}
    elif problem := _organisations_problem(group, len(seats)):
        return problem
    for people in seats.values():
        name = group.own_organisation or people[0].organisation or "Đơn vị chưa có tên"
        if problem := _persons_problem(group, people):
            return f"{name}: {problem}"
    return ""


def _organisations_problem(group: InvitedGroup, number: int) -> str:
    low, high = group.min_organisations, group.max_organisations
    asked = format_quota(low, high)
    if low and number < low:
        return f"Mới có {number} đơn vị, cần {asked}. Thêm ít nhất {low - number} đơn vị."
    if high is not None and number > high:
        return f"Nhiều hơn chỉ tiêu {number - high} đơn vị ({asked}). Bỏ bớt hoặc chuyển sang dự phòng."
    return ""


def _persons_problem(group: InvitedGroup, people: list[Row]) -> str:
    """What one organisation lacks or has too much of; missing roles say it more clearly than numbers."""
    sent = Counter(row.role for row in people)
    roles = group.asked_roles.all()
    missing = [
        f"{role.min_persons - sent[role.name]} {role.name}"
        for role in roles
        if sent[role.name] < role.min_persons
    ]
    if missing:
        return f"thiếu {', '.join(missing)}."
    for role in roles:
        if role.max_persons is not None and sent[role.name] > role.max_persons:
            return (
                f"nhiều nhất {role.max_persons} {role.name}, đang có {sent[role.name]}. "
                "Bỏ bớt hoặc chuyển sang dự phòng."
            )
    if group.min_persons and len(people) < group.min_persons:
        return f"cần ít nhất {group.min_persons} người, mới có {len(people)}."
    if group.max_persons is not None and len(people) > group.max_persons:
        return (
            f"nhiều nhất {group.max_persons} người, đang có {len(people)}. Bỏ bớt hoặc chuyển sang dự phòng."
        )
    return ""
