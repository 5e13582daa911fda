"""Empties letters and the audit trail, and removes the files with lists in them."""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from conferences.models import Conference
from conferences.topics import topic_of
from correspondence.labels import kind_label
from correspondence.models import Attachment, Attempt, Bounce, Message
from delegates import audit_trail
from delegates.archive.packing import remove_package
from delegates.models import (
    ArchivePackage,
    DataRequest,
    Delegate,
    ExtensionRequest,
    Nomination,
    NominationVersion,
    Speech,
    SubstituteProposal,
)
from directory.models import NOBODY, AuditEntry
from venues.models import ChecklistTick, Incident, LineTestResult, Officer, OwnFinding
from venues.people import BY_LINK

# Letters about tasks, opinions and papers go on after the conference: those that are on their way, and those that
# are written after the persons of the conference were announced to go, stay for a time of their own.
_ABOUT_OTHERS = (
    "task_",
    "opinion_",
    "draft_",
    "paper_",
    "document_",
    "reminder_tasks",
    "reminder_opinions",
    "reminder_papers",
)
_IN_FLIGHT = (Message.State.CLAIMED, Message.State.SENDING)
_WAITING = (Message.State.DRAFT, Message.State.QUEUED)
_ROWS = 500

# What the trail keeps about the persons of a conference, with the way from the row to it.
_PATHS = {
    Nomination: "conference",
    Delegate: "seat__nomination__conference",
    SubstituteProposal: "delegate__seat__nomination__conference",
    Speech: "conference",
    NominationVersion: "nomination__conference",
    ExtensionRequest: "nomination__conference",
    Officer: "booking__conference",
    ChecklistTick: "booking__conference",
    LineTestResult: "booking__conference",
    OwnFinding: "result__booking__conference",
    Incident: "booking__conference",
}

# Of these a label in the trail has been a person's name.
_NAMED = (Delegate, SubstituteProposal, Officer, ChecklistTick, OwnFinding)


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────


def letters_of(conference: Conference, *, before: dt.datetime) -> QuerySet[Message]:
    """The letters that still name somebody.

    Arguments:
        before: of the kinds that go on after the conference, those that were written before it and have gone.
    """
    others = Q()
    for prefix in _ABOUT_OTHERS:
        others |= Q(kind__startswith=prefix)
    going_on = others & (Q(created_at__gte=before) | Q(state__in=(*_WAITING, *_IN_FLIGHT)))
    return Message.objects.filter(topic=topic_of(conference)).exclude(going_on).exclude(text="", address="")


def letters_naming(conference: Conference, *, holder: str, name: str, address: str) -> QuerySet[Message]:
    """The letters of the conference to one person, or about that person, of whatever kind.

    Arguments:
        holder: of personal links, "delegate:12".
    """
    own = Q(link__holder=holder) | Q(text__contains=name) | Q(subject__contains=name) | Q(recipient_name=name)
    if address:
        own |= Q(address__iexact=address)
    return Message.objects.filter(own, topic=topic_of(conference)).exclude(text="", address="")


@transaction.atomic
def scrub_letters(letters: QuerySet[Message]) -> int:
    """Empty so many letters at a time; that they went, when and of which kind stays. Answers how many."""
    # Locked: a worker may be claiming one of them at this moment.
    idle = letters.exclude(state__in=_IN_FLIGHT).order_by("pk")
    batch = list(idle.select_for_update(of=("self",))[:_ROWS])
    for letter in batch:
        if letter.state in _WAITING:
            letter.state = Message.State.CANCELLED
        letter.subject = kind_label(letter.kind)[:300]
        # An address may be part of the key; no other letter has this one.
        letter.key = f"scrubbed:{letter.pk}"
        letter.recipient_name = letter.address = letter.reply_to = ""
        letter.text = letter.html = letter.answer = letter.search = ""
        letter.parts = None
    fields = ("state", "subject", "key", "recipient_name", "address", "reply_to", "text", "html", "parts")
    Message.objects.bulk_update(batch, [*fields, "answer", "search"])
    files = Attachment.objects.filter(message__in=batch)
    files.filter(copy__isnull=True).update(content=b"")
    Attempt.objects.filter(message__in=batch).update(answer="")
    Bounce.objects.filter(message__in=batch).update(words="")
    return len(batch)


# ── the audit trail ─────────────────────────────────────────────────────────────────────────────────


def audit_of(conference: Conference) -> QuerySet[AuditEntry]:
    """What the trail keeps about the persons of a conference beside the bare facts."""
    rows = [model.objects.filter(**{path: conference}) for model, path in _PATHS.items()]
    entries = _entries_of(*rows, *_requests(conference), Message.objects.filter(topic=topic_of(conference)))
    return entries.filter(Q(changes__isnull=False) | Q(ip__isnull=False))


def scrub_audit(conference: Conference) -> int:
    """Empty what the trail keeps beside the bare facts: all that its trigger allows. Answers how many entries."""
    entries = audit_of(conference).update(changes=None, ip=None)
    _scrub_labels(_entries_of(*(model.objects.filter(**{_PATHS[model]: conference}) for model in _NAMED)))
    by_link = audit_trail.of_conference(conference).filter(actor_id=None, actor_label__endswith=BY_LINK)
    by_link.update(actor_label=NOBODY)
    return entries


def scrub_entries_of(*rows: QuerySet) -> None:
    """Empty the entries about these persons, their names included."""
    entries = _entries_of(*rows)
    entries.update(changes=None, ip=None)
    _scrub_labels(entries)


def scrub_entries_naming(conference: Conference, name: str) -> None:
    """Take one person out of what others' entries tell, and out of what he or she did by personal link."""
    entries = audit_trail.of_conference(conference)
    naming = entries.annotate(words=Cast("changes", TextField())).filter(words__contains=name)
    naming.update(changes=None)
    entries.filter(object_label__contains=name).update(object_label=NOBODY)
    entries.filter(actor_id=None, actor_label=f"{name}{BY_LINK}").update(actor_label=NOBODY, ip=None)


def _scrub_labels(entries: QuerySet[AuditEntry]) -> None:
    # A label of today ends with a number, one of an earlier version of the portal is a name.
    entries.exclude(object_label__regex=r"số \d+$").update(object_label=NOBODY)


def _requests(conference: Conference) -> list[QuerySet[DataRequest]]:
    paths = ("delegate__seat__nomination__conference", "officer__booking__conference")
    return [DataRequest.objects.filter(**{path: conference}) for path in paths]


def _entries_of(*rows: QuerySet) -> QuerySet[AuditEntry]:
    about = Q(pk__in=[])
    for each in rows:
        keys = [str(pk) for pk in each.order_by().values_list("pk", flat=True)]
        about |= Q(object_type=each.model._meta.label_lower, object_id__in=keys)
    return AuditEntry.objects.filter(about)


# ── packages ────────────────────────────────────────────────────────────────────────────────────────


def remove_packages(conference: Conference, *, actor: str) -> int:
    """Delete the files of archive packages: lists of delegates are in them."""
    packages = list(conference.archive_packages.filter(state=ArchivePackage.State.READY))
    for package in packages:
        remove_package(package=package, actor=actor)
    return len(packages)
