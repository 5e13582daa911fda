"""Issued documents for the tests."""

from django.utils import timezone

from correspondence import documents
from correspondence.models import OfficialDocument


def issued_invitation(world, actor, number: int = 5) -> OfficialDocument:
    """A Giấy mời that the clerk has numbered today."""
    document = documents.draft(
        kind=OfficialDocument.Kind.INVITATION,
        letterhead=world.letterhead,
        subject="Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        content={
            "organiser": "Bộ Công Thương",
            "event": "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp.",
            "lines": [{"label": "Thời gian", "text": "8h00 ngày 02/7/2021."}],
            "paragraphs": [],
            "closing": "Trân trọng kính mời./.",
        },
        actor=actor,
    )
    now = timezone.now()
    return documents.issue(
        document=document, number=number, issued_on=timezone.localdate(now), actor=actor, at=now
    )
