"""The letters about tasks: given, another date, reported, returned, accepted, taken back, reminders."""

import datetime as dt

from conferences.facts import facts_of
from conferences.letters import Filling, around, tell_contact, tell_readers
from conferences.models import Conclusion, ConclusionItem, Conference, Task, TaskReport
from hoinghi.text import format_date


def tell_given(*, tasks: list[Task], at: dt.datetime) -> None:
    """Tell each addressee what it has to do and until when."""
    tell_readers("task_given", tasks, filling, at=at)


def tell_due(*, task: Task, at: dt.datetime) -> None:
    tell_readers("task_due", [task], filling, suffix=f":{task.due_on}", at=at)


def tell_returned(*, task: Task, at: dt.datetime) -> None:
    tell_readers("task_returned", [task], filling, suffix=_count(task), at=at)


def tell_accepted(*, task: Task, at: dt.datetime) -> None:
    tell_readers("task_accepted", [task], filling, suffix=_count(task), at=at)


def tell_cancelled(*, task: Task, at: dt.datetime) -> None:
    tell_readers("task_cancelled", [task], filling, at=at)


def _count(task: Task) -> str:
    return f":{task.reports.count()}"


def tell_reported(*, report: TaskReport, at: dt.datetime) -> None:
    """Tell the conference's contact that a report waits."""
    values, frame = filling(report.task)
    values |= {"note": report.note, "sender": report.reported_by_name}
    tell_contact("task_reported", report.task, (values, frame), number=report.number, at=at)


def filling(task: Task) -> Filling:
    """What every letter about a task is filled with; facts of the conference around it."""
    conference = task.conference
    text = task.item.printed(facts_of(conference).citable)
    about, frame = around(
        conference,
        extra_facts=[("Thời hạn", f"hết ngày {format_date(task.due_on)}")],
        footer="Nhiệm vụ theo kết luận đăng trên Cổng hội nghị.",
    )
    return about | {
        "organisation": task.organisation_name,
        "task": text,
        "due": format_date(task.due_on),
        "reason": task.reason,
    }, frame


# ── previews ────────────────────────────────────────────────────────────────────────────────────────


def sample(code: str) -> Filling | None:
    """What the preview of a text is filled with: the latest task, or a made-up one on the latest conference."""
    task = Task.objects.with_story().order_by("-given_at", "-pk").first() or _made_up()
    if task is None:
        return None
    task.reason = task.reason or "chưa có số liệu của quý IV"
    values, frame = filling(task)
    return values | {
        "contact": "đồng chí liên hệ",
        "note": "Đã rà soát xong.",
        "sender": "Nguyễn Văn A",
    }, frame


def _made_up() -> Task | None:
    conference = Conference.objects.order_by("-start_at").first()
    if conference is None:
        return None
    item = ConclusionItem(
        conclusion=Conclusion(conference=conference),
        text="Rà soát quy hoạch các cụm công nghiệp trên địa bàn",
    )
    return Task(pk=0, item=item, organisation_name=conference.organiser_name, due_on=conference.end_at.date())
