"""The rules of the rooms (điểm cầu): one verb a function, the actor passed in, one transaction each.

| module | whose verbs |
|---|---|
| rooms | booking rooms by the rule of the conference, moving and giving them back |
"""

from venues.services.rooms import (
    TO_BE_NAMED,
    RoomClosed,
    RoomRefused,
    RoomTaken,
    assign,
    booked_rooms,
    change_room,
    check_free,
    hours,
    move_bookings,
    prepare_rooms,
    release_rooms,
)

__all__ = [
    "TO_BE_NAMED",
    "RoomClosed",
    "RoomRefused",
    "RoomTaken",
    "assign",
    "booked_rooms",
    "change_room",
    "check_free",
    "hours",
    "move_bookings",
    "prepare_rooms",
    "release_rooms",
]
