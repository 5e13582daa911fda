"""The signed letter by which a province nominates (công văn cử đại biểu): kept as it came, never overwritten."""

import datetime as dt
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from conferences.models import Conference
from delegates import policies
from delegates.errors import NominationClosed
from delegates.models import Nomination, NominationPaper
from delegates.services.locking import lock
from directory.audit import record
from directory.models import User
from hoinghi.files import examine

TYPES = {"application/pdf", "image/jpeg", "image/png"}
MAX_MB = 20
MOST = 20


def add_paper(*, nomination: Nomination, upload, actor: User, at: dt.datetime) -> NominationPaper:
    """Keep one more paper, also after the list was sent; a file that is there already is not kept twice.

    Raises:
        NominationClosed: the conference takes no papers, or lists are closed for good.
        ValidationError: not a PDF, JPG or PNG, empty, too large, or too many papers.
    """
    examined = examine(upload, max_mb=MAX_MB)
    if examined.content_type not in TYPES:
        raise ValidationError(f"“{examined.name}”: chỉ nhận tệp PDF hoặc ảnh quét JPG, PNG.")
    paper = NominationPaper(
        nomination=nomination,
        file_name=examined.name,
        content_type=examined.content_type,
        size=examined.size,
        sha256=examined.sha256,
        uploaded_by=actor,
        uploaded_at=at,
    )
    try:
        with transaction.atomic():
            locked = lock(nomination)
            if message := policies.paper_obstacle(locked, at):
                raise NominationClosed(message)
            if known := locked.papers.filter(sha256=examined.sha256).first():
                return known
            if locked.papers.count() >= MOST:
                raise ValidationError(f"Đã có {MOST} tệp, không nhận thêm. Gộp các trang vào một tệp PDF.")
            paper.file.save(f"cong-van{Path(examined.name).suffix.lower()}", upload, save=False)
            paper.save()
            record(
                actor=actor,
                action="nomination.add_paper",
                target=locked,
                changes={"paper": ["", examined.name]},
                acted_for=locked.organisation_name,
            )
    except BaseException:
        paper.file.delete(save=False)  # nothing happens where none was stored
        raise
    return paper


@transaction.atomic
def remove_paper(*, paper: NominationPaper, actor: User, at: dt.datetime) -> None:
    """Take a paper back, as long as the list has never been sent; from then on everything is kept.

    Raises:
        NominationClosed: the list was sent.
    """
    locked = lock(paper.nomination)
    if message := policies.removing_obstacle(locked, at):
        raise NominationClosed(message)
    storage, name = paper.file.storage, paper.file.name
    record(
        actor=actor,
        action="nomination.remove_paper",
        target=locked,
        changes={"paper": [paper.file_name, ""]},
        acted_for=locked.organisation_name,
    )
    paper.delete()
    transaction.on_commit(lambda: storage.delete(name))


def missing_paper(nomination: Nomination) -> str:
    """Why the list can't be submitted without a paper; "" when it can."""
    required = nomination.conference.paper_rule == Conference.PaperRule.REQUIRED
    if required and not nomination.papers.exists():
        return "Hội nghị này yêu cầu kèm công văn cử đại biểu đã ký. Chọn tệp PDF hoặc ảnh quét rồi gửi lại."
    return ""
