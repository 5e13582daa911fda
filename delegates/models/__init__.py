from delegates.models.delegate import Delegate, Seat
from delegates.models.nomination import Nomination, NominationVersion

__all__ = ["Delegate", "Nomination", "NominationVersion", "Seat"]
