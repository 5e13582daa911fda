"""Tasks from a conclusion: given, reported, accepted or returned, taken back."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from conferences import reminders, task_letters
from conferences.models import ConclusionItem, Conference, Task, TaskReport
from conferences.models.tasks import MAX_NOTE
from conferences.policies import acts_for, is_organiser
from conferences.services.publishing import WrongState
from directory.audit import record
from directory.models import Organisation, User
from hoinghi.files import Examined, dropped_on_failure, examine
from hoinghi.text import format_date

State = Task.State
Answer = TaskReport.Answer
MAX_FILE_MB = 20
# The reminders that go to addressees (``task_reminding``).
AUDIENCES = ("tasks", "tasks_overdue")


@dataclass(frozen=True)
class Addressee:
    """Who gets a task: an organisation of the register, or a name that only staff follow."""

    name: str
    organisation: Organisation | None = None


# ── giving ──────────────────────────────────────────────────────────────────────────────────────────


def giving_obstacle(item: ConclusionItem) -> str:
    """Why the item cannot be given to anybody, for the person to read; "" when it can."""
    if not item.conclusion.is_published:
        return "Công bố kết luận trước, rồi giao nhiệm vụ: cơ quan được giao cần đọc được kết luận."
    if item.kind in ConclusionItem.FINDINGS:
        return "Kết quả, tồn tại không phải là việc để giao."
    return ""


@transaction.atomic
def give(
    *,
    item: ConclusionItem,
    addressees: Iterable[Addressee],
    due_on: dt.date,
    actor: User,
    at: dt.datetime,
) -> list[Task]:
    """Give the item to each of the addressees; answers the new tasks. Whoever has it already keeps it as it is.

    Raises:
        WrongState: the conclusion is not published, or the item is a finding.
        ValidationError: nobody is chosen, or the day is over.
    """
    # Two who press at once: the second one finds the tasks of the first.
    item = (
        ConclusionItem.objects.select_for_update(of=("self",))
        .select_related("conclusion__conference")
        .get(pk=item.pk)
    )
    if message := giving_obstacle(item):
        raise WrongState(message)
    _check_due(due_on, at)
    there = set(item.tasks.exclude(state=State.CANCELLED).values_list("organisation_name", flat=True))
    wanted = {each.name: each for each in addressees}
    if not wanted:
        raise ValidationError({"addressees": "Chọn ít nhất một cơ quan, hoặc ghi tên nơi thực hiện."})
    tasks = [
        Task(
            item=item,
            organisation=each.organisation,
            organisation_name=name,
            due_on=due_on,
            given_at=at,
            given_by=actor,
        )
        for name, each in wanted.items()
        if name not in there
    ]
    for task in tasks:  # one by one: the folded name is derived on save
        task.save()
        record(
            actor=actor,
            action="task.give",
            target=task,
            changes={"due_on": [None, str(due_on)], "organisation": [None, task.organisation_name]},
        )
    if tasks:
        task_letters.tell_given(tasks=tasks, at=at)
        _remind(item.conclusion.conference, at)
    return tasks


def _check_due(due_on: dt.date, at: dt.datetime) -> None:
    if due_on < timezone.localdate(at):
        raise ValidationError({"due_on": f"Ngày {format_date(due_on)} đã qua. Chọn từ hôm nay trở đi."})


@transaction.atomic
def change_due(*, task: Task, due_on: dt.date, actor: User, at: dt.datetime) -> Task:
    """Give the addressee another date, who is told.

    Raises:
        WrongState: there is nothing left to do.
        ValidationError: the day is over.
    """
    locked = _lock(task)
    if locked.state not in Task.TO_DO:
        raise WrongState(f"Nhiệm vụ đang ở trạng thái “{locked.get_state_display()}”, không đổi thời hạn.")
    _check_due(due_on, at)
    if due_on == locked.due_on:
        return locked
    before, locked.due_on = locked.due_on, due_on
    locked.save(update_fields=["due_on"])
    record(
        actor=actor, action="task.change_due", target=locked, changes={"due_on": [str(before), str(due_on)]}
    )
    task_letters.tell_due(task=locked, at=at)
    _remind(locked.conference, at)
    return locked


@transaction.atomic
def cancel(*, task: Task, reason: str, actor: User, at: dt.datetime) -> Task:
    """Ask the addressee for it no more, who is told why.

    Raises:
        WrongState: it is settled already.
        ValidationError: no reason.
    """
    locked = _lock(task)
    if locked.state in (State.ACCEPTED, State.CANCELLED):
        raise WrongState(f"Nhiệm vụ đang ở trạng thái “{locked.get_state_display()}”.")
    _needs(reason, "Ghi lý do thôi giao: cơ quan được báo lý do này.")
    before, locked.state = locked.state, State.CANCELLED
    locked.reason, locked.settled_at = reason, at
    locked.save(update_fields=["state", "reason", "settled_at"])
    record(
        actor=actor,
        action="task.cancel",
        target=locked,
        changes={"state": [before, locked.state], "reason": ["", reason]},
    )
    task_letters.tell_cancelled(task=locked, at=at)
    _remind(locked.conference, at)
    return locked


# ── reporting ───────────────────────────────────────────────────────────────────────────────────────


def reporting_obstacle(task: Task) -> str:
    """Why nothing can be reported on the task; "" when it can, in time or not."""
    if task.state in Task.TO_DO:
        return ""
    if task.state == State.REPORTED:
        return "Đã báo cáo, đang chờ đơn vị tổ chức xem xét."
    return f"Nhiệm vụ đang ở trạng thái “{task.get_state_display()}”, không cần báo cáo nữa."


def report(*, task: Task, note: str, upload=None, actor: User, at: dt.datetime) -> TaskReport:
    """Say that it is done, with words and perhaps a file; staff look at it.

    Raises:
        WrongState: nothing to report now.
        ValidationError: no words, too many, or a file that is not taken.
    """
    _needs(note, "Ghi kết quả thực hiện.", field="note")
    if len(note) > MAX_NOTE:
        raise ValidationError({"note": f"Dài quá {MAX_NOTE} chữ. Gửi phần dài bằng tệp đính kèm."})
    examined = _examine(upload) if upload is not None else None
    described = examined.described if examined else {}
    made = TaskReport(task=task, note=note, reported_by=actor, reported_at=at, **described)
    with dropped_on_failure(made.file), transaction.atomic():
        locked = _lock(task)
        if message := reporting_obstacle(locked):
            raise WrongState(message)
        before, locked.state = locked.state, State.REPORTED
        locked.save(update_fields=["state"])
        made.number = locked.reports.count() + 1
        made.reported_by_name = _signature(locked, actor, at)
        if examined:
            made.file.save(examined.disk_name, upload, save=False)
        made.save()
        record(
            actor=actor,
            action="task.report",
            target=locked,
            changes={"state": [before, locked.state], "file": ["", made.file_name]},
            acted_for=locked.organisation_name,
        )
        task_letters.tell_reported(report=made, at=at)
        _remind(locked.conference, at)
    return made


def _examine(upload) -> Examined:
    try:
        return examine(upload, max_mb=MAX_FILE_MB)
    except ValidationError as refused:
        raise ValidationError({"upload": refused.messages}) from refused


def _signature(task: Task, actor: User, at: dt.datetime) -> str:
    on_behalf = is_organiser(actor) and not acts_for(actor, task, at)
    return f"{actor.full_name}, ghi thay {task.organisation_name}" if on_behalf else actor.full_name


@transaction.atomic
def accept(*, task: Task, actor: User, at: dt.datetime) -> Task:
    """Take the last report as the end of the task; the addressee is told.

    Raises:
        WrongState: nothing is reported, or a colleague has answered.
    """
    locked, latest = _reported(task)
    locked.state, locked.reason, locked.settled_at = State.ACCEPTED, "", at
    locked.save(update_fields=["state", "reason", "settled_at"])
    _answer(latest, Answer.ACCEPTED, "", actor, at)
    record(
        actor=actor,
        action="task.accept",
        target=locked,
        changes={"state": [State.REPORTED, locked.state]},
    )
    task_letters.tell_accepted(task=locked, at=at)
    return locked


@transaction.atomic
def return_report(*, task: Task, reason: str, actor: User, at: dt.datetime) -> Task:
    """Ask the addressee to go on, with a reason; the date stays.

    Raises:
        WrongState: nothing is reported, or a colleague has answered.
        ValidationError: no reason.
    """
    locked, latest = _reported(task)
    _needs(reason, "Ghi lý do trả lại: cần làm thêm gì.")
    locked.state, locked.reason = State.RETURNED, reason
    locked.save(update_fields=["state", "reason"])
    _answer(latest, Answer.RETURNED, reason, actor, at)
    record(
        actor=actor,
        action="task.return",
        target=locked,
        changes={"state": [State.REPORTED, locked.state], "reason": ["", reason]},
    )
    task_letters.tell_returned(task=locked, at=at)
    _remind(locked.conference, at)
    return locked


def _reported(task: Task) -> tuple[Task, TaskReport]:
    locked = _lock(task)
    if locked.state != State.REPORTED:
        raise WrongState(
            f"Nhiệm vụ đang ở trạng thái “{locked.get_state_display()}”, không có báo cáo chờ xem xét."
        )
    return locked, locked.reports.first()


def _answer(report: TaskReport, answer: str, reason: str, actor: User, at: dt.datetime) -> None:
    report.answer, report.answer_reason = answer, reason
    report.answered_by, report.answered_at = actor, at
    report.save(update_fields=["answer", "answer_reason", "answered_by", "answered_at"])


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _lock(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).with_story().get(pk=task.pk)


def _needs(text: str, message: str, *, field: str = "reason") -> None:
    if not text.strip():
        raise ValidationError({field: message})


def _remind(conference: Conference, at: dt.datetime) -> None:
    for audience in AUDIENCES:
        reminders.prefill(conference, audience)
    reminders.schedule(conference=conference, at=at)
