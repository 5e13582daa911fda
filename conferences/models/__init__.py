from conferences.models.agenda import AgendaVersion
from conferences.models.conclusions import Conclusion, ConclusionItem
from conferences.models.conference import (
    Abbreviation,
    Conference,
    ConferenceContact,
    ConferenceFact,
)
from conferences.models.content import AgendaItem, ConferenceDocument, Material, MaterialVersion, Note
from conferences.models.finding import ExtractedText, Findable
from conferences.models.invited import GroupRole, InvitedGroup, Place, Question
from conferences.models.papers import MaterialNotice, PaperRequest, PaperSubmission
from conferences.models.reference import (
    ConferenceKind,
    DocumentFrame,
    LegalDocument,
    NoticeFrame,
    Sector,
    Series,
)
from conferences.models.telling import ChangeNotice, Reminder, ReminderStep
from conferences.models.templates import ConferenceTemplate

__all__ = [
    "Abbreviation",
    "AgendaItem",
    "AgendaVersion",
    "ChangeNotice",
    "Conclusion",
    "ConclusionItem",
    "Conference",
    "ConferenceContact",
    "ConferenceDocument",
    "ConferenceFact",
    "ConferenceKind",
    "ConferenceTemplate",
    "DocumentFrame",
    "ExtractedText",
    "Findable",
    "GroupRole",
    "InvitedGroup",
    "LegalDocument",
    "Material",
    "MaterialNotice",
    "MaterialVersion",
    "Note",
    "NoticeFrame",
    "PaperRequest",
    "PaperSubmission",
    "Place",
    "Question",
    "Reminder",
    "ReminderStep",
    "Sector",
    "Series",
]
