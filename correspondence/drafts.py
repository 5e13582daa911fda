"""Held letters: each can be put right before all are released. Text and HTML are rendered anew from the parts."""

import hashlib
import json

from django.db import transaction
from django.db.models import QuerySet

from correspondence import policies
from correspondence.handling import WrongState
from correspondence.letters import render_letter
from correspondence.models import Message
from directory.audit import record
from directory.models import User

State = Message.State


class ChangedMeanwhile(Exception):
    """Somebody else has changed the letter since the page was opened; the text is for the person who tried."""


def version_of(message: Message) -> str:
    """What a form carries, so that two colleagues never overwrite each other."""
    content = json.dumps([message.address, message.parts], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


@transaction.atomic
def edit(
    *,
    message: Message,
    address: str,
    subject: str,
    greeting: str,
    paragraphs: list[str],
    version: str,
    actor: User,
) -> Message:
    """Change the words and the address of a held letter.

    Arguments:
        address: one that ``outbox.check_address`` accepts.
        version: ``version_of`` what the page showed.
    Raises:
        WrongState: it has been released or cancelled.
        ChangedMeanwhile: it is not the letter that the page showed.
    """
    row = Message.objects.select_for_update().get(pk=message.pk)
    if not policies.can_edit_draft(actor, row):
        raise WrongState(row)
    if version_of(row) != version:
        raise ChangedMeanwhile(f"Thư gửi {row.address} đã được người khác sửa sau khi trang này được mở.")
    before = {"address": row.address} | {name: row.parts.get(name) for name in _WORDS}
    words = {"subject": subject, "greeting": greeting, "paragraphs": paragraphs}
    letter = render_letter("letter", row.parts | words)
    row.address, row.parts = address, letter.parts
    row.subject, row.text, row.html = letter.subject, letter.text, letter.html
    row.save(update_fields=["address", "subject", "text", "html", "parts", "search"])
    after = {"address": address} | words
    changes = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
    record(actor=actor, action="message.edit", target=row, changes=changes)
    return row


_WORDS = ("subject", "greeting", "paragraphs")


def together_with(message: Message) -> QuerySet[Message]:
    """The letters that are held with this one and can be edited, itself included, in the order of writing."""
    held = Message.objects.filter(state__in=policies.HELD, parts__isnull=False).order_by("pk")
    if message.mailing_id:
        return held.filter(mailing=message.mailing_id)
    return held.filter(mailing=None, topic=message.topic, kind=message.kind)
