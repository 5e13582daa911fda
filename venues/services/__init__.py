"""The rules of the rooms (điểm cầu): one verb a function, the actor passed in, one transaction each.

| module | whose verbs |
|---|---|
| rooms | booking rooms by the rule of the conference, moving and giving them back |
| choosing | another room than the rule's, rooms under a province's room |
| register | rooms that last: described, moved, hidden |
| officers | technical officers: named, changed, relieved, handing over |
| checklists | the checklist of a conference, ticking its points |
| line_tests | rounds of line tests and their results |
| readying | saying that a room is ready |
| incidents | the day: connected, lost, what is wrong and what became of it |
| joining | the link into the online meeting |
"""

from venues.services.checklists import change_checklist, prefill_checklist, tick, untick
from venues.services.choosing import PlaceTyped, add_sub, choose_room, follow_rule, give_back_sub
from venues.services.incidents import NotNow, answer, report, resolve, set_connected
from venues.services.joining import count_opening, enter_link, links_of, withdraw_link
from venues.services.line_tests import (
    Found,
    Seen,
    call_off_round,
    change_round,
    follow_with_rounds,
    invite,
    plan_round,
    record_result,
    rooms_to_test,
    say_own,
)
from venues.services.officers import (
    Particulars,
    change_officer,
    hand_over,
    name_officer,
    relieve,
    renew_link,
    send_link_again,
)
from venues.services.readying import declare_ready, take_back_ready
from venues.services.register import describe_room, hide_room, move_room
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
    "Found",
    "NotNow",
    "Particulars",
    "Seen",
    "PlaceTyped",
    "RoomClosed",
    "RoomRefused",
    "RoomTaken",
    "add_sub",
    "answer",
    "ShownRoom",
    "assign",
    "booked_rooms",
    "call_off_round",
    "change_checklist",
    "change_officer",
    "change_room",
    "change_round",
    "check_free",
    "choose_room",
    "count_opening",
    "declare_ready",
    "describe_room",
    "enter_link",
    "follow_rule",
    "follow_with_rounds",
    "give_back_sub",
    "hand_over",
    "hide_room",
    "hours",
    "invite",
    "links_of",
    "move_bookings",
    "move_room",
    "name_officer",
    "plan_round",
    "prefill_checklist",
    "prepare_rooms",
    "record_result",
    "release_rooms",
    "relieve",
    "renew_link",
    "report",
    "resolve",
    "rooms_to_test",
    "say_own",
    "send_link_again",
    "set_connected",
    "take_back_ready",
    "tick",
    "untick",
    "withdraw_link",
    "remember_rooms",
]
