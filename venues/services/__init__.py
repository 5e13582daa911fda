"""The rules of the rooms (điểm cầu): one verb a function, the actor passed in, one transaction each.

| module | whose verbs |
|---|---|
| incidents | the day: connected, lost, what is wrong and what became of it |
| joining | the link into the online meeting |
| rooms | booking rooms by the rule of the conference, moving and giving them back |
"""

from venues.services.incidents import NotNow, answer, report, resolve, set_connected
from venues.services.joining import count_opening, enter_link, links_of, withdraw_link
from venues.services.rooms import (
    TO_BE_NAMED,
    RoomClosed,
    RoomRefused,
    RoomTaken,
    ShownRoom,
    assign,
    booked_rooms,
    change_room,
    check_free,
    hours,
    move_bookings,
    prepare_rooms,
    release_rooms,
    remember_rooms,
)

__all__ = [
    "TO_BE_NAMED",
    "NotNow",
    "RoomClosed",
    "RoomRefused",
    "RoomTaken",
    "answer",
    "ShownRoom",
    "assign",
    "booked_rooms",
    "change_room",
    "check_free",
    "count_opening",
    "enter_link",
    "hours",
    "links_of",
    "move_bookings",
    "prepare_rooms",
    "release_rooms",
    "report",
    "resolve",
    "set_connected",
    "withdraw_link",
    "remember_rooms",
]
