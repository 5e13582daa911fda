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
from conferences.models.telling import ChangeNotice, ReminderStep

__all__ = [
    "Abbreviation",
    "AgendaItem",
    "ChangeNotice",
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
    "ReminderStep",
    "Series",
]
