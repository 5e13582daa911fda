from delegates.models.attendance import AttendanceMark
from delegates.models.delegate import Delegate, QuestionAnswer, Seat, SubstituteProposal
from delegates.models.nomination import (
    ExtensionRequest,
    Nomination,
    NominationPaper,
    NominationVersion,
    Receipt,
)
from delegates.models.speaking import Speech

__all__ = [
    "AttendanceMark",
    "Delegate",
    "ExtensionRequest",
    "Nomination",
    "NominationPaper",
    "NominationVersion",
    "QuestionAnswer",
    "Receipt",
    "Seat",
    "Speech",
    "SubstituteProposal",
]
