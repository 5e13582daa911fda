"""A province's own list as an official document to be signed: its head, its people as last saved, a place to sign.

Nothing is kept of it: number, date and signature are the province's, and come back as a paper (``services.papers``).
"""

from collections import Counter

from django.core.exceptions import ValidationError

from conferences.documents.drafting import body_of, explained, frame_for, fresh_facts, subject_of
from conferences.models import DocumentFrame
from correspondence import documents
from correspondence.models import OfficialDocument
from correspondence.printing import DOTS
from delegates.models import Nomination
from delegates.rows import Row, clean, nominated_groups, organisations_of
from hoinghi.text import capfirst, lowerfirst, upper

Kind = OfficialDocument.Kind
# Whoever signs writes the own office above; the portal does not know it.
SIGNER = "THỦ TRƯỞNG CƠ QUAN"


def list_to_sign(nomination: Nomination) -> bytes:
    """The list as last saved, sent or not, as PDF.

    Raises:
        ValidationError: nobody has been saved yet, no frame, or a value cannot be printed.
    """
    frame = frame_for(Kind.DELEGATE_LIST, None)
    subject, content = explained(frame, _content, nomination, frame)
    return documents.render_pdf(_document(nomination, subject, content))


def file_name(nomination: Nomination) -> str:
    return f"Danh sách đại biểu {nomination.sender_name}.pdf"


def _document(nomination: Nomination, subject: str, content: dict) -> OfficialDocument:
    """The document under the province's head; it is printed and never saved."""
    organisation = nomination.organisation
    # "Sở Công Thương" under "Ủy ban nhân dân tỉnh Đắk Lắk": the province is named once.
    name = nomination.organisation_name.removesuffix(lowerfirst(nomination.unit_name)).strip()
    return OfficialDocument(
        kind=Kind.DELEGATE_LIST,
        issuer=organisation,
        parent_name=upper(organisation.parent.name) if organisation.parent else "",
        issuer_name=upper(name if organisation.parent else nomination.organisation_name),
        symbol=organisation.abbreviation or DOTS,
        place=nomination.unit.short_name if nomination.unit else DOTS,
        subject=subject,
        content=content,
        signer_title=SIGNER,
        recipients=f"{nomination.conference.issuing_unit_name}\nLưu: VT",
    )


def _content(nomination: Nomination, frame: DocumentFrame) -> tuple[str, dict]:
    rows = [row for row in clean(nomination.draft) if row.full_name]
    if not rows:
        raise ValidationError("Danh sách chưa có đại biểu nào. Nhập và lưu danh sách rồi tải lại.")
    conference = nomination.conference
    groups = {group.code: group for group in nominated_groups(nomination)}
    facts = fresh_facts(
        conference,
        province=nomination.sender_in_text,
        **_counted(rows, {code: group.label for code, group in groups.items()}),
    )
    *paragraphs, closing = body_of(frame, conference, facts) or [""]
    sections = [
        {
            "title": capfirst(group.printed),
            "people": [_person(row) for row in rows if row.group == code],
        }
        for code, group in groups.items()
    ]
    return subject_of(frame, facts), {
        "paragraphs": paragraphs,
        "sections": [section for section in sections if section["people"]],
        "closing": closing,
        "phones": True,
    }


def _person(row: Row) -> dict[str, str]:
    notes = [capfirst(row.role)] if row.role else []
    if row.reserve:
        notes.append("Dự phòng")
    return {
        "name": row.full_name,
        "job_title": row.job_title,
        "organisation": row.organisation,
        "phone": row.phone,
        "note": "; ".join(notes),
    }


def _counted(rows: list[Row], labels: dict[str, str]) -> dict[str, str]:
    """How many are sent, as ``documents`` counts them: two digits, reserves apart."""
    counted = [row for row in rows if not row.reserve]
    reserves = len(rows) - len(counted)
    by_group = Counter(labels.get(row.group, "") for row in counted)
    seats = {(row.group, key) for row in counted for key in organisations_of([row])}
    return {
        "people": f"{len(counted):02d}",
        "organisations": f"{len(seats):02d}",
        "reserves": f"{reserves:02d}" if reserves else "",
        "totals": ", ".join(f"{number:02d} {label}" for label, number in by_group.items() if label),
    }
