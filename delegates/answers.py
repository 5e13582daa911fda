"""What a delegate does through the personal link: confirm, decline, get the link again."""

import datetime as dt

from django.db import transaction

from delegates import letters, policies
from delegates.models import Delegate
from directory.audit import record
from directory.models import PersonalLink

BY_LINK = "đại biểu, qua đường dẫn cá nhân"


class AnswerClosed(Exception):
    """The conference has begun, or somebody else is sent instead."""


def delegate_of(link: PersonalLink) -> Delegate | None:
    """The delegate who holds the link."""
    _, _, pk = link.holder.partition(":")
    return (
        Delegate.objects.select_related(
            "seat__nomination__conference__kind", "seat__nomination__unit", "seat__nomination__organisation"
        )
        .filter(pk=pk)
        .first()
    )


@transaction.atomic
def answer(*, delegate: Delegate, coming: bool, reason: str, at: dt.datetime) -> Delegate:
    """Confirm or decline; an answer may be changed until the conference starts.

    Arguments:
        reason: why the delegate can't come; the focal point is told.
    Raises:
        AnswerClosed: it is too late, or the delegate is no longer sent.
    """
    locked = (
        Delegate.objects.select_for_update(of=("self",))
        .select_related("seat__nomination__conference")
        .get(pk=delegate.pk)
    )
    if not policies.can_answer(locked, at):
        raise AnswerClosed("Không còn trả lời được: hội nghị đã bắt đầu hoặc đại biểu đã được thay.")
    before = locked.answer
    locked.answer = Delegate.Answer.CONFIRMED if coming else Delegate.Answer.DECLINED
    locked.answer_reason = "" if coming else reason
    locked.answered_at = at
    locked.save(update_fields=["answer", "answer_reason", "answered_at"])
    record(
        actor=BY_LINK, action="delegate.answer", target=locked, changes={"answer": [before, locked.answer]}
    )
    if not coming:
        letters.tell_declined(delegate=locked, at=at)
    return locked


def renew_link(*, link: PersonalLink, at: dt.datetime) -> bool:
    """Mail a fresh link to the address of a dead one; answers whether one was mailed.

    Only to the delegate's present address: a replaced delegate, or a mistyped address since corrected, gets none.
    """
    delegate = delegate_of(link)
    if (
        delegate is None
        or not policies.holds_place(delegate)
        or delegate.email.lower() != link.address.lower()
    ):
        return False
    with transaction.atomic():
        letters.send_new_link(delegate=delegate, dead=link, at=at)
        record(actor=BY_LINK, action="delegate.renew_link", target=delegate)
    return True
