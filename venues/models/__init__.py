"""
| module | what |
|---|---|
| rooms | rooms that last, with the addresses that they had and whom to call |
| bookings | rooms of one conference |
| officers | who looks after a booking |
| preparation | the points to tick, the rounds of line tests and their results |
"""

from venues.models.bookings import Booking
from venues.models.officers import Officer
from venues.models.preparation import ChecklistItem, ChecklistTick, LineTestResult, LineTestRound
from venues.models.rooms import FormerAddress, Room, RoomContact

__all__ = [
    "Booking",
    "ChecklistItem",
    "ChecklistTick",
    "FormerAddress",
    "LineTestResult",
    "LineTestRound",
    "Officer",
    "Room",
    "RoomContact",
]
