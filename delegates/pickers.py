"""What the pickers of a list offer: names from the register, as of the conference's reference date."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from conferences.models import InvitedGroup
from delegates.models import Nomination
from directory.models import AdministrativeUnit, Organisation
from hoinghi.sharing import Parts
from hoinghi.text import lowerfirst

Nominator = InvitedGroup.Nominator


@dataclass(frozen=True)
class Choice:
    """An organisation that a picker offers."""

    name: str
    unit_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class _Source:
    """Where the choices of a group come from: organisations of a kind, or units of a level with words before them."""

    code: str
    kind: str | None
    level: str | None
    prefix: str


# The register changes a few times a year, and a page that offers its names stands open for minutes: names that were
# read some seconds ago do no harm. The groups themselves, whose quotas do, are read anew each time.
_register: Parts[dict[str, tuple[Choice, ...]]] = Parts(most=200)
_READ_LATELY = "read lately"


def choices(group: InvitedGroup, nomination: Nomination) -> tuple[Choice, ...]:
    """What the group's picker offers this list."""
    return offered_by([group], nomination)[group.code]


def offered_by(groups: list[InvitedGroup], nomination: Nomination) -> dict[str, tuple[Choice, ...]]:
    """Group code → what its picker offers this list, as of the conference's reference date."""
    own = Choice(nomination.organisation_name, organisation_id=nomination.organisation_id)
    offered = {group.code: (own,) for group in groups if group.nominator == Nominator.ITSELF}
    sources = tuple(
        _Source(group.code, group.picker_kind_id, group.picker_level_id, group.picker_prefix)
        for group in groups
        if group.code not in offered
    )
    where = nomination.unit_id, nomination.conference.reference_date
    return offered | _register.get((sources, *where), _READ_LATELY, lambda: _read(sources, *where))


def _read(sources: tuple[_Source, ...], unit: int | None, date: dt.date) -> dict[str, tuple[Choice, ...]]:
    """The choices of all of them, in two queries at most."""
    organisations = _organisations({each.kind for each in sources if each.kind}, unit, date)
    units = _units({each.level for each in sources if each.level}, unit, date)
    return {
        each.code: tuple(Choice(name, organisation_id=pk) for pk, name in organisations.get(each.kind, ()))
        if each.kind
        else tuple(
            Choice(picker_name(each.prefix, name), unit_id=pk) for pk, name in units.get(each.level, ())
        )
        for each in sources
    }


def _organisations(kinds: set[str], unit: int | None, date: dt.date) -> dict[str, list[tuple[int, str]]]:
    """Kind → (key, name) of the organisations of that kind in the province."""
    there = Organisation.objects.as_of(date)
    return _grouped(there.filter(kind__in=kinds, unit=unit), "kind") if kinds else {}


def _units(levels: set[str], unit: int | None, date: dt.date) -> dict[str, list[tuple[int, str]]]:
    """Level → (key, name) of the units of that level in the province."""
    there = AdministrativeUnit.objects.as_of(date)
    return _grouped(there.filter(parent=unit, level__in=levels), "level") if levels else {}


def _grouped(rows: QuerySet, by: str) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, pk, name in rows.values_list(by, "pk", "name"):
        found[key].append((pk, name))
    return found


def picker_name(prefix: str, unit: str) -> str:
    """ "Ủy ban nhân dân xã Ea Kar": the kind of a unit is written small inside a name."""
    return f"{prefix} {lowerfirst(unit)}" if prefix else unit
