"""What an organisation does with its sheet: open, type, send, add the signed letter. Delegates do the same."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from conferences import opinion_letters, opinion_policies, signed_papers
from conferences.models import (
    Clause,
    DraftDocument,
    Opinion,
    OpinionPaper,
    OpinionSheet,
    SheetVersion,
)
from conferences.models.opinions import MAX_OPINION
from conferences.policies import acts_for, is_organiser
from directory.audit import record
from directory.models import User
from hoinghi.files import dropped_on_failure

State = OpinionSheet.State


class OpinionsClosed(Exception):
    """Nothing can be written into the sheet now; the message is for the person who tried."""


class StaleSheet(Exception):
    """A colleague has saved the sheet since the page was opened."""


@dataclass(frozen=True)
class Row:
    """One opinion as typed; ``clause`` None is the draft as a whole."""

    clause: int | None
    text: str

    def as_json(self) -> dict:
        return {"clause": self.clause, "text": self.text}


@dataclass(frozen=True)
class Author:
    """Who writes: an account, or somebody who holds a personal link.

    Attributes:
        viewer: whom the policies are asked about.
        label: what the audit trail and the kept version call somebody without an account.
    """

    viewer: object
    label: str

    @property
    def user(self) -> User | None:
        return self.viewer if isinstance(self.viewer, User) else None

    @property
    def actor(self) -> User | str:
        return self.user or self.label


def mark_opened(*, sheet: OpinionSheet, at: dt.datetime) -> None:
    """Remember when the organisation first looked at the draft."""
    if OpinionSheet.objects.filter(pk=sheet.pk, opened_at__isnull=True).update(opened_at=at):
        sheet.opened_at = at


def sheet_of_holder(*, draft: DraftDocument, holder: str, name: str) -> OpinionSheet:
    """The sheet of somebody who speaks by personal link, begun at the first word.

    Arguments:
        name: the organisation that is printed; persons are not named in the table.
    """
    sheet, _ = OpinionSheet.objects.get_or_create(
        draft=draft, holder=holder, defaults={"organisation_name": name}
    )
    return sheet


@transaction.atomic
def save_typed(
    *, sheet: OpinionSheet, rows: list[Row], agrees: bool, version: int, author: Author, at: dt.datetime
) -> OpinionSheet:
    """Keep what was typed without sending it.

    Arguments:
        version: the sheet's version that the form was opened with.
    Raises:
        OpinionsClosed, StaleSheet: nothing was saved.
    """
    locked = _lock_to_write(sheet, version, author, at)
    rows = [row for row in rows if row.text]
    locked.typed = _typed(rows, agrees)
    if locked.state == State.ASKED:
        locked.state = State.DRAFT
    _save(locked, at, "typed", "state")
    record(
        actor=author.actor,
        action="opinions.save_draft",
        target=locked,
        changes={"rows": [None, len(rows)]},
        acted_for=locked.organisation_name,
    )
    return locked


@transaction.atomic
def submit(
    *, sheet: OpinionSheet, rows: list[Row], agrees: bool, version: int, author: Author, at: dt.datetime
) -> SheetVersion:
    """Send the opinions; they take the place of those sent before, whose answers stay where the text does.

    Raises:
        OpinionsClosed, StaleSheet: nothing was saved.
        ValidationError: nothing is said at all, or consent and opinions at once.
    """
    locked = _lock_to_write(sheet, version, author, at)
    clauses = _clauses(locked.draft, rows)
    # A clause that is not of this draft comes from no page of ours.
    rows = [row for row in rows if row.text and (row.clause is None or row.clause in clauses)]
    _check(locked, rows, agrees)
    _replace(locked, rows)
    before, locked.state = locked.state, State.SUBMITTED
    locked.submitted_at, locked.agrees = at, agrees
    locked.typed = _typed(rows, agrees)
    _save(locked, at, "typed", "agrees", "state", "submitted_at")
    kept = SheetVersion.objects.create(
        sheet=locked,
        number=locked.versions.count() + 1,
        rows=[_kept(row, clauses) for row in rows],
        agrees=agrees,
        submitted_by=author.user,
        submitted_by_name=_signature(locked, author, at),
        submitted_at=at,
    )
    record(
        actor=author.actor,
        action="opinions.submit",
        target=locked,
        changes={"state": [before, locked.state], "version": [kept.number - 1, kept.number]},
        acted_for=locked.organisation_name,
    )
    opinion_letters.send_receipt(version=kept, at=at)
    return kept


def _typed(rows: list[Row], agrees: bool) -> dict:
    return {"agrees": agrees, "rows": [row.as_json() for row in rows]}


def _check(sheet: OpinionSheet, rows: list[Row], agrees: bool) -> None:
    if agrees and rows:
        raise ValidationError(
            {"agrees": "Đã ghi ý kiến thì bỏ dấu ở ô “thống nhất”, hoặc xóa các ý kiến rồi gửi."}
        )
    if not agrees and not rows and not sheet.papers.exists():
        raise ValidationError(
            {"general": "Chưa có ý kiến nào. Ghi ý kiến, tải lên công văn, hoặc đánh dấu “thống nhất”."}
        )
    if long := next((row for row in rows if len(row.text) > MAX_OPINION), None):
        raise ValidationError(
            {
                f"clause-{long.clause or 0}": f"Ý kiến dài quá {MAX_OPINION} chữ. Gửi phần dài bằng công văn đính kèm."
            }
        )


def _clauses(draft: DraftDocument, rows: list[Row]) -> dict[int, Clause]:
    """The clauses that the rows name, of issued versions of this draft only."""
    wanted = [row.clause for row in rows if row.clause is not None]
    found = Clause.objects.filter(pk__in=wanted, version__draft=draft, version__issued_at__isnull=False)
    return {clause.pk: clause for clause in found.select_related("version")}


def _replace(sheet: OpinionSheet, rows: list[Row]) -> None:
    """Make the sheet's opinions those of the rows. A text that stays keeps its answer; one that changed keeps
    the words as a draft, to be looked at again."""
    present = {opinion.clause_id: opinion for opinion in sheet.opinions.all()}
    for row in rows:
        opinion = present.pop(row.clause, None) or Opinion(sheet=sheet, clause_id=row.clause)
        if opinion.pk and opinion.text != row.text and (opinion.disposition or opinion.reply):
            opinion.disposition, opinion.changed_since = "", True
        opinion.text = row.text
        opinion.save()
    Opinion.objects.filter(pk__in=[opinion.pk for opinion in present.values()]).delete()


def _kept(row: Row, clauses: dict[int, Clause]) -> dict:
    clause = clauses.get(row.clause)
    return row.as_json() | {
        "label": clause.label if clause else "",
        "version": clause.version.number if clause else None,
    }


def _signature(sheet: OpinionSheet, author: Author, at: dt.datetime) -> str:
    user = author.user
    if user is None:
        return author.label
    on_behalf = is_organiser(user) and not acts_for(user, sheet, at)
    return f"{user.full_name}, nhập thay {sheet.organisation_name}" if on_behalf else user.full_name


# ── papers ──────────────────────────────────────────────────────────────────────────────────────────


def add_paper(*, sheet: OpinionSheet, upload, author: Author, at: dt.datetime) -> OpinionPaper:
    """Keep the signed letter that goes with the sheet; a file that is there already is not kept twice.

    Raises:
        OpinionsClosed: no opinions are taken now.
        ValidationError: not a PDF, JPG or PNG, empty, too large, or too many.
    """
    described = signed_papers.examine_paper(upload).described
    paper = OpinionPaper(sheet=sheet, uploaded_by=author.user, uploaded_at=at, **described)
    with dropped_on_failure(paper.file), transaction.atomic():
        locked = _lock(sheet)
        _refuse_closed(locked, author, at)
        kept = signed_papers.keep(paper, upload, beside=locked.papers)
        if kept is paper:
            _record_paper("opinions.add_paper", locked, author, ["", paper.file_name])
    return kept


@transaction.atomic
def remove_paper(*, paper: OpinionPaper, author: Author, at: dt.datetime) -> None:
    """Take a paper back as long as the sheet has not been sent; from then on everything is kept.

    Raises:
        OpinionsClosed: the sheet was sent, or no opinions are taken now.
    """
    locked = _lock(paper.sheet)
    _refuse_closed(locked, author, at)
    if locked.submitted_at:
        raise OpinionsClosed("Góp ý đã gửi: tệp đi kèm được giữ lại. Nhầm tệp thì tải lên thêm tệp đúng.")
    _record_paper("opinions.remove_paper", locked, author, [paper.file_name, ""])
    signed_papers.forget(paper)


def _record_paper(action: str, sheet: OpinionSheet, author: Author, change: list[str]) -> None:
    record(
        actor=author.actor,
        action=action,
        target=sheet,
        changes={"paper": change},
        acted_for=sheet.organisation_name,
    )


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _lock(sheet: OpinionSheet) -> OpinionSheet:
    """The sheet as it stands in the database, locked; its draft is read after the lock was got, so that a
    result published meanwhile is seen (``dispositions.publish_result`` locks every sheet)."""
    locked = OpinionSheet.objects.select_for_update().get(pk=sheet.pk)
    locked.draft = DraftDocument.objects.select_related("conference__kind").get(pk=locked.draft_id)
    return locked


def _lock_to_write(sheet: OpinionSheet, version: int, author: Author, at: dt.datetime) -> OpinionSheet:
    locked = _lock(sheet)
    _refuse_closed(locked, author, at)
    if locked.version != version:
        raise StaleSheet(
            "Phiếu này đã được lưu (bởi đồng nghiệp hoặc đơn vị tổ chức) sau khi trang được mở. "
            "Đối chiếu với bản đã lưu rồi lưu lại."
        )
    return locked


def _refuse_closed(sheet: OpinionSheet, author: Author, at: dt.datetime) -> None:
    if sheet.holder:
        message = opinion_policies.holder_obstacle(author.viewer, sheet.draft, at)
    else:
        message = opinion_policies.writing_obstacle(author.viewer, sheet, at)
    if message:
        raise OpinionsClosed(message)


def _save(sheet: OpinionSheet, at: dt.datetime, *fields: str) -> None:
    """Save what changed; the version counts every change, so that a form opened before it is stale."""
    sheet.version += 1
    sheet.saved_at = at
    sheet.save(update_fields=[*fields, "version", "saved_at"])
