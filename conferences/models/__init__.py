from conferences.models.conclusions import Conclusion, ConclusionItem
from conferences.models.conference import (
    Abbreviation,
    Conference,
    ConferenceContact,
    ConferenceFact,
)
from conferences.models.content import AgendaItem, ConferenceDocument, Material, MaterialVersion, Note
from conferences.models.invited import GroupRole, InvitedGroup, Place, Question
from conferences.models.reference import ConferenceKind, DocumentFrame, LegalDocument, NoticeFrame, Series
from conferences.models.telling import ChangeNotice, Reminder, ReminderStep

__all__ = [
    "Abbreviation",
    "AgendaItem",
    "ChangeNotice",
    "Conclusion",
    "ConclusionItem",
    "Conference",
    "ConferenceContact",
    "ConferenceDocument",
    "ConferenceFact",
    "ConferenceKind",
    "DocumentFrame",
    "GroupRole",
    "InvitedGroup",
    "LegalDocument",
    "Material",
    "MaterialVersion",
    "NoticeFrame",
    "Note",
    "Place",
    "Question",
    "Reminder",
    "ReminderStep",
    "Series",
]
