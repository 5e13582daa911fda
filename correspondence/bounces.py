"""Reports of letters that came back: attached to their letter, whose sending they undo when they are final."""

import datetime as dt
import logging
from dataclasses import dataclass
from enum import Enum

from django.db import transaction

from correspondence import delivery_reports
from correspondence.delivery_reports import Report, Unreadable
from correspondence.models import Bounce, Message
from directory.audit import record
from directory.models import AuditEntry, Contact

log = logging.getLogger(__name__)

State = Message.State

# A clock that is further off than this says nothing about when a report was written.
CLOCK_OFF = dt.timedelta(days=30)


class Result(Enum):
    """What became of one mail."""

    NEW = "mới"
    KNOWN = "đã đọc trước đây"
    FOREIGN = "báo về thư không phải của cổng"
    OTHER = "không phải thư báo"
    UNREADABLE = "thư báo không đọc được"


@dataclass(frozen=True)
class Reading:
    result: Result
    reason: str = ""
    bounce: Bounce | None = None


def read_mail(content: bytes, *, at: dt.datetime) -> Reading:
    """Read one mail of the mailbox to which bounces come, and attach it when it is one.

    Whatever stands in the mail, it is answered for: only a database that is away raises.
    """
    try:
        report = delivery_reports.read(content)
    except Unreadable as error:
        return Reading(Result.UNREADABLE, str(error))
    except Exception as error:  # anybody can write to the mailbox; one mail must not hold up the others
        log.exception("a mail of the bounce mailbox cannot be parsed")
        return Reading(Result.UNREADABLE, type(error).__name__)
    if report is None:
        return Reading(Result.OTHER)
    return attach(report, at=at)


@transaction.atomic
def attach(report: Report, *, at: dt.datetime) -> Reading:
    """Note a report at its letter; reading the same one again changes nothing.

    A final one turns a letter that counted as sent into one that failed, and marks the contact whose address
    is dead. News of a delay is only noted.
    """
    message = _letter_of(report)
    if message is None:
        return Reading(Result.FOREIGN)
    bounce, is_new = Bounce.objects.get_or_create(
        report_id=report.report_id,
        defaults={
            "message": message,
            "received_at": _received_at(report, at),
            "is_final": report.is_final,
            "status": report.status[:20],
            "words": report.words,
        },
    )
    if not is_new:
        return Reading(Result.KNOWN, bounce=bounce)
    if report.is_final and not _is_about_an_earlier_address(report, message):
        _fail(message, report, at)
    return Reading(Result.NEW, bounce=bounce)


def _letter_of(report: Report) -> Message | None:
    """The letter, locked: staff may be sending it again at this moment."""
    for message_id in report.message_ids:
        letters = Message.objects.select_for_update(of=("self",)).select_related("contact")
        if message := letters.filter(message_id=message_id).first():
            return message
    return None


def _received_at(report: Report, at: dt.datetime) -> dt.datetime:
    sent_at = report.sent_at
    return sent_at if sent_at and at - CLOCK_OFF < sent_at <= at else at


def _is_about_an_earlier_address(report: Report, message: Message) -> bool:
    """Whether staff have mended the address since: the letter keeps its Message-ID, and an old report may be
    late."""
    if not report.recipients or message.address.lower() in report.recipients:
        return False
    retries = AuditEntry.objects.filter(
        object_type=Message._meta.label_lower, object_id=str(message.pk), action="message.retry"
    )
    changes = [entry.changes.get("address") for entry in retries if entry.changes]
    return any(change and change[0].lower() in report.recipients for change in changes)


def _fail(message: Message, report: Report, at: dt.datetime) -> None:
    words = " ".join(filter(None, ["Thư bị trả lại:", report.status, report.words]))
    if message.state in (State.SENT, State.UNKNOWN):
        changes = {"state": [message.state, State.FAILED.value]}
        message.state, message.answer = State.FAILED, words
        message.save(update_fields=["state", "answer"])
        record(actor="hệ thống", action="message.bounce", target=message, changes=changes)
    if report.is_about_the_address:
        Contact.objects.filter(pk=message.contact_id, email__iexact=message.address).update(
            refused_at=at, refusal=words
        )
