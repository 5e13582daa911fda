"""The tile grid of the provinces: a table of names by region, never an outline of the country."""

from dataclasses import dataclass

from delegates.cockpit.figures import Cockpit, Province
from directory.regions import Region

# Two regions as narrow as this stand side by side, the narrower one in the west.
NARROW = 3


@dataclass(frozen=True)
class Tile:
    row: int
    column: int
    province: Province


@dataclass(frozen=True)
class TileRegion:
    name: str
    width: int
    tiles: list[Tile]


def tile_columns(cockpit: Cockpit) -> list[list[list[TileRegion]]]:
    """The regions in the columns of the page, two a column, from top to bottom in bands.

    A band holds one region, or two narrow ones side by side. A province without a list has no tile.
    """
    by_unit = {row.nomination.unit_id: row for row in cockpit.provinces}
    regions = [_tiles(region, by_unit) for region in cockpit.layout.regions]
    columns = []
    for first in range(0, len(regions), 2):
        pair = regions[first : first + 2]
        if len(pair) == 2 and sum(region.width for region in pair) <= NARROW:
            columns.append([sorted(pair, key=lambda region: region.width)])
        else:
            columns.append([[region] for region in pair])
    return columns


def _tiles(region: Region, by_unit: dict[int, Province]) -> TileRegion:
    tiles = [
        Tile(cell.row, cell.column, by_unit[cell.unit.pk]) for cell in region.cells if cell.unit.pk in by_unit
    ]
    return TileRegion(region.name, region.columns, tiles)


def without_tile(cockpit: Cockpit) -> list[Province]:
    """Provinces that the layout does not know yet: shown after it, never lost."""
    return [row for row in cockpit.provinces if not row.region]
