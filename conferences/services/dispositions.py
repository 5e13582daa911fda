"""The staff's answers to opinions, and the publication of both."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from conferences import opinion_letters
from conferences.drafts.table import table_of
from conferences.models import DraftDocument, DraftResult, Opinion
from conferences.models.opinions import MAX_OPINION
from conferences.services.drafts import lock
from conferences.services.publishing import WrongState
from directory.audit import record
from directory.models import User

State = DraftDocument.State
Disposition = Opinion.Disposition
# What has to be explained.
NEEDS_REPLY = (Disposition.PARTLY, Disposition.EXPLAINED)


@transaction.atomic
def answer(
    *,
    draft: DraftDocument,
    opinions: Iterable[int],
    disposition: str,
    reply: str,
    actor: User,
    at: dt.datetime,
) -> int:
    """Give one answer to one or many opinions of the draft; answers how many got it. Nobody outside sees it before
    the result is published.

    Arguments:
        opinions: keys; those of other drafts are left alone.
        disposition: of ``Opinion.Disposition``, or "" to keep the words for later.
    Raises:
        ValidationError: nothing was chosen, the reply is missing or too long.
    """
    _check(disposition, reply)
    lock(draft)
    # In a row, so that two colleagues who answer the same ones do not wait for each other in a circle.
    found = list(
        Opinion.objects.select_for_update().filter(sheet__draft=draft, pk__in=list(opinions)).order_by("pk")
    )
    if not found:
        raise ValidationError({"opinions": "Đánh dấu ít nhất một ý kiến."})
    for opinion in found:
        before = [opinion.disposition, opinion.reply]
        opinion.disposition, opinion.reply = disposition, reply
        opinion.changed_since = False
        opinion.replied_by, opinion.replied_at = actor, at
        opinion.save(update_fields=["disposition", "reply", "changed_since", "replied_by", "replied_at"])
        record(
            actor=actor,
            action="opinion.answer",
            target=opinion,
            changes={"disposition": [before[0], disposition], "reply": [before[1], reply]},
        )
    return len(found)


def _check(disposition: str, reply: str) -> None:
    problems = {}
    if disposition and disposition not in Disposition:
        problems["disposition"] = "Chọn một trong: tiếp thu, tiếp thu một phần, giải trình."
    if disposition in NEEDS_REPLY and not reply:
        problems["reply"] = (
            "Ghi nội dung tiếp thu, giải trình: vì sao không tiếp thu hoặc chỉ tiếp thu một phần."
        )
    if len(reply) > MAX_OPINION:
        problems["reply"] = f"Dài quá {MAX_OPINION} chữ."
    if problems:
        raise ValidationError(problems)


def publishing_obstacle(draft: DraftDocument, at: dt.datetime) -> str:
    """Why the result cannot be published at ``at``, for the person to read; "" when it can."""
    if draft.state == State.PREPARING:
        return "Dự thảo chưa được gửi lấy ý kiến."
    if draft.state == State.ASKING and draft.deadline and at < draft.deadline:
        return "Chưa hết hạn góp ý. Chờ hết hạn, hoặc sửa hạn rồi công bố."
    if missing := Opinion.objects.filter(
        sheet__draft=draft, sheet__state="submitted", disposition=""
    ).count():
        return f"Còn {missing} ý kiến chưa được xử lý (tiếp thu hoặc giải trình)."
    return ""


@transaction.atomic
def publish_result(*, draft: DraftDocument, readers: str, actor: User, at: dt.datetime) -> DraftResult:
    """Publish the table of opinions and answers as it is now; whoever sent one is told.

    Publishing again, after answers were put right, keeps the earlier table.

    Arguments:
        readers: of ``DraftDocument.Readers``.
    Raises:
        WrongState: opinions are still taken, or not all have an answer.
    """
    locked = lock(draft)
    # Whoever is just sending waits, and is refused afterwards (``opinions.submit``).
    list(locked.sheets.select_for_update().order_by("pk").values_list("pk", flat=True))
    if message := publishing_obstacle(locked, at):
        raise WrongState(message)
    result = DraftResult.objects.create(
        draft=locked,
        number=locked.results.count() + 1,
        table=table_of(locked).as_json(),
        published_by=actor,
        published_at=at,
    )
    before, locked.state, locked.result_readers = locked.state, State.ANSWERED, readers
    locked.save(update_fields=["state", "result_readers", "updated_at"])
    record(
        actor=actor,
        action="draft.publish_result",
        target=locked,
        changes={
            "state": [before, locked.state],
            "result": [result.number - 1, result.number],
            "readers": ["", readers],
        },
    )
    opinion_letters.tell_result(result=result, at=at)
    return result


@transaction.atomic
def withdraw_result(*, draft: DraftDocument, actor: User) -> None:
    """Take the published table back; opinions are taken again until the deadline.

    Raises:
        WrongState: none is published.
    """
    locked = lock(draft)
    if locked.state != State.ANSWERED:
        raise WrongState("Kết quả chưa được công bố.")
    locked.state = State.ASKING
    locked.save(update_fields=["state", "updated_at"])
    record(
        actor=actor,
        action="draft.withdraw_result",
        target=locked,
        changes={"state": [State.ANSWERED, locked.state]},
    )
