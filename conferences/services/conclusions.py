"""The conclusion of a conference: written item by item, published, taken back to be put right."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from conferences.citing import citing_problems
from conferences.documents import follow_with_drafts
from conferences.facts import facts_of
from conferences.followers import CannotFollow
from conferences.models import Conclusion, ConclusionItem, Conference
from conferences.services.publishing import WrongState
from directory.audit import record
from directory.models import Organisation, User
from hoinghi.text import format_moment

State = Conclusion.State


class StaleConclusion(Exception):
    """A colleague has saved the conclusion since the page was opened."""


@dataclass(frozen=True)
class ItemRow:
    """One item as typed; ``pk`` None is a new one. They stand in the order in which they are printed."""

    pk: int | None
    kind: str
    text: str
    addressee: Organisation | None = None
    addressee_name: str = ""
    due_on: dt.date | None = None


def conclusion_of(conference: Conference) -> Conclusion:
    """The conclusion of the conference, or a new one that is not saved."""
    return getattr(conference, "conclusion", None) or Conclusion(conference=conference)


@transaction.atomic
def save_conclusion(
    *,
    conference: Conference,
    opening: str,
    closing: str,
    rows: list[ItemRow],
    version: int,
    actor: User,
) -> Conclusion:
    """Make the conclusion say what was typed; items that are not among the rows go.

    Arguments:
        version: the conclusion's version that the form was opened with; 0 for a new one.
    Raises:
        WrongState: it is published.
        StaleConclusion: a colleague was faster.
        ValidationError: a text cites a fact that there is not, or an item that goes has tasks. Nothing is saved.
    """
    conclusion = _lock(conference)
    if conclusion.is_published:
        raise WrongState("Kết luận đã công bố. Thu lại rồi sửa.")
    if conclusion.version != version:
        raise StaleConclusion(
            "Kết luận đã được đồng nghiệp lưu sau khi trang được mở. Mở lại trang, đối chiếu rồi lưu lại."
        )
    _check_texts(conference, opening, closing, rows)
    conclusion.opening, conclusion.closing = opening, closing
    conclusion.version += 1
    conclusion.save()
    changes = _save_items(conclusion, rows)
    record(
        actor=actor,
        action="conclusion.save",
        target=conclusion,
        changes={"version": [version, conclusion.version], **changes},
    )
    return conclusion


def _lock(conference: Conference) -> Conclusion:
    # Two colleagues who begin at once would make two.
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    found = Conclusion.objects.select_for_update().filter(conference=conference).first()
    return found or Conclusion(conference=conference)


def _check_texts(conference: Conference, opening: str, closing: str, rows: list[ItemRow]) -> None:
    facts = facts_of(conference).citable
    problems = {
        "opening": citing_problems(opening, facts),
        "closing": citing_problems(closing, facts),
        **{f"row-{number}": citing_problems(row.text, facts) for number, row in enumerate(rows)},
    }
    if found := {name: texts for name, texts in problems.items() if texts}:
        raise ValidationError(found)


def _save_items(conclusion: Conclusion, rows: list[ItemRow]) -> dict:
    present = {item.pk: item for item in conclusion.items.all()}
    changes: dict[str, list] = {}
    for position, row in enumerate(rows, start=1):
        item = present.pop(row.pk, None) or ConclusionItem(conclusion=conclusion)
        before = item.text
        item.kind, item.position, item.text = row.kind, position, row.text
        item.addressee, item.addressee_name, item.due_on = row.addressee, row.addressee_name, row.due_on
        item.clean()
        item.save()
        if before != item.text:
            changes[f"item.{item.pk}"] = [before, item.text]
    for item in present.values():
        changes[f"item.{item.pk}"] = [item.text, None]
        try:
            item.delete()
        except ProtectedError as error:
            raise ValidationError(
                f"Không bỏ được “{item}”: đã giao thành nhiệm vụ. Thôi giao thì vẫn giữ nội dung này trong kết luận."
            ) from error
    return changes


def publishing_obstacle(conclusion: Conclusion, at: dt.datetime) -> str:
    """Why the conclusion cannot be published at ``at``, for the person to read; "" when it can."""
    conference = conclusion.conference
    if conclusion.is_published:
        return f"Kết luận đã công bố lúc {format_moment(conclusion.published_at)}."
    if conference.state not in (Conference.State.ANNOUNCED, Conference.State.CONCLUDED):
        return f"Hội nghị đang ở trạng thái “{conference.get_state_display()}”."
    if at < conference.end_at:
        return f"Hội nghị kết thúc lúc {format_moment(conference.end_at)}; kết luận công bố được sau lúc đó."
    if not conclusion.pk or not conclusion.items.exists():
        return "Kết luận chưa có nội dung nào."
    return ""


@transaction.atomic
def publish_conclusion(*, conference: Conference, actor: User, at: dt.datetime) -> Conclusion:
    """Let everybody read the conclusion on the conference's page; the conference counts as concluded.

    Raises:
        WrongState: the message says why not.
    """
    conclusion = _lock(conference)
    conclusion.conference.refresh_from_db()
    if message := publishing_obstacle(conclusion, at):
        raise WrongState(message)
    conclusion.state, conclusion.published_at = State.PUBLISHED, at
    conclusion.save(update_fields=["state", "published_at", "updated_at"])
    _set_state(conclusion.conference, Conference.State.CONCLUDED)
    _follow(conclusion.conference, actor)
    record(
        actor=actor,
        action="conclusion.publish",
        target=conclusion,
        changes={"state": [State.DRAFT, State.PUBLISHED]},
    )
    return conclusion


@transaction.atomic
def withdraw_conclusion(*, conference: Conference, actor: User) -> Conclusion:
    """Take the conclusion back to put it right. Tasks that were given go on.

    Raises:
        WrongState: it is not published.
    """
    conclusion = _lock(conference)
    if not conclusion.is_published:
        raise WrongState("Kết luận chưa công bố.")
    conclusion.state, conclusion.published_at = State.DRAFT, None
    conclusion.save(update_fields=["state", "published_at", "updated_at"])
    _set_state(conclusion.conference, Conference.State.ANNOUNCED)
    record(
        actor=actor,
        action="conclusion.withdraw",
        target=conclusion,
        changes={"state": [State.PUBLISHED, State.DRAFT]},
    )
    return conclusion


def _follow(conference: Conference, actor: User) -> None:
    """Bring a Thông báo kết luận that waits as a draft up to date."""
    try:
        follow_with_drafts(conference=conference, actor=actor)
    except CannotFollow as refused:
        raise WrongState(str(refused)) from refused


def _set_state(conference: Conference, state: str) -> None:
    conference.state = state
    conference.save(update_fields=["state", "updated_at"])
