from delegates.models.delegate import Delegate, QuestionAnswer, Seat, SubstituteProposal
from delegates.models.nomination import (
    ExtensionRequest,
    Nomination,
    NominationPaper,
    NominationVersion,
    Receipt,
)

__all__ = [
    "Delegate",
    "ExtensionRequest",
    "Nomination",
    "NominationPaper",
    "NominationVersion",
    "QuestionAnswer",
    "Receipt",
    "Seat",
    "SubstituteProposal",
]
