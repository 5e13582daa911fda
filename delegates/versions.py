"""What changed between two submitted versions of a list, for the eyes of staff."""

from dataclasses import dataclass, field

from delegates.models import NominationVersion

# Field of a row → its word; the group is told by where the person stands.
FIELDS = {
    "organisation": "cơ quan, đơn vị",
    "honorific": "danh xưng",
    "full_name": "họ và tên",
    "job_title": "chức vụ",
    "phone": "điện thoại",
    "email": "email",
    "reserve": "dự phòng",
}


@dataclass(frozen=True)
class Change:
    """One value of a person's row, before and after."""

    label: str
    before: str
    after: str


@dataclass
class Differences:
    """Rows that are new, rows that are gone, and persons whose values changed."""

    added: list[dict] = field(default_factory=list)
    removed: list[dict] = field(default_factory=list)
    changed: list[tuple[dict, list[Change]]] = field(default_factory=list)

    def __bool__(self):
        return bool(self.added or self.removed or self.changed)


def differences(before: NominationVersion, after: NominationVersion) -> Differences:
    """Compare two versions person by person; a person is known by the delegate that the rows name."""
    found = Differences()
    old = {row["delegate_id"]: row for row in before.rows}
    for row in after.rows:
        earlier = old.pop(row["delegate_id"], None)
        if earlier is None:
            found.added.append(row)
        elif changes := _changes(earlier, row):
            found.changed.append((row, changes))
    found.removed = list(old.values())
    return found


def _changes(before: dict, after: dict) -> list[Change]:
    return [
        Change(label, _printed(before[name]), _printed(after[name]))
        for name, label in FIELDS.items()
        if before[name] != after[name]
    ]


def _printed(value: str | bool) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    return value or "(để trống)"
