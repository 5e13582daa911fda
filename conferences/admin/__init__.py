"""The staff's desk for conferences."""

from conferences.admin.conference import ConferenceAdmin
from conferences.admin.reference import ConferenceKindAdmin, LegalDocumentAdmin, SeriesAdmin

__all__ = ["ConferenceAdmin", "ConferenceKindAdmin", "LegalDocumentAdmin", "SeriesAdmin"]
