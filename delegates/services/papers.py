"""The signed letter by which a province nominates (công văn cử đại biểu): kept as it came, never overwritten."""

import datetime as dt

from django.db import transaction

from conferences import signed_papers
from conferences.models import Conference
from delegates import policies
from delegates.errors import NominationClosed
from delegates.models import Nomination, NominationPaper
from delegates.services.locking import lock
from directory.audit import record
from directory.models import User
from hoinghi.files import dropped_on_failure


def add_paper(*, nomination: Nomination, upload, actor: User, at: dt.datetime) -> NominationPaper:
    """Keep one more paper, also after the list was sent; a file that is there already is not kept twice.

    Raises:
        NominationClosed: the conference takes no papers, or lists are closed for good.
        ValidationError: not a PDF, JPG or PNG, empty, too large, or too many papers.
    """
    described = signed_papers.examine_paper(upload).described
    paper = NominationPaper(nomination=nomination, uploaded_by=actor, uploaded_at=at, **described)
    with dropped_on_failure(paper.file), transaction.atomic():
        locked = lock(nomination)
        if message := policies.paper_obstacle(locked, at):
            raise NominationClosed(message)
        kept = signed_papers.keep(paper, upload, beside=locked.papers)
        if kept is paper:
            _record("nomination.add_paper", locked, actor, ["", paper.file_name])
    return kept


@transaction.atomic
def remove_paper(*, paper: NominationPaper, actor: User, at: dt.datetime) -> None:
    """Take a paper back, as long as the list has never been sent; from then on everything is kept.

    Raises:
        NominationClosed: the list was sent.
    """
    locked = lock(paper.nomination)
    if message := policies.removing_obstacle(locked, at):
        raise NominationClosed(message)
    _record("nomination.remove_paper", locked, actor, [paper.file_name, ""])
    signed_papers.forget(paper)


def _record(action: str, nomination: Nomination, actor: User, change: list[str]) -> None:
    record(
        actor=actor,
        action=action,
        target=nomination,
        changes={"paper": change},
        acted_for=nomination.organisation_name,
    )


def missing_paper(nomination: Nomination) -> str:
    """Why the list can't be submitted without a paper; "" when it can."""
    required = nomination.conference.paper_rule == Conference.PaperRule.REQUIRED
    if required and not nomination.papers.exists():
        return "Hội nghị này yêu cầu kèm công văn cử đại biểu đã ký. Chọn tệp PDF hoặc ảnh quét rồi gửi lại."
    return ""
