"""Related rows in the very query of their owner.

``prefetch_related`` asks once for each kind of rows. A page about a conference shows a dozen kinds with a handful
of rows each, and building and sending a query costs more than the rows: PostgreSQL hands them over as JSON here.
Afterwards they stand where ``prefetch_related`` would have put them.
"""

from dataclasses import dataclass, field
from functools import cache, cached_property

from django.db import models
from django.db.models.query import ModelIterable

# What JSON and PostgreSQL call the same; all else is read by the field.
_AS_THEY_ARE = (
    *(models.BooleanField, models.CharField, models.FileField, models.ForeignKey, models.IntegerField),
    *(models.JSONField, models.TextField),
)
_ROWS = "_together"


@dataclass
class _Branch:
    """One kind of related rows, and the kinds that its own rows have."""

    model: type[models.Model]
    name: str
    branches: dict[str, "_Branch"] = field(default_factory=dict)

    @cached_property
    def relation(self):
        return self.model._meta.get_field(self.name)

    @cached_property
    def rows(self) -> type[models.Model]:
        return self.relation.related_model

    @cached_property
    def readers(self) -> list[tuple[str, str, models.Field | None]]:
        """(attribute, column, the field that reads the value or None) of every column."""
        return [
            (each.attname, each.column, None if isinstance(each, _AS_THEY_ARE) else each)
            for each in self.rows._meta.concrete_fields
        ]

    def sql(self, owner: str, alias: str) -> str:
        """The rows of the owner as a JSON list, in their model's order."""
        table, key = self.rows._meta.db_table, self.rows._meta.pk.column
        if self.relation.many_to_many:
            through = self.relation.m2m_db_table()
            source = (
                f'"{table}" {alias} JOIN "{through}" {alias}m '
                f'ON {alias}m."{self.relation.m2m_reverse_name()}" = {alias}."{key}" '
                f'WHERE {alias}m."{self.relation.m2m_column_name()}" = {owner}'
            )
        else:
            source = f'"{table}" {alias} WHERE {alias}."{self.relation.field.column}" = {owner}'
        row = f"to_jsonb({alias}.*)"
        if self.branches:
            row += " || " + _object(self.branches, f'{alias}."{key}"', alias)
        rows = f"jsonb_agg({row}{self._order(alias)})"
        return f"(SELECT COALESCE({rows}, '[]') FROM {source})"  # nosec B608  # all names are those of the models

    def _order(self, alias: str) -> str:
        columns = []
        for name in self.rows._meta.ordering:
            column = self.rows._meta.get_field(name.removeprefix("-")).column
            columns.append(f'{alias}."{column}" {"DESC" if name.startswith("-") else "ASC"}')
        return f" ORDER BY {', '.join(columns)}" if columns else ""

    def put(self, owner: models.Model, found: list[dict]) -> None:
        """Make model instances of the rows, and put them where ``prefetch_related`` would."""
        rows = []
        for values in found:
            row = self.rows.from_db(
                owner._state.db,
                [attribute for attribute, _, _ in self.readers],
                [
                    reader.to_python(values[column]) if reader else values[column]
                    for _, column, reader in self.readers
                ],
            )
            for name, branch in self.branches.items():
                branch.put(row, values[name])
            rows.append(row)
        place(owner, self.name, rows)


def _object(branches: dict[str, _Branch], owner: str, alias: str) -> str:
    pairs = (
        f"'{name}', {branch.sql(owner, f'{alias}{n}')}" for n, (name, branch) in enumerate(branches.items())
    )
    return f"jsonb_build_object({', '.join(pairs)})"


def place(owner: models.Model, name: str, rows: list[models.Model]) -> None:
    """Put rows that were read elsewhere where ``prefetch_related`` would.

    Arguments:
        name: the relation; rows that point at their owner point at this one from now on.
    """
    relation = owner._meta.get_field(name)
    if not relation.many_to_many:
        for row in rows:
            relation.field.set_cached_value(row, owner)
    queryset = getattr(owner, name).get_queryset()
    queryset._result_cache, queryset._prefetch_done = rows, True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset


class _Iterable(ModelIterable):
    def __iter__(self):
        branches = self.queryset._branches
        for instance in super().__iter__():
            found = instance.__dict__.pop(_ROWS)
            for name, branch in branches.items():
                branch.put(instance, found[name])
            yield instance


class TogetherQuerySet(models.QuerySet):
    """A queryset whose rows can bring their related rows along in one query."""

    _branches: dict[str, _Branch] = {}  # noqa: RUF012 (replaced, never changed)

    def together(self, *paths: str):
        """Bring related rows along: rows that point here, and many-to-many relations of the model.

        For owners with few rows of each kind; what grows without end has its own query. The order of the rows
        must be one of their own columns.

        Arguments:
            paths: as ``prefetch_related`` takes them, ``"groups__asked_roles"`` brings the groups too.
        """
        if not paths:
            return self._chain()
        found = self._chain()
        found._branches = _tree(self.model, paths)
        found._iterable_class = _Iterable
        rows = models.Func("pk", template=_sql(self.model, paths), output_field=models.JSONField())
        return found.annotate(**{_ROWS: rows})

    def _clone(self):
        clone = super()._clone()
        clone._branches = self._branches
        return clone


@cache
def _tree(model: type[models.Model], paths: tuple[str, ...]) -> dict[str, _Branch]:
    tree: dict[str, _Branch] = {}
    for path in paths:
        level, owner = tree, model
        for name in path.split("__"):
            branch = level.setdefault(name, _Branch(owner, name))
            level, owner = branch.branches, branch.rows
    return tree


@cache
def _sql(model: type[models.Model], paths: tuple[str, ...]) -> str:
    """All rows of one owner as a JSON object; the owner's key is what ``Func`` puts in."""
    return _object(_tree(model, paths), "%(expressions)s", "rows")


def bring(instance: models.Model, *paths: str) -> None:
    """Related rows of an instance that is there already, in one query; those that it has are kept.

    Arguments:
        paths: as of ``together``; the model's default manager must be one of ``TogetherQuerySet``.
    """
    there = instance.__dict__.get("_prefetched_objects_cache", {})
    if missing := [path for path in paths if path.partition("__")[0] not in there]:
        model = type(instance)
        bearer = model._default_manager.only("pk").together(*missing).get(pk=instance.pk)
        for name in _tree(model, tuple(missing)):
            place(instance, name, list(getattr(bearer, name).all()))
    if len(missing) < len(paths):  # rows of rows that were there without them
        models.prefetch_related_objects([instance], *paths)
