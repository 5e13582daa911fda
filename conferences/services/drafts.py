"""What staff do with a draft: its wordings, whom they ask, when asking begins and ends."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from conferences import opinion_letters, opinion_reminding, reminders
from conferences.drafts import docx
from conferences.drafts.outline import NotDivided, divide, mark
from conferences.models import Clause, Conference, DraftDocument, DraftVersion, OpinionSheet
from conferences.services.publishing import WrongState
from directory.audit import record
from directory.models import Organisation, User
from hoinghi.files import dropped_on_failure, examine
from hoinghi.text import format_moment

State = DraftDocument.State
# What a clerk may change of a draft, asked or not.
FIELDS = ("title", "focus", "readers", "for_series", "delegates_may", "deadline")


@transaction.atomic
def save_draft(*, draft: DraftDocument, actor: User, at: dt.datetime) -> DraftDocument:
    """Keep a new draft, or what was changed of one. A later deadline is told to those who have not answered.

    Raises:
        WrongState: the result is published.
        ValidationError: a draft that is being asked about without a deadline to come.
    """
    before = DraftDocument.objects.select_for_update().filter(pk=draft.pk).first()
    if before is None:
        draft.position = draft.conference.draft_documents.count() + 1
        draft.save()
        record(actor=actor, action="draft.add", target=draft, changes={"title": [None, draft.title]})
        return draft
    _refuse_answered(before)
    changes = {
        name: [str(getattr(before, name) or ""), str(getattr(draft, name) or "")]
        for name in FIELDS
        if getattr(before, name) != getattr(draft, name)
    }
    if not changes:
        return draft
    if before.state == State.ASKING and "deadline" in changes:
        _check_deadline(draft, at)
    draft.save(update_fields=[*FIELDS, "updated_at"])
    record(actor=actor, action="draft.change", target=draft, changes=changes)
    if before.state == State.ASKING and "deadline" in changes:
        if draft.deadline > before.deadline:
            opinion_letters.tell_deadline(draft=draft, at=at)
        _remind(draft, at)
    return draft


@transaction.atomic
def remove_draft(*, draft: DraftDocument, actor: User) -> None:
    """Take back a draft that nobody has been asked about.

    Raises:
        WrongState: somebody has been asked.
    """
    locked = lock(draft)
    if locked.state != State.PREPARING:
        raise WrongState("Dự thảo đã được gửi lấy ý kiến nên không bỏ được.")
    record(actor=actor, action="draft.remove", target=locked, changes={"title": [locked.title, None]})
    files = [version.file for version in locked.versions.exclude(file="")]
    locked.sheets.all().delete()
    locked.delete()
    transaction.on_commit(lambda: [file.storage.delete(file.name) for file in files])


# ── wordings ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def start_version(
    *, draft: DraftDocument, text: str = "", upload=None, note: str = "", actor: User
) -> DraftVersion:
    """Begin a new version with a text or a .docx; one that is not issued yet gives way to it.

    Arguments:
        text: as pasted; ignored where there is an upload.
    Raises:
        ValidationError: the file or the text cannot be a draft; nothing has changed.
        WrongState: the result is published.
    """
    locked = lock(draft)
    _refuse_answered(locked)
    if upload is not None:
        text = docx.read(upload)
    text = _cleaned(text)
    old = locked.versions.filter(issued_at__isnull=True).first()
    number = old.number if old else locked.versions.count() + 1
    if old:
        _forget(old)
    examined = examine(upload, max_mb=docx.MAX_MB) if upload is not None else None
    described = examined.described if examined else {}
    version = DraftVersion(
        draft=locked, number=number, text=mark(text), note=note, created_by=actor, **described
    )
    _check_length(version)
    with dropped_on_failure(version.file):
        if examined:
            version.file.save(examined.disk_name, upload, save=False)
        version.save()
        record(
            actor=actor,
            action="draft.start_version",
            target=locked,
            changes={"version": [None, number], "file": ["", version.file_name]},
        )
    return version


def _cleaned(text: str) -> str:
    from hoinghi.forms import clean_text

    try:
        return clean_text(text.replace("\0", ""), lines=True)
    except ValueError as legacy:
        raise ValidationError(str(legacy)) from legacy


def _check_length(version: DraftVersion) -> None:
    most = DraftVersion._meta.get_field("text").max_length
    if len(version.text) > most:
        raise ValidationError(f"Dự thảo dài quá {most:,} chữ.".replace(",", "."))
    if not version.text.strip():
        raise ValidationError("Dán nội dung dự thảo vào ô, hoặc chọn tệp .docx.")


def _forget(version: DraftVersion) -> None:
    storage, name = version.file.storage, version.file.name
    version.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def change_outline(*, version: DraftVersion, text: str, note: str, actor: User) -> DraftVersion:
    """Put the text and its division right, as its marks say; nothing is issued.

    Raises:
        WrongState: it was issued meanwhile.
        ValidationError: the text is too long, or empty.
    """
    locked = DraftVersion.objects.select_for_update().get(pk=version.pk)
    _refuse_issued(locked)
    locked.text, locked.note = _cleaned(text), note
    _check_length(locked)
    locked.save(update_fields=["text", "note"])
    record(
        actor=actor, action="draft.divide", target=locked.draft, changes={"version": [None, locked.number]}
    )
    return locked


@transaction.atomic
def issue_version(*, version: DraftVersion, actor: User, at: dt.datetime) -> DraftVersion:
    """Let the version be read, with its clauses as its marks say; those who are being asked hear of it.

    Raises:
        WrongState: it is issued already, or the result is published.
        ValidationError: it is not divided.
    """
    draft = lock(version.draft)
    _refuse_answered(draft)
    locked = DraftVersion.objects.select_for_update().get(pk=version.pk)
    _refuse_issued(locked)
    try:
        pieces = divide(locked.text)
    except NotDivided as refused:
        raise ValidationError(str(refused)) from refused
    Clause.objects.bulk_create(
        [
            Clause(
                version=locked,
                position=number,
                level=piece.level,
                number=piece.number[:20],
                title=piece.title,
                text=piece.text,
                label=piece.label[:120],
            )
            for number, piece in enumerate(pieces, start=1)
        ],
        batch_size=500,
    )
    locked.issued_at = at
    locked.save(update_fields=["issued_at"])
    draft.save(update_fields=["updated_at"])
    record(actor=actor, action="draft.issue_version", target=draft, changes={"clauses": [0, len(pieces)]})
    if draft.state == State.ASKING:
        opinion_letters.tell_new_version(version=locked, at=at)
    return locked


def _refuse_issued(version: DraftVersion) -> None:
    if version.issued_at is not None:
        raise WrongState(f"Bản {version.number} đã phát hành lúc {format_moment(version.issued_at)}.")


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def ask(
    *, draft: DraftDocument, organisations: Iterable[Organisation], actor: User, at: dt.datetime
) -> list[OpinionSheet]:
    """Add organisations to those that are asked; answers the new sheets. Those get their letter at once when
    asking has begun.

    Raises:
        WrongState: the result is published.
    """
    locked = lock(draft)
    _refuse_answered(locked)
    there = set(locked.sheets.asked().values_list("organisation", flat=True))
    wanted = {each.pk: each for each in organisations if each.pk not in there}
    asking = locked.state == State.ASKING
    sheets = OpinionSheet.objects.bulk_create(
        [
            OpinionSheet(
                draft=locked,
                organisation=each,
                organisation_name=each.name,
                asked_at=at if asking else None,
            )
            for each in wanted.values()
        ]
    )
    if not sheets:
        return []
    names = [sheet.organisation_name for sheet in sheets]
    record(actor=actor, action="draft.ask", target=locked, changes={"organisations": [None, names]})
    if asking:
        opinion_letters.ask(draft=locked, sheets=sheets, at=at)
    return sheets


@transaction.atomic
def stop_asking_one(*, sheet: OpinionSheet, actor: User) -> None:
    """Take an organisation off the list of those that are asked, as long as nothing has come from it.

    Raises:
        WrongState: it has written something.
    """
    locked = OpinionSheet.objects.select_for_update().get(pk=sheet.pk)
    if locked.state != OpinionSheet.State.ASKED or locked.papers.exists():
        raise WrongState(f"{locked.organisation_name} đã nhập hoặc gửi góp ý, không bỏ khỏi danh sách được.")
    record(
        actor=actor,
        action="draft.stop_asking",
        target=locked.draft,
        changes={"organisation": [locked.organisation_name, None]},
    )
    locked.delete()


def opening_obstacles(draft: DraftDocument, at: dt.datetime) -> list[str]:
    """What is missing before organisations can be asked; none when they can."""
    found = []
    if draft.state != State.PREPARING:
        return [f"Dự thảo đang ở trạng thái “{draft.get_state_display()}”."]
    if draft.conference.state in (Conference.State.DRAFT,):
        found.append("Hội nghị chưa được công bố hoặc ghi là dự kiến.")
    if draft.current_version() is None:
        found.append("Chưa có bản dự thảo nào được phát hành.")
    if draft.deadline is None:
        found.append("Chưa có hạn góp ý.")
    elif draft.deadline <= at:
        found.append(f"Hạn góp ý {format_moment(draft.deadline)} đã qua.")
    if not draft.sheets.asked().exists() and not draft.delegates_may:
        found.append("Chưa chọn cơ quan nào để hỏi ý kiến.")
    return found


@transaction.atomic
def open_draft(*, draft: DraftDocument, actor: User, at: dt.datetime) -> int:
    """Begin to ask: everybody on the list gets a letter; answers how many letters were written.

    Raises:
        WrongState: something is missing; the message names all of it.
    """
    locked = lock(draft)
    if missing := opening_obstacles(locked, at):
        raise WrongState(" ".join(missing))
    locked.state, locked.asked_at = State.ASKING, at
    locked.save(update_fields=["state", "asked_at", "updated_at"])
    locked.sheets.asked().update(asked_at=at)
    record(
        actor=actor, action="draft.open", target=locked, changes={"state": [State.PREPARING, locked.state]}
    )
    written = opinion_letters.ask(draft=locked, sheets=list(locked.sheets.asked()), at=at)
    _remind(locked, at)
    return written


def _remind(draft: DraftDocument, at: dt.datetime) -> None:
    reminders.prefill(draft.conference, opinion_reminding.AUDIENCE.code)
    reminders.schedule(conference=draft.conference, at=at)


def _check_deadline(draft: DraftDocument, at: dt.datetime) -> None:
    if draft.deadline is None or draft.deadline <= at:
        raise ValidationError({"deadline": "Đang lấy ý kiến: hạn góp ý phải là một thời điểm chưa tới."})


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def lock(draft: DraftDocument) -> DraftDocument:
    """The draft as it stands in the database, locked until the transaction ends."""
    return (
        DraftDocument.objects.select_for_update(of=("self",))
        .select_related("conference__kind")
        .get(pk=draft.pk)
    )


def _refuse_answered(draft: DraftDocument) -> None:
    if draft.state == State.ANSWERED:
        raise WrongState(
            "Kết quả đã được công bố. Thu lại kết quả ở trang ý kiến rồi sửa dự thảo hoặc hỏi thêm."
        )
