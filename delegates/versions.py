"""What changed between two kept versions of a list."""

from dataclasses import dataclass, field
from itertools import zip_longest

from delegates.models import Nomination, NominationVersion

# Field of a row → its word; the group is told by where the person stands.
FIELDS = {
    "organisation": "cơ quan, đơn vị",
    "honorific": "danh xưng",
    "full_name": "họ và tên",
    "job_title": "chức vụ",
    "role": "vai trò",
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


@dataclass(frozen=True)
class Step:
    """A version, and how it differs from the one before; the first one differs from nothing."""

    version: NominationVersion
    differences: Differences | None


def history_of(nomination: Nomination) -> list[Step]:
    """Every version of the list, the newest first."""
    versions = list(nomination.versions.all())
    asked = questions_of(nomination)
    pairs = zip_longest(versions, versions[1:])
    return [Step(new, differences(old, new, asked) if old else None) for new, old in pairs]


def questions_of(nomination: Nomination) -> dict[str, str]:
    """The conference's questions by the keys that rows use."""
    return {str(question.pk): question.text for question in nomination.conference.questions.all()}


def differences(
    before: NominationVersion, after: NominationVersion, asked: dict[str, str] | None = None
) -> Differences:
    """Compare two versions person by person; a person is known by the delegate that the rows name.

    Arguments:
        asked: the texts of the questions by their keys; answers to others are not compared.
    """
    found = Differences()
    old = {row["delegate_id"]: row for row in before.rows}
    for row in after.rows:
        earlier = old.pop(row["delegate_id"], None)
        if earlier is None:
            found.added.append(row)
        elif changes := _changes(earlier, row, asked or {}):
            found.changed.append((row, changes))
    found.removed = list(old.values())
    return found


def _changes(before: dict, after: dict, asked: dict[str, str]) -> list[Change]:
    # A row that was kept before a field existed has it empty.
    pairs = [(label, before.get(name, ""), after.get(name, "")) for name, label in FIELDS.items()]
    pairs += [
        (text, before.get("answers", {}).get(key, ""), after.get("answers", {}).get(key, ""))
        for key, text in asked.items()
    ]
    return [Change(label, _printed(old), _printed(new)) for label, old, new in pairs if old != new]


def _printed(value: str | bool) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    return value or "(để trống)"
