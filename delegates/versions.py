"""What changed between two kept versions of a list."""

from dataclasses import dataclass, field
from itertools import zip_longest

from delegates.models import Delegate, Nomination, NominationVersion

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


@dataclass(frozen=True)
class Replacement:
    """Somebody who sits in the very place of another (cử người dự thay); both as rows."""

    new: dict
    old: dict
    reason: str


@dataclass
class Differences:
    """Who replaces whom, rows that are new, rows that are gone (and why, when somebody said), and persons whose
    values changed."""

    replaced: list[Replacement] = field(default_factory=list)
    added: list[dict] = field(default_factory=list)
    removed: list[tuple[dict, str]] = field(default_factory=list)
    changed: list[tuple[dict, list[Change]]] = field(default_factory=list)

    def __bool__(self):
        return bool(self.replaced or self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Step:
    """A version, and how it differs from the one before; the first one differs from nothing."""

    version: NominationVersion
    differences: Differences | None


def history_of(nomination: Nomination) -> list[Step]:
    """Every version of the list, the newest first."""
    versions = list(nomination.versions.select_related("privacy_notice"))
    known = known_of(nomination) if len(versions) > 1 else Known()
    pairs = zip_longest(versions, versions[1:])
    return [Step(new, differences(old, new, known) if old else None) for new, old in pairs]


@dataclass(frozen=True)
class Known:
    """What rows do not say themselves.

    Attributes:
        asked: the texts of the conference's questions by their keys; answers to others are not compared.
        replaces: delegate → whom the delegate replaces, and why.
        withdrawn: delegate → why the delegate was taken off the list.
    """

    asked: dict[str, str] = field(default_factory=dict)
    replaces: dict[int, tuple[int, str]] = field(default_factory=dict)
    withdrawn: dict[int, str] = field(default_factory=dict)


def known_of(nomination: Nomination) -> Known:
    told = (
        Delegate.objects.filter(seat__nomination=nomination)
        .exclude(replaces=None, withdraw_reason="")
        .values_list("pk", "replaces", "replace_reason", "withdraw_reason")
    )
    known = Known({str(question.pk): question.text for question in nomination.conference.questions.all()})
    for pk, old, why_replaced, why_withdrawn in told:
        if old is not None:
            known.replaces[pk] = old, why_replaced
        known.withdrawn[pk] = why_withdrawn
    return known


def differences(before: NominationVersion, after: NominationVersion, known: Known) -> Differences:
    """Compare two versions person by person; a person is known by the delegate that the rows name."""
    found = Differences()
    old = {row["delegate_id"]: row for row in before.rows}
    new = []
    for row in after.rows:
        earlier = old.pop(row["delegate_id"], None)
        if earlier is None:
            new.append(row)
        elif changes := _changes(earlier, row, known.asked):
            found.changed.append((row, changes))
    for row in new:
        replaced, reason = known.replaces.get(row["delegate_id"], (None, ""))
        if replaced in old:
            found.replaced.append(Replacement(row, old.pop(replaced), reason))
        else:
            found.added.append(row)
    found.removed = [(row, known.withdrawn.get(pk, "")) for pk, row in old.items()]
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
