"""
| module | what |
|---|---|
| rooms | rooms that last, with the addresses that they had and whom to call |
| bookings | rooms of one conference |
| officers | who looks after a booking |
| preparation | the points to tick, the rounds of line tests and their results |
| incidents | what went wrong on the day |
| joining | the link into the online meeting |
| watching | how often what the board shows has changed |
"""

from venues.models.bookings import Booking
from venues.models.incidents import CUTTING_OFF, Incident
from venues.models.joining import JoinCount, JoinLink
from venues.models.officers import Officer
from venues.models.preparation import ChecklistItem, ChecklistTick, LineTestResult, LineTestRound, OwnFinding
from venues.models.rooms import FormerAddress, Room, RoomContact
from venues.models.watching import BoardVersion

__all__ = [
    "CUTTING_OFF",
    "BoardVersion",
    "Booking",
    "ChecklistItem",
    "ChecklistTick",
    "FormerAddress",
    "Incident",
    "JoinCount",
    "JoinLink",
    "LineTestResult",
    "LineTestRound",
    "Officer",
    "OwnFinding",
    "Room",
    "RoomContact",
]
