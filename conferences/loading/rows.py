"""Making rows say what a file says: what differs is changed, what the file no longer has goes."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError

from conferences.loading.parts import ConferenceFile, Row
from conferences.loading.reading import Source
from conferences.models import Question
from directory.models import User

# Where the file says what a field of Conference holds, if not under the field's own name.
_KEYS = {
    "start_at": "time.start",
    "end_at": "time.end",
    "duration_kind": "time.duration",
    "nomination_deadline": "deadline",
    "change_until": "deadline.change_until",
    "hard_close": "deadline.hard_close",
    "paper_rule": "paper",
    "chair_title": "chair.title",
}
# What tells the rows of a row apart.
_CHILD_KEYS = {"members": "full_name"}


class RowSaver:
    """Saves rows, and notes in ``changes`` what was different: path → [before, after]."""

    def __init__(self, file: ConferenceFile, actor: User | str):
        self.file = file
        self.source: Source = file.source
        self.actor = actor
        self.changes: dict[str, list] = {}

    def rows(self, manager, rows: list[Row], key: str) -> None:
        """Make the rows those of the file; a row that is there already is changed, not replaced."""
        existing = list(manager.order_by("id"))
        old = dict(
            zip(
                [getattr(row, key) for row in existing] if key else range(len(existing)),
                existing,
                strict=True,
            )
        )
        for number, row in enumerate(rows):
            found = old.pop(row.values[key] if key else number, None)
            new = manager.model(**{manager.field.name: manager.instance})
            late = row.late(manager.instance) if row.late else {}
            saved = self.update(found or new, row.values | late, row.path)
            if saved.pk:  # else its problem is told already
                self.links(saved, row)
                for accessor, children in row.rows.items():
                    self.rows(getattr(saved, accessor), children, _CHILD_KEYS.get(accessor, "name"))
        for name, row in old.items():
            self.remove(row, f"{manager.field.remote_field.related_name}.{name}")

    def remove(self, row: models.Model, path: str) -> None:
        label = str(row)
        try:
            row.delete()
        except ProtectedError as error:
            what = "trả lời" if isinstance(row, Question) else "suất đề cử"
            self.source.refuse(
                path.partition(".")[0],
                f"không bỏ được “{label}”: đã có {len(error.protected_objects)} {what}. "
                f"Giữ mục {path.partition('.')[2]} trong tệp, hoặc gỡ các {what} đó trước.",
            )
        else:
            self.changes[path] = [label, None]

    def update(self, row: models.Model, values: dict, path: str = "") -> models.Model:
        """Save ``row`` where it differs from ``values``; what its model refuses is a problem of the file."""
        is_new = row._state.adding
        changes = {name: value for name, value in values.items() if is_new or getattr(row, name) != value}
        before = {name: _plain(getattr(row, name)) for name in changes if not is_new}
        for name, value in changes.items():
            setattr(row, name, value)
        if not changes:
            return row
        if is_new:
            self.changes[path or "title"] = [None, str(row)]
        else:
            prefix = f"{path}." if path else ""
            self.changes |= {f"{prefix}{name}": [old, _plain(values[name])] for name, old in before.items()}
        try:
            row.full_clean()
        except ValidationError as error:
            self.refuse(error, path)
        else:
            row.save()
        return row

    def refuse(self, error: ValidationError, path: str) -> None:
        told = {problem.path for problem in self.source.problems}
        for name, messages in error.message_dict.items():
            key = "" if name == "__all__" else name if path else _KEYS.get(name, name)
            here = ".".join(filter(None, [path, key]))
            if here not in told:
                self.source.refuse(here, " ".join(messages))

    def links(self, saved: models.Model, row: Row) -> None:
        links = dict(row.links)
        if row.group_codes is not None:
            links["groups"] = list(saved.conference.groups.filter(code__in=row.group_codes))
        for name, wanted in links.items():
            before = set(getattr(saved, name).all())
            if before != set(wanted):
                getattr(saved, name).set(wanted)
                self.changes[f"{row.path}.{name}"] = [sorted(map(str, before)), sorted(map(str, wanted))]


def _plain(value):
    """A value for the audit trail."""
    return str(value) if isinstance(value, models.Model | dt.date | dt.time) else value
