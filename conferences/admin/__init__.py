"""The staff's desk for conferences."""

from conferences.admin.conference import ConferenceAdmin
from conferences.admin.reference import (
    ConferenceKindAdmin,
    DocumentFrameAdmin,
    LegalDocumentAdmin,
    NoticeFrameAdmin,
    SectorAdmin,
    SeriesAdmin,
)

__all__ = [
    "ConferenceAdmin",
    "ConferenceKindAdmin",
    "DocumentFrameAdmin",
    "LegalDocumentAdmin",
    "NoticeFrameAdmin",
    "SectorAdmin",
    "SeriesAdmin",
]
