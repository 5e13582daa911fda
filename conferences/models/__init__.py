from conferences.models.conference import (
    Abbreviation,
    Conference,
    ConferenceContact,
    ConferenceFact,
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
    "ConferenceFact",
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
