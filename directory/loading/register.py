"""Puts the register of units and organisations into the database, again and again without harm."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from directory.audit import record
from directory.loading import entries as files
from directory.loading.entries import Entry, Tile
from directory.loading.rows import RefusedData
from directory.models import (
    AdministrativeUnit,
    Contact,
    Organisation,
    OrganisationKind,
    RegionTile,
    UnitLevel,
    User,
)
from hoinghi.fields import DerivedTextField

DATA = Path(__file__).resolve().parent.parent / "data"
# What the ministry fills in at its desk: a file's value is only taken where the row has none.
FILLED_BY_STAFF = {"address", "phone"}
# What no data file knows.
OWN = {"note", "kept_by_staff"}


@dataclass
class Tally:
    """What a load did to one kind of thing."""

    label: str
    total: int = 0
    added: int = 0
    changed: int = 0
    kept: int = 0


@dataclass
class Plan:
    """Rows of one model to be written, worked out before anything is."""

    model: type[models.Model]
    tally: Tally
    rows: list[models.Model] = field(default_factory=list)
    key: str = "uid"


@transaction.atomic
def load_register(*, actor: User | str, folder: Path = DATA) -> list[Tally]:
    """Load levels, units, kinds, organisations and tile layouts; rows are found again by their uid.

    Rows that staff have changed by hand (``kept_by_staff``) stay as they are; rows that are no longer in
    the files stay too, because conferences may point to them.

    Arguments:
        actor: for the audit trail, which gets one entry per table that changed.
        folder: where the data files are.

    Raises:
        RefusedData: something is wrong in the files; nothing was written.
    """
    with connection.cursor() as cursor:
        # Two loads at once would number the same new rows twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('directory.load_register'))")
    problems: list[str] = []
    level_rows, levels = files.read_levels(folder / "levels.csv", problems)
    kinds = files.read_kinds(folder / "organisation_kinds.csv", problems)
    units = files.read_units(folder, level_rows, problems)
    organisations = files.read_organisations(
        folder / "organisations.csv", {kind.code for kind in kinds}, problems
    )
    tiles = files.read_tiles(folder / "tiles.csv", problems)

    ids: dict[type[models.Model], dict[str, int]] = {}
    plans = [
        _plan_codes(UnitLevel, levels),
        _plan_codes(OrganisationKind, kinds),
        _plan(AdministrativeUnit, units, ids, problems),
        _plan(Organisation, organisations, ids, problems),
    ]
    tile_rows = _resolve_tiles(tiles, ids[AdministrativeUnit], problems)
    if problems:
        raise RefusedData(problems)
    for plan in plans:
        _write(plan)
    tallies = [plan.tally for plan in plans]
    tallies.append(_replace_tiles(tile_rows))
    tallies.append(_add_contacts(organisations, ids[Organisation]))
    for model, tally in zip((*(plan.model for plan in plans), RegionTile, Contact), tallies, strict=True):
        if tally.added or tally.changed:
            record(
                actor=actor,
                action="register.load",
                target=ContentType.objects.get_for_model(model),
                changes={"added": [0, tally.added], "changed": [0, tally.changed]},
            )
    return tallies


def _label(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)


def _plan_codes(model: type[models.Model], found: list[models.Model]) -> Plan:
    names = dict(model.objects.values_list("code", "name"))
    plan = Plan(model, Tally(_label(model), len(found)), key="code")
    for item in found:
        if names.get(item.code) != item.name:
            plan.rows.append(item)
            plan.tally.changed += item.code in names
            plan.tally.added += item.code not in names
    return plan


def _plan(
    model: type[models.Model],
    found: list[Entry],
    ids: dict[type[models.Model], dict[str, int]],
    problems: list[str],
) -> Plan:
    """Compare the files with the table; fills ``ids[model]`` with uid → id, new rows included."""
    existing = model.objects.in_bulk(field_name="uid")
    counted = Counter(entry.instance.uid for entry in found)
    problems += [
        entry.row.problem(f"{entry.instance.uid} có {counted[entry.instance.uid]} lần.")
        for entry in found
        if counted[entry.instance.uid] > 1
    ]
    new = [uid for uid in counted if uid not in existing]
    known = ids[model] = {uid: existing[uid].pk for uid in counted if uid in existing}
    known |= zip(new, _reserve_ids(model, len(new)), strict=True)
    plan = Plan(model, Tally(_label(model), len(found)))
    by_uid = {entry.instance.uid: entry.instance for entry in found}
    for entry in found:
        try:
            _resolve(entry, ids, by_uid)
            before = existing.get(entry.instance.uid)
            if _differs(entry.instance, before, known[entry.instance.uid], plan.tally):
                _validate(entry.instance)
                plan.rows.append(entry.instance)
        except ValueError as error:
            problems.append(entry.row.problem(error))
    return plan


def _reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows to come, so that rows may point at each other within one statement."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _resolve(entry: Entry, ids: dict, by_uid: dict[str, models.Model]) -> None:
    for name, (model, uid) in entry.refers.items():
        if uid not in ids[model]:
            raise ValueError(f"“{uid}” không có trong các tệp dữ liệu.")
        setattr(entry.instance, f"{name}_id", ids[model][uid])
    if "successor" in entry.refers:
        successor = by_uid[entry.refers["successor"][1]]
        if problem := entry.instance.succession_problem(successor):
            raise ValueError(problem)


def _differs(instance: models.Model, before: models.Model | None, pk: int, tally: Tally) -> bool:
    """Complete ``instance`` with what the files do not say and compare it with the row in the table."""
    instance.pk = pk
    for column in instance._meta.concrete_fields:
        if before is not None and (
            column.name in OWN or (column.name in FILLED_BY_STAFF and getattr(before, column.attname))
        ):
            setattr(instance, column.attname, getattr(before, column.attname))
        if isinstance(column, DerivedTextField):
            column.pre_save(instance, add=before is None)
    if before is None:
        tally.added += 1
        return True
    if before.kept_by_staff:
        tally.kept += 1
        return False
    columns = [column.attname for column in instance._meta.concrete_fields]
    if all(getattr(instance, column) == getattr(before, column) for column in columns):
        return False
    tally.changed += 1
    return True


def _validate(instance: models.Model) -> None:
    """Lengths, blanks and spelling of codes; foreign keys were resolved already and would cost a query."""
    foreign = [column.name for column in instance._meta.concrete_fields if column.is_relation]
    try:
        instance.clean_fields(exclude=[*foreign, "id"])
    except ValidationError as error:
        raise ValueError(
            "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
        ) from None


def _write(plan: Plan) -> None:
    if not plan.rows:
        return
    columns = [
        column.name for column in plan.model._meta.concrete_fields if column.name not in ("id", plan.key)
    ]
    plan.model.objects.bulk_create(
        plan.rows, batch_size=1000, update_conflicts=True, unique_fields=[plan.key], update_fields=columns
    )


def _resolve_tiles(tiles: list[Tile], units: dict[str, int], problems: list[str]) -> list[tuple]:
    """Tiles as rows; regions are numbered as they first occur in their layout."""
    regions: dict[str, list[str]] = {}
    resolved = []
    for tile in tiles:
        order = regions.setdefault(tile.layout, [])
        if tile.region not in order:
            order.append(tile.region)
        if tile.uid in units:
            place = (tile.region, order.index(tile.region) + 1, *tile.position)
            resolved.append((tile.layout, units[tile.uid], *place))
        else:
            problems.append(tile.row.problem(f"“{tile.uid}” không có trong các tệp đơn vị hành chính."))
    for (layout, unit), count in Counter(row[:2] for row in resolved).items():
        if count > 1:
            uid = next(uid for uid, pk in units.items() if pk == unit)
            problems.append(f"tiles.csv: {uid} có {count} ô trong bố cục {layout}.")
    return resolved


def _replace_tiles(rows: list[tuple]) -> Tally:
    """Nothing points to a tile, so a changed layout is written anew."""
    names = ("layout", "unit_id", "region", "region_position", "row", "column")
    tally = Tally(_label(RegionTile), len(rows))
    before = set(RegionTile.objects.values_list(*names))
    if before != set(rows):
        tally.added, tally.changed = len(set(rows) - before), len(before - set(rows))
        RegionTile.objects.all().delete()
        RegionTile.objects.bulk_create([RegionTile(**dict(zip(names, row, strict=True))) for row in rows])
    return tally


def _add_contacts(found: Iterable[Entry], organisations: dict[str, int]) -> Tally:
    """Addresses written in the file; one that is there already stays as staff have it."""
    wanted = {(organisations[entry.instance.uid], entry.email) for entry in found if entry.email}
    present = {
        (organisation, email.lower())
        for organisation, email in Contact.objects.values_list("organisation_id", "email")
    }
    new = sorted(wanted - present)
    Contact.objects.bulk_create([Contact(organisation_id=pk, email=email) for pk, email in new])
    return Tally(_label(Contact), len(wanted), added=len(new))
