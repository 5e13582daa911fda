"""Drafts for the tests, made as staff make them."""

import datetime as dt

from django.utils import timezone

from conferences.models import DraftDocument
from conferences.services import drafts, opinions

TEXT = """Căn cứ Luật Tổ chức Chính phủ;
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Nghị định này quy định về cụm công nghiệp.
Điều 2. Giải thích từ ngữ
1. Cụm công nghiệp là nơi sản xuất, không có dân cư sinh sống.
2. Chủ đầu tư hạ tầng là doanh nghiệp, hợp tác xã.
"""
TITLE = "Dự thảo Nghị định về quản lý, phát triển cụm công nghiệp"


def make_draft(
    conference, actor, *, organisations=(), asking=True, text=TEXT, upload=None, **changes
) -> DraftDocument:
    """A draft with one issued version, on which ``organisations`` are asked until a week from now."""
    at = timezone.now()
    values = {"title": TITLE, "deadline": at + dt.timedelta(days=7)}
    draft = DraftDocument(conference=conference, **(values | changes))
    drafts.save_draft(draft=draft, actor=actor, at=at)
    version = drafts.start_version(draft=draft, text=text, upload=upload, actor=actor)
    drafts.issue_version(version=version, actor=actor, at=at)
    drafts.ask(draft=draft, organisations=organisations, actor=actor, at=at)
    if asking:
        drafts.open_draft(draft=draft, actor=actor, at=at)
    draft.refresh_from_db()
    return draft


def clause_of(draft, label: str):
    return draft.current_version().clauses.get(label=label)


def by(user) -> opinions.Author:
    return opinions.Author(user, str(user))


def send(draft, organisation, user, texts: dict[str, str] | None = None, *, agrees=False, at=None):
    """Send a sheet; ``texts`` has the opinions by the label of their clause, "" for the draft as a whole."""
    sheet = draft.sheets.get(organisation=organisation)
    rows = [
        opinions.Row(clause_of(draft, label).pk if label else None, text)
        for label, text in (texts or {}).items()
    ]
    return opinions.submit(
        sheet=sheet,
        rows=rows,
        agrees=agrees,
        version=sheet.version,
        author=by(user),
        at=at or timezone.now(),
    )
