"""The rules of a conference: one verb a function, the actor passed in, one transaction each.

| module | whose verbs |
|---|---|
| publishing | announce, postpone, give a new time, cancel |
| addresses | the web address |
| agenda | versions of the agenda |
| materials | versions of files |
| papers | what organisations are asked to send |
"""

from conferences.checks import Check, checklist
from conferences.services.addresses import free_slug
from conferences.services.agenda import NotPublished, obstacle_to_publish_agenda, publish_agenda
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
    "NotPublished",
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
    "obstacle_to_publish_agenda",
    "obstacle_to_reschedule",
    "postpone",
    "publish_agenda",
    "reschedule",
]
