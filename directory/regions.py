"""The tile grid of the provinces: regions in order, each a small table of names."""

import datetime as dt
from dataclasses import dataclass, field

from directory.models import AdministrativeUnit, RegionTile


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

    Costs two queries. A province without a tile is never lost: it stands in ``unplaced``.
    """
    provinces = {unit.pk: unit for unit in AdministrativeUnit.objects.provinces().as_of(date)}
    by_layout: dict[str, list[RegionTile]] = {}
    for tile in RegionTile.objects.filter(unit__in=provinces):
        by_layout.setdefault(tile.layout, []).append(tile)
    code, tiles = max(by_layout.items(), key=lambda item: len(item[1]), default=("", []))
    regions: dict[str, Region] = {}
    for tile in tiles:
        region = regions.setdefault(tile.region, Region(tile.region))
        region.cells.append(Cell(provinces.pop(tile.unit_id), tile.row, tile.column))
    return Layout(code, list(regions.values()), unplaced=list(provinces.values()))
