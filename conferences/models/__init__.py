from conferences.models.agenda import AgendaVersion
from conferences.models.cited import Abbreviation, ConferenceContact, ConferenceFact
from conferences.models.conclusions import Conclusion, ConclusionItem
from conferences.models.conference import Conference
from conferences.models.content import AgendaItem, ConferenceDocument, Material, MaterialVersion, Note
from conferences.models.drafts import Clause, DraftDocument, DraftVersion
from conferences.models.finding import ExtractedText, Findable
from conferences.models.invited import GroupMember, GroupRole, InvitedGroup, NamedUnit, Place, Question
from conferences.models.news import Article, ArticlePhoto
from conferences.models.opinions import DraftResult, Opinion, OpinionPaper, OpinionSheet, SheetVersion
from conferences.models.papers import PaperRequest, PaperSubmission
from conferences.models.reference import (
    ConferenceKind,
    DocumentFrame,
    LegalDocument,
    NoticeFrame,
    Sector,
    Series,
)
from conferences.models.tasks import Task, TaskReport
from conferences.models.telling import ChangeNotice, MaterialNotice, Reminder, ReminderStep
from conferences.models.templates import ConferenceTemplate
from conferences.models.visits import Establishment, ItineraryLeg, SiteVisit, Topic

__all__ = [
    "Abbreviation",
    "AgendaItem",
    "AgendaVersion",
    "Article",
    "ArticlePhoto",
    "ChangeNotice",
    "Clause",
    "Conclusion",
    "ConclusionItem",
    "Conference",
    "ConferenceContact",
    "ConferenceDocument",
    "ConferenceFact",
    "ConferenceKind",
    "ConferenceTemplate",
    "DocumentFrame",
    "DraftDocument",
    "DraftResult",
    "DraftVersion",
    "Establishment",
    "ExtractedText",
    "Findable",
    "GroupMember",
    "GroupRole",
    "InvitedGroup",
    "ItineraryLeg",
    "LegalDocument",
    "Material",
    "MaterialNotice",
    "MaterialVersion",
    "NamedUnit",
    "Note",
    "NoticeFrame",
    "Opinion",
    "OpinionPaper",
    "OpinionSheet",
    "PaperRequest",
    "PaperSubmission",
    "Place",
    "Question",
    "Reminder",
    "ReminderStep",
    "Sector",
    "Series",
    "SheetVersion",
    "SiteVisit",
    "Task",
    "TaskReport",
    "Topic",
]
