"""Making the database say what a conference file says, or nothing at all when something in it is wrong."""

import datetime as dt
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from conferences.followers import CannotFollow, follow
from conferences.loading.checking import check_texts
from conferences.loading.conference_file import parse
from conferences.loading.organisations import bring_organisations
from conferences.loading.parts import MaterialRow, Row
from conferences.loading.reading import read
from conferences.loading.saving_news import NewsSaver
from conferences.loading.several import split
from conferences.models import (
    Abbreviation,
    AgendaItem,
    Conclusion,
    Conference,
    ConferenceContact,
    ConferenceFact,
    InvitedGroup,
    ItineraryLeg,
    Material,
    Note,
    NoticeFrame,
    Place,
    Question,
    SiteVisit,
    Topic,
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
    ItineraryLeg: ("legs", "code"),
    SiteVisit: ("visits", "code"),
    Topic: ("topics", ""),
}


def load(path: Path | str, *, actor: User | str = ACTOR, start: dt.date | None = None) -> Conference:
    """Create the conference of a file, or make the existing one of that slug say what the file says.

    Loading the same file again changes nothing. Rows that the file no longer has are deleted; materials stay.

    Arguments:
        path: a YAML file as docs/conference-file.md describes it.
        start: the first day of the conference, instead of the file's.

    Returns:
        The conference; of a file with several the first.
    Raises:
        FileProblems: lists everything that is wrong; nothing has changed.
    """
    return load_all(path, actor=actor, start=start)[0]


def load_all(
    path: Path | str, *, actor: User | str = ACTOR, start: dt.date | None = None
) -> list[Conference]:
    """All conferences of a file, in its order; else as ``load``."""
    source = read(Path(path))
    parts = split(source)
    if start and len(parts) > 1:
        source.refuse(
            "conferences", "tệp có nhiều hội nghị thì không đổi ngày bằng --start được; sửa time.date."
        )
    # A file with problems is saved as far as it goes, to check its texts as well; raising undoes all of it.
    with transaction.atomic():
        for part in parts:
            bring_organisations(part, actor=actor)
        files = [parse(part, start=start) for part in parts]
        if not files or not all(file.can_be_saved for file in files):
            source.raise_problems()
        savers = [_Saver(file, actor) for file in files]
        conferences = [saver.save() for saver in savers]
        savers[0].articles_of_series(conferences)
        source.raise_problems()
    return conferences


class _Saver(NewsSaver):
    def save(self) -> Conference:
        conference = self.conference()
        if conference.pk is None:
            self.source.raise_problems()
        for model, (accessor, key) in _ROWS.items():
            self.rows(getattr(conference, accessor), self.file.rows[model], key)
        legal_bases = self.legal_documents(self.file.legal_bases)
        self.links(conference, Row("", {}, {"legal_bases": legal_bases}))
        self.places_in_the_archive(conference)
        check_texts(self.file, conference)
        self.source.raise_problems()
        self.conclusion(conference, self.file.conclusion)
        self.articles(self.file.articles, about={"conference": conference})
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

    def conference(self) -> Conference:
        values = dict(self.file.values)
        if self.file.own_frame:
            values["frame"] = self.own_frame(values)
        values["series"] = self.series(self.file.series) if self.file.series else None
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

    # --- state and files ---

    def follow(self, conference: Conference) -> None:
        try:
            follow(conference=conference, actor=self.actor, at=timezone.now())
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
                # What a conference of the past would have reminded of is over.
                follow_with_reminders(conference=conference, actor=self.actor, at=timezone.now())
            except NotReady as error:
                for check in error.missing:
                    self.source.refuse("state", f"chưa công bố được: {check.label}. {check.hint}")
                self.source.raise_problems()
        conclusion = Conclusion.objects.filter(conference=conference).first()
        if conference.state == states.ANNOUNCED and conclusion and conclusion.is_published:
            conference.state = states.CONCLUDED
            conference.save(update_fields=["state", "updated_at"])
            record(
                actor=self.actor,
                action="conclusion.publish",
                target=conclusion,
                changes={"state": [Conclusion.State.DRAFT, conclusion.state]},
            )

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
