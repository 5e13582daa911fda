"""Delegates put right what the portal says about them; the focal point is told, the list keeps both versions."""

import datetime as dt

from django.db import transaction

from delegates import letters, policies
from delegates.answers import BY_LINK, AnswerClosed
from delegates.fillings import named
from delegates.models import Delegate
from delegates.rows import check_person, row_in
from delegates.services.locking import lock
from delegates.services.seats import change_row
from delegates.versions import FIELDS
from directory.audit import record

OWN = ("honorific", "full_name", "job_title", "phone", "email")


@transaction.atomic
def correct(*, delegate: Delegate, person: dict[str, str], at: dt.datetime) -> dict[str, list[str]]:
    """Apply what the delegate corrects, at once; answers field → [before, after] of what is different.

    It is the same person, so no deadline of the list stands against it: only the start of the conference does. A
    new address gets a letter of its own; the link that was used goes on working.

    Arguments:
        person: the five fields of ``OWN``.

    Raises:
        AnswerClosed: the conference has begun, or somebody else is sent.
        InvalidRows: what is missing or wrong, as row 0.
    """
    nomination = lock(delegate.seat.nomination)
    found = Delegate.objects.select_related("seat__group").get(pk=delegate.pk)
    found.seat.nomination = nomination
    if not policies.can_answer(found, at):
        raise AnswerClosed("Không còn sửa được: hội nghị đã bắt đầu hoặc đại biểu đã được thay.")
    row = row_in(found.seat, {name: person[name] for name in OWN})
    check_person(row)
    changes = {
        name: [before, after]
        for name in OWN
        if (before := getattr(found, name)) != (after := getattr(row, name))
    }
    if not changes:
        return {}
    called = named(found)
    for name, (_, after) in changes.items():
        setattr(found, name, after)
    found.save(update_fields=[*changes, "sort_key", "search"])
    values = {name: after for name, (_, after) in changes.items()}
    change_row(nomination, found, values, actor=BY_LINK, at=at)
    letters.tell_corrected(delegate=found, called=called, changes=_printed(changes), at=at)
    if "email" in changes:
        letters.invite_delegates(nomination=nomination, delegates=[found], at=at)
    record(actor=BY_LINK, action="delegate.correct", target=found, changes=changes)
    return changes


def _printed(changes: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """(label, before, after) of every change."""
    return [(FIELDS[name], *(value or "(để trống)" for value in pair)) for name, pair in changes.items()]
