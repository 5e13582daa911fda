"""What a delegate does through the personal link: confirm, decline, get the link again."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from conferences.models import ChangeNotice, Conference
from delegates import letters, policies, questions
from delegates.models import Delegate
from delegates.services.locking import lock, save
from delegates.services.seats import changed_rows
from directory.audit import record
from directory.models import PersonalLink, User

BY_LINK = "đại biểu, qua đường dẫn cá nhân"


class AnswerClosed(Exception):
    """The conference has begun, or somebody else is sent instead."""


def delegate_of(link: PersonalLink) -> Delegate | None:
    """The delegate who holds the link."""
    _, _, pk = link.holder.partition(":")
    return (
        Delegate.objects.select_related(
            "seat__group",
            "seat__nomination__conference__kind",
            "seat__nomination__unit",
            "seat__nomination__organisation",
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


@transaction.atomic
def answer_questions(*, delegate: Delegate, answers: Mapping[str, str], at: dt.datetime) -> Delegate:
    """Keep what the delegate answers to the conference's questions, also in the list that is being typed.

    Arguments:
        answers: question key → answer; a blank one takes an answer back.
    Raises:
        AnswerClosed: as ``answer``.
        ValueError: an answer that is not right for its question.
    """
    nomination = lock(delegate.seat.nomination)
    found = Delegate.objects.select_related("seat__group").get(pk=delegate.pk)
    found.seat.nomination = nomination
    if not policies.can_answer(found, at):
        raise AnswerClosed("Không còn trả lời được: hội nghị đã bắt đầu hoặc đại biểu đã được thay.")
    asked = [question for question, _ in questions.asked_of(found)]
    before = {str(answer.question_id): answer.value for answer in found.question_answers.all()}
    questions.keep_answers(found, answers, asked)
    kept = {
        str(question.pk): value
        for question in asked
        if (value := questions.clean_answer(question, answers.get(str(question.pk), "")))
    }
    # Sent again, the list must not bring the old answers back.
    nomination.draft = changed_rows(nomination.draft, found, {"answers": kept})
    save(nomination, at, "draft")
    record(
        actor=BY_LINK, action="delegate.answer_questions", target=found, changes={"answers": [before, kept]}
    )
    return found


@transaction.atomic
def ask_again(*, conference: Conference, actor: User, at: dt.datetime) -> int:
    """The day is another one: who said yes or no is asked once more; answers how many.

    The old answer stays in the audit trail.
    """
    answered = list(
        Delegate.objects.select_for_update(of=("self",))
        .filter(seat__nomination__conference=conference, state=Delegate.State.PROPOSED, seat__is_live=True)
        .exclude(answer=Delegate.Answer.NONE)
        .order_by("pk")
    )
    for delegate in answered:
        none = Delegate.Answer.NONE
        changes = {"answer": [delegate.answer, none], "answer_reason": [delegate.answer_reason, ""]}
        record(actor=actor, action="delegate.ask_again", target=delegate, changes=changes)
        delegate.answer, delegate.answer_reason = none, ""
        delegate.answered_at, delegate.asked_again_at = None, at
    Delegate.objects.bulk_update(answered, ["answer", "answer_reason", "answered_at", "asked_again_at"])
    return len(answered)


def why_asked_again(delegate: Delegate) -> ChangeNotice | None:
    """The notice after which the delegate is asked once more; None when there is nothing to answer again."""
    if delegate.asked_again_at is None or delegate.answer != Delegate.Answer.NONE:
        return None
    conference = delegate.seat.nomination.conference
    return conference.change_notices.filter(told_at=delegate.asked_again_at).first()


def renew_link(*, link: PersonalLink, at: dt.datetime) -> bool:
    """Mail a fresh link to the address of a dead one; answers whether one was mailed.

    Only to the delegate's present address: a replaced delegate, or a mistyped address since corrected, gets none.
    """
    delegate = delegate_of(link)
    if (
        delegate is None
        or not delegate.email
        or not policies.holds_place(delegate)
        or delegate.email.lower() != link.address.lower()
    ):
        return False
    with transaction.atomic():
        letters.send_new_link(delegate=delegate, dead=link, at=at)
        record(actor=BY_LINK, action="delegate.renew_link", target=delegate)
    return True
