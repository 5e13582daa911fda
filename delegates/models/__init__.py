from delegates.models.archive import ArchivePackage
from delegates.models.attendance import AttendanceMark
from delegates.models.breach import REPORT_WITHIN, DataBreach
from delegates.models.delegate import Delegate, QuestionAnswer, Seat, SubstituteProposal
from delegates.models.nomination import (
    ExtensionRequest,
    Nomination,
    NominationPaper,
    NominationVersion,
    Receipt,
)
from delegates.models.privacy import DataRequest
from delegates.models.retention import Retention, UnusedRetention, Waiting
from delegates.models.speaking import Speech

__all__ = [
    "REPORT_WITHIN",
    "ArchivePackage",
    "AttendanceMark",
    "DataBreach",
    "DataRequest",
    "Delegate",
    "ExtensionRequest",
    "Nomination",
    "NominationPaper",
    "NominationVersion",
    "QuestionAnswer",
    "Receipt",
    "Retention",
    "Seat",
    "Speech",
    "SubstituteProposal",
    "UnusedRetention",
    "Waiting",
]
