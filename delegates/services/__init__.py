"""The rules of nomination: one verb a function, the actor passed in, one transaction each.

Lock the list, look, write – in this order, as late as possible, once. A check before the lock is a courtesy to
the person; only the one behind the lock counts, and behind that stand the constraints of ``Seat``.

| module | whose verbs |
|---|---|
| attendance | who is there: by hand, a room at once, by the code of a badge |
| speaking | the list of speakers |
| lists | the focal point's: open, save, submit, decline |
| confirming | what follows a submitted list: receipt, letters |
| staff | accept, give back, extend |
| extensions | asking for more time, and what staff say |
| seats | withdraw one delegate, move one up from the reserve |
| papers | the signed letter that comes with a list |
| replacing | another person in the same seat |
| passing | to the successor of an ended organisation |
| standing_in | staff act for an organisation |
| locking | what all of them begin and end with |
"""

from delegates.services.extensions import ask_extension, grant_extension, refuse_extension
from delegates.services.lists import decline, mark_opened, open_nominations, save_draft, submit
from delegates.services.papers import add_paper, remove_paper
from delegates.services.passing import pass_to_successor
from delegates.services.replacing import replace
from delegates.services.seats import promote_reserve, withdraw_delegate
from delegates.services.staff import accept, accept_many, extend, return_many, return_to_focal_point
from delegates.services.standing_in import begin_standing_in, end_standing_in

__all__ = [
    "accept",
    "accept_many",
    "add_paper",
    "ask_extension",
    "begin_standing_in",
    "decline",
    "end_standing_in",
    "extend",
    "grant_extension",
    "mark_opened",
    "open_nominations",
    "pass_to_successor",
    "promote_reserve",
    "refuse_extension",
    "remove_paper",
    "replace",
    "return_many",
    "return_to_focal_point",
    "save_draft",
    "submit",
    "withdraw_delegate",
]
