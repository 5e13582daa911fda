"""The tile grid of the provinces: regions in order, each a small table of names."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import F

from directory.models import AdministrativeUnit


@dataclass(frozen=True)
class Cell:
    """A province's place in its region; row and column count from 1."""

    unit: AdministrativeUnit
    row: int
    column: int


@dataclass(frozen=True)
class Region:
    name: str
    cells: list[Cell] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return max((cell.column for cell in self.cells), default=0)


@dataclass(frozen=True)
class Layout:
    """``code`` names the layout in the data files; ``unplaced`` are provinces that it does not know yet."""

    code: str
    regions: list[Region]
    unplaced: list[AdministrativeUnit]


def layout_on(date: dt.date) -> Layout:
    """The layout that knows most of the provinces of ``date``: all of them, as long as the data files keep up.

    Costs one query. A province without a tile is never lost: it stands in ``unplaced``.
    """
    units = (
        AdministrativeUnit.objects.provinces()
        .as_of(date)
        .only("name", "short_name", "sort_key")
        .annotate(
            layout=F("tiles__layout"),
            region=F("tiles__region"),
            row=F("tiles__row"),
            column=F("tiles__column"),
        )
        .order_by("tiles__region_position", "tiles__row", "tiles__column", "sort_key")
    )
    by_layout: dict[str, list[AdministrativeUnit]] = {}
    for unit in units:  # once for each layout that knows it
        by_layout.setdefault(unit.layout or "", []).append(unit)
    without = by_layout.pop("", [])
    code, placed = max(by_layout.items(), key=lambda item: len(item[1]), default=("", []))
    known = {unit.pk for unit in placed}
    unplaced = {unit.pk: unit for units in (without, *by_layout.values()) for unit in units}
    regions: dict[str, Region] = {}
    for unit in placed:
        region = regions.setdefault(unit.region, Region(unit.region))
        region.cells.append(Cell(unit, unit.row, unit.column))
    return Layout(code, list(regions.values()), [unit for key, unit in unplaced.items() if key not in known])
