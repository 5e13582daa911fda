"""From rows to entries: unsaved objects whose references are still named by uid."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.db import models

from directory.loading.rows import Row, parse_rows, read_rows
from directory.models import AdministrativeUnit, Organisation, OrganisationKind, UnitLevel
from hoinghi.text import clean_email, slugify

PROVINCE_COLUMNS = ("uid", "code", "name", "name_short", "kind", "valid_from", "valid_to", "merged_into_uid")
LOWER_COLUMNS = ("code", "name", "kind", "province_uid", "valid_from", "valid_to")
ORGANISATION_COLUMNS = (
    *("uid", "name", "abbrev", "kind", "province_uid", "parent", "valid_from", "valid_to", "succeeded_by"),
    *("email", "phone", "address"),
)
TILE_COLUMNS = ("set", "uid", "region", "row", "col")


@dataclass
class Entry:
    """A register row to be: ``refers`` maps a foreign key to the model and uid that it points to."""

    row: Row
    instance: models.Model
    refers: dict[str, tuple[type[models.Model], str]] = field(default_factory=dict)
    email: str = ""


@dataclass(frozen=True)
class Tile:
    row: Row
    layout: str
    uid: str
    region: str
    position: tuple[int, int]


def read_codes(model: type[models.Model], path: Path, columns: tuple[str, ...], problems: list[str]):
    """Levels or kinds, and the rows that they were read from."""
    rows = read_rows(path, columns, problems)
    found = parse_rows(
        rows, lambda row: model(code=row.required("code"), name=row.required("name")), problems
    )
    return rows, found


def read_units(folder: Path, levels: list[Row], problems: list[str]) -> list[Entry]:
    """Units of every level that names a file; the first level is the highest and has its own columns."""
    entries = []
    for place, level in enumerate(levels):
        columns, parser = (LOWER_COLUMNS, _lower_unit) if place else (PROVINCE_COLUMNS, _province)
        if level["file"]:
            rows = read_rows(folder / level["file"], columns, problems)
            found = parse_rows(rows, parser(level["code"]), problems)
            if place:
                _link_renewed(found)
            entries += found
    return entries


def _province(level: str) -> Callable[[Row], Entry]:
    def parse(row: Row) -> Entry:
        unit = AdministrativeUnit(
            uid=row.required("uid"),
            level_id=level,
            code=row.required("code"),
            name=row.required("name"),
            short_name=row.required("name_short"),
            kind=row.required("kind"),
            **_validity(row),
            legal_basis_from=row["legal_basis_from"],
            legal_basis_to=row["legal_basis_to"],
        )
        return Entry(row, unit, _references(row, successor=(AdministrativeUnit, "merged_into_uid")))

    return parse


def _lower_unit(level: str) -> Callable[[Row], Entry]:
    def parse(row: Row) -> Entry:
        name, kind, code = row.required("name"), row.required("kind"), row.required("code")
        rest = name.removeprefix(f"{kind} ")
        # “Phường Ba Đình” is called Ba Đình, but “Quận 1” is never called 1.
        short_name = name if rest[:1].isdigit() else rest
        # The code alone is reused; with the province and the first day it names one row for good.
        uid = ".".join(filter(None, (row.required("province_uid"), code, row["valid_from"])))
        unit = AdministrativeUnit(
            uid=uid,
            level_id=level,
            code=code,
            name=name,
            short_name=short_name,
            kind=_kind_code(kind),
            **_validity(row),
        )
        return Entry(row, unit, _references(row, parent=(AdministrativeUnit, "province_uid")))

    return parse


@cache
def _kind_code(name: str) -> str:
    """Đặc khu → dac_khu"""
    return slugify(name).replace("-", "_")


def _link_renewed(entries: list[Entry]) -> None:
    """A unit that goes on under the same code the day after its row ends is that row's successor."""
    starting = {(entry.instance.code, entry.instance.valid_from): entry for entry in entries}
    for entry in entries:
        if (last := entry.instance.valid_to) is None:
            continue
        if renewed := starting.get((entry.instance.code, last + dt.timedelta(days=1))):
            entry.refers["successor"] = (AdministrativeUnit, renewed.instance.uid)


def read_organisations(path: Path, kinds: set[str], problems: list[str]) -> list[Entry]:
    def parse(row: Row) -> Entry:
        if (kind := row.required("kind")) not in kinds:
            raise ValueError(f"cột kind: “{kind}” không có trong organisation_kinds.csv.")
        organisation = Organisation(
            uid=row.required("uid"),
            kind_id=kind,
            name=row.required("name"),
            abbreviation=row["abbrev"],
            address=row["address"],
            phone=row["phone"],
            **_validity(row),
        )
        refers = _references(
            row,
            unit=(AdministrativeUnit, "province_uid"),
            parent=(Organisation, "parent"),
            successor=(Organisation, "succeeded_by"),
        )
        return Entry(row, organisation, refers, clean_email(row["email"]) if row["email"] else "")

    return parse_rows(read_rows(path, ORGANISATION_COLUMNS, problems), parse, problems)


def read_tiles(path: Path, problems: list[str]) -> list[Tile]:
    def parse(row: Row) -> Tile:
        position = (row.number("row"), row.number("col"))
        return Tile(row, row.required("set"), row.required("uid"), row.required("region"), position)

    return parse_rows(read_rows(path, TILE_COLUMNS, problems), parse, problems)


def read_kinds(path: Path, problems: list[str]) -> list[OrganisationKind]:
    return read_codes(OrganisationKind, path, ("code", "name"), problems)[1]


def read_levels(path: Path, problems: list[str]) -> tuple[list[Row], list[UnitLevel]]:
    return read_codes(UnitLevel, path, ("code", "name", "file"), problems)


def _validity(row: Row) -> dict[str, dt.date | None]:
    first, last = row.date("valid_from"), row.date("valid_to")
    if first and last and last < first:
        raise ValueError(f"valid_to ({last}) trước valid_from ({first}).")
    return {"valid_from": first, "valid_to": last}


def _references(row: Row, **columns: tuple[type[models.Model], str]):
    return {name: (model, row[column]) for name, (model, column) in columns.items() if row[column]}
