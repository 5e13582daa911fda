"""The rows of a list as the focal point types them: one row per person, kept as JSON until they are submitted.

A draft may be incomplete; ``check`` says what must be mended before it can be submitted. Nothing here writes.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass

from conferences.models import Conference, InvitedGroup
from delegates.errors import InvalidRows, RowError
from delegates.models import Nomination
from directory.models import AdministrativeUnit, Organisation
from hoinghi.text import clean_email, fold, format_quota, lowerfirst, nfc, parse_phones

MAX_ROWS = 200


@dataclass
class Row:
    """One person of the delegation, as typed.

    ``delegate_id`` names the delegate whom an earlier version of the list already holds.
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

    def is_blank(self) -> bool:
        return not (self.full_name or self.job_title or self.phone or self.email)


@dataclass(frozen=True)
class Choice:
    """An organisation that a picker offers."""

    name: str
    unit: AdministrativeUnit | None = None
    organisation: Organisation | None = None


def clean(rows: list[dict]) -> list[Row]:
    """Rows from a form, a file or a stored draft, in NFC with single spaces; blank ones are dropped.

    Unknown keys are refused by the dataclass: a row is never half understood.
    """
    cleaned = [
        Row(**{key: nfc(value) if isinstance(value, str) else value for key, value in row.items()})
        for row in rows
    ]
    return [row for row in cleaned if not row.is_blank()]


def to_json(rows: list[Row]) -> list[dict]:
    return [asdict(row) for row in rows]


def nominated_groups(conference: Conference, unit: AdministrativeUnit) -> list[InvitedGroup]:
    """The groups that the province's focal point nominates, in printed order."""
    groups = (
        conference.groups.filter(nominator=InvitedGroup.Nominator.FOCAL_POINT)
        .select_related("picker_level", "picker_kind")
        .prefetch_related("provinces")
    )
    return [group for group in groups if not group.provinces.all() or unit in group.provinces.all()]


def choices(group: InvitedGroup, nomination: Nomination) -> list[Choice]:
    """What the group's picker offers this province, as of the conference's reference date."""
    date = nomination.conference.reference_date
    if group.picker_kind_id:
        found = Organisation.objects.as_of(date).filter(kind=group.picker_kind, unit=nomination.unit)
        return [Choice(organisation.name, organisation=organisation) for organisation in found]
    if group.picker_level_id:
        units = (
            AdministrativeUnit.objects.as_of(date)
            .filter(parent=nomination.unit, level=group.picker_level)
            .order_by("sort_key")
        )
        return [Choice(picker_name(group, unit), unit=unit) for unit in units]
    return []


def picker_name(group: InvitedGroup, unit: AdministrativeUnit) -> str:
    """ "Ủy ban nhân dân xã Ea Kar": the kind of a unit is written small inside a name."""
    if not group.picker_prefix:
        return unit.name
    return f"{group.picker_prefix} {lowerfirst(unit.name)}"


def check(rows: list[Row], groups: list[InvitedGroup]) -> None:
    """Refuse a list that can't be submitted.

    Raises:
        InvalidRows: every problem at once: missing or bad values at their rows, quotas at their groups.
    """
    problems = InvalidRows()
    known = {group.code for group in groups}
    for index, row in enumerate(rows):
        if index >= MAX_ROWS:
            message = f"Danh sách nhiều nhất {MAX_ROWS} người. Bỏ dòng này."
            problems.rows.append(RowError(index, "full_name", message))
        problems.rows += [RowError(index, field, message) for field, message in _row_problems(row, known)]
    for group in groups:
        if message := quota_problem(group, [row for row in rows if row.group == group.code]):
            problems.groups[group.code] = message
    if problems:
        raise problems


def _row_problems(row: Row, known_groups: set[str]):
    if row.group not in known_groups:
        yield "group", "Nhóm này không có trong thành phần hội nghị. Chọn lại nhóm."
    required = (
        ("organisation", "Chọn hoặc nhập tên cơ quan, đơn vị."),
        ("honorific", "Chọn danh xưng."),
        ("full_name", "Nhập họ và tên."),
        ("job_title", "Nhập chức vụ."),
        ("phone", "Nhập số điện thoại, ví dụ 0912345678."),
    )
    for field, message in required:
        if not getattr(row, field):
            yield field, message
    for field, parse in (("phone", parse_phones), ("email", clean_email)):
        if value := getattr(row, field):
            try:
                parse(value)
            except ValueError as error:
                yield field, str(error)


def organisations_of(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows by organisation, in the order of their first mention; one spelling, however it was typed."""
    seats: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        seats[fold(row.organisation)].append(row)
    return seats


def quota_problem(group: InvitedGroup, rows: list[Row]) -> str:
    """What is wrong with a group's numbers, or "" when they are right.

    The quota counts organisations; persons are counted for each of them. Reserve rows count for neither.
    """
    seats = organisations_of([row for row in rows if not row.reserve])
    low, high = group.min_organisations, group.max_organisations
    asked = format_quota(low, high)
    if low and len(seats) < low:
        return f"Mới có {len(seats)} đơn vị, cần {asked}. Thêm ít nhất {low - len(seats)} đơn vị."
    if high is not None and len(seats) > high:
        return f"Nhiều hơn chỉ tiêu {len(seats) - high} đơn vị ({asked}). Bỏ bớt hoặc chuyển sang dự phòng."
    for people in seats.values():
        name = people[0].organisation or "Đơn vị chưa có tên"
        if group.min_persons and len(people) < group.min_persons:
            return f"{name}: cần ít nhất {group.min_persons} người, mới có {len(people)}."
        if group.max_persons is not None and len(people) > group.max_persons:
            return f"{name}: nhiều nhất {group.max_persons} người, đang có {len(people)}. Bỏ bớt."
    return ""
