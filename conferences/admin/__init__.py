"""The staff's desk for conferences."""

from conferences.admin.conference import ConferenceAdmin
from conferences.admin.news import ArticleAdmin
from conferences.admin.reference import (
    ConferenceKindAdmin,
    DocumentFrameAdmin,
    EstablishmentAdmin,
    LegalDocumentAdmin,
    NoticeFrameAdmin,
    SectorAdmin,
    SeriesAdmin,
)

__all__ = [
    "ArticleAdmin",
    "ConferenceAdmin",
    "ConferenceKindAdmin",
    "DocumentFrameAdmin",
    "EstablishmentAdmin",
    "LegalDocumentAdmin",
    "NoticeFrameAdmin",
    "SectorAdmin",
    "SeriesAdmin",
]
