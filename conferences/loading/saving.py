"""Making the database say what a conference file says, or nothing at all when something in it is wrong."""

import datetime as dt
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from conferences.followers import CannotFollow, follow
from conferences.loading.checking import check_texts
from conferences.loading.conference_file import parse
from conferences.loading.parts import ConferenceFile, MaterialRow, Row
from conferences.loading.reading import Source, read
from conferences.models import (
    Abbreviation,
    AgendaItem,
    Conference,
    ConferenceContact,
    ConferenceFact,
    InvitedGroup,
    LegalDocument,
    Material,
    Note,
    NoticeFrame,
    Place,
    Question,
)
from conferences.reminders import follow_with_reminders
from conferences.services import NotReady, add_material_version, announce, obstacle_to_publish_agenda
from conferences.services.agenda import write_down
from directory.audit import record
from directory.models import User
from hoinghi.files import examine

ACTOR = "tệp hội nghị"
# The rows of a conference: their accessor, and the field that tells them apart; without one, their order does.
_ROWS = {
    Abbreviation: ("abbreviations", "code"),
    ConferenceContact: ("contacts", ""),
    Place: ("places", ""),
    InvitedGroup: ("groups", "code"),
    Question: ("questions", "text"),
    Note: ("notes", ""),
    AgendaItem: ("agenda", ""),
    ConferenceFact: ("facts", "code"),
}
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


def load(path: Path | str, *, actor: User | str = ACTOR, start: dt.date | None = None) -> Conference:
    """Create the conference of a file, or make the existing one of that slug say what the file says.

    Loading the same file again changes nothing. Rows that the file no longer has are deleted; materials stay.

    Arguments:
        path: a YAML file as docs/conference-file.md describes it.
        start: the first day of the conference, instead of the file's.

    Raises:
        FileProblems: lists everything that is wrong; nothing has changed.
    """
    source = read(Path(path))
    file = parse(source, start=start)
    if not file.can_be_saved:
        source.raise_problems()
    # A file with problems is saved as far as it goes, to check its texts as well; raising undoes all of it.
    with transaction.atomic():
        conference = _Saver(file, actor).save()
        source.raise_problems()
    return conference


class _Saver:
    def __init__(self, file: ConferenceFile, actor: User | str):
        self.file = file
        self.source: Source = file.source
        self.actor = actor
        self.changes: dict[str, list] = {}

    def save(self) -> Conference:
        conference = self.conference()
        if conference.pk is None:
            self.source.raise_problems()
        for model, (accessor, key) in _ROWS.items():
            self.rows(getattr(conference, accessor), self.file.rows[model], key)
        self.legal_bases(conference)
        check_texts(self.file, conference)
        self.source.raise_problems()
        if self.changes:
            conference.save()  # also when only its rows changed: updated_at dates the whole
            record(actor=self.actor, action="conference.load", target=conference, changes=self.changes)
            self.follow(conference)
        self.state(conference)
        self.agenda(conference)
        for row in self.file.materials:
            self.material(conference, row)
        return conference

    # --- rows ---

    def conference(self) -> Conference:
        values = dict(self.file.values)
        if self.file.own_frame:
            values["frame"] = self.own_frame(values)
        found = Conference.objects.select_for_update().filter(slug=values["slug"]).first()
        frame = found.frame if found else None
        conference = self.update(found or Conference(), values)
        if frame and frame.code == conference.slug and frame != conference.frame:
            frame.delete()  # the file's own, which it no longer has
        return conference

    def own_frame(self, values: dict) -> NoticeFrame:
        frame = NoticeFrame.objects.filter(pk=values["slug"]).first() or NoticeFrame()
        own = self.file.own_frame
        wanted = {"code": values["slug"], "name": values["title"][:200], "kind": values["kind"]}
        return self.update(frame, wanted | {"blocks": own.blocks, "invitation": own.invitation}, path="frame")

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
            saved = self.update(found or new, row.values, row.path)
            if saved.pk:  # else its problem is told already
                self.links(saved, row)
                for accessor, children in row.rows.items():
                    self.rows(getattr(saved, accessor), children, "name")
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

    def legal_bases(self, conference: Conference) -> None:
        wanted = []
        for row in self.file.legal_bases:
            key = {name: row.values[name] for name in ("kind", "number", "issued_on")}
            found = LegalDocument.objects.filter(**key).first()
            wanted.append(self.update(found or LegalDocument(), row.values, row.path))
        self.links(conference, Row("", {}, {"legal_bases": wanted}))

    # --- state and files ---

    def follow(self, conference: Conference) -> None:
        try:
            follow(conference=conference, actor=self.actor)
        except CannotFollow as refused:
            self.source.refuse("time", str(refused))
            self.source.raise_problems()

    def state(self, conference: Conference) -> None:
        """Bring the conference forward to the state of the file, never back."""
        states = Conference.State
        if self.file.state == states.PLANNED and conference.state == states.DRAFT:
            conference.state = states.PLANNED
            conference.save(update_fields=["state", "updated_at"])
            record(
                actor=self.actor,
                action="conference.plan",
                target=conference,
                changes={"state": [states.DRAFT, states.PLANNED]},
            )
        if self.file.state == states.ANNOUNCED and conference.state in (states.DRAFT, states.PLANNED):
            try:
                announce(conference=conference, actor=self.actor, at=self.file.announced_at)
                follow_with_reminders(conference=conference, actor=self.actor)
            except NotReady as error:
                for check in error.missing:
                    self.source.refuse("state", f"chưa công bố được: {check.label}. {check.hint}")
                self.source.raise_problems()

    def agenda(self, conference: Conference) -> None:
        """What the file says is what readers see, as far as they see anything."""
        if obstacle_to_publish_agenda(conference):
            return
        if write_down(conference=conference, actor=self.actor, at=timezone.now()):
            conference.save(update_fields=["updated_at"])

    def material(self, conference: Conference, row: MaterialRow) -> None:
        found = conference.materials.filter(title=row.values["title"]).first()
        material = self.update(found or Material(conference=conference), row.values, row.path)
        if row.file is None:
            return
        with row.file.open("rb") as content:
            upload = File(content, name=row.file.name)
            newest = material.versions.first()
            if newest is None or newest.sha256 != examine(upload).sha256:
                add_material_version(material=material, upload=upload, actor=self.actor)


def _plain(value):
    """A value for the audit trail."""
    return str(value) if isinstance(value, models.Model | dt.date | dt.time) else value
