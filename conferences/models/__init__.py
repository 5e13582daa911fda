from conferences.models.conference import (
    Abbreviation,
    Conference,
    ConferenceContact,
    ConferenceKind,
    LegalDocument,
    NoticeFrame,
    Series,
)
from conferences.models.content import AgendaItem, ConferenceDocument, Material, MaterialVersion, Note
from conferences.models.invited import InvitedGroup, Place

__all__ = [
    "Abbreviation",
    "AgendaItem",
    "Conference",
    "ConferenceContact",
    "ConferenceDocument",
    "ConferenceKind",
    "InvitedGroup",
    "LegalDocument",
    "Material",
    "MaterialVersion",
    "NoticeFrame",
    "Note",
    "Place",
    "Series",
]
