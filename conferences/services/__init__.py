"""The rules of a conference: one verb a function, the actor passed in, one transaction each.

| module | whose verbs |
|---|---|
| publishing | announce, postpone, give a new time, cancel |
| addresses | the web address |
| materials | versions of files |
"""

from conferences.checks import Check, checklist
from conferences.services.addresses import free_slug
from conferences.services.materials import add_material_version, check_upload
from conferences.services.publishing import (
    NotReady,
    WrongState,
    announce,
    cancel,
    obstacle_to_cancel,
    obstacle_to_postpone,
    obstacle_to_reschedule,
    postpone,
    reschedule,
)

__all__ = [
    "Check",
    "NotReady",
    "WrongState",
    "add_material_version",
    "announce",
    "cancel",
    "check_upload",
    "checklist",
    "free_slug",
    "obstacle_to_cancel",
    "obstacle_to_postpone",
    "obstacle_to_reschedule",
    "postpone",
    "reschedule",
]
