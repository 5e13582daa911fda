"""The letters about tasks: given, another date, reported, returned, accepted, taken back, reminders."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import prefetch_related_objects

from conferences.facts import facts_of, remember_facts
from conferences.letters import Addressee, Filling, addressees_of, around, outgoing
from conferences.models import Conclusion, ConclusionItem, Conference, Task, TaskReport
from correspondence.letters import Letter, write_letter, write_letters
from correspondence.outbox import OutgoingLetter, enqueue_many
from hoinghi.text import format_date


def tell_given(*, tasks: list[Task], at: dt.datetime) -> None:
    """Tell each addressee what it has to do and until when."""
    _tell_each("task_given", tasks, at)


def tell_due(*, task: Task, at: dt.datetime) -> None:
    _tell_each("task_due", [task], at, suffix=f":{task.due_on}")


def tell_returned(*, task: Task, at: dt.datetime) -> None:
    _tell_each("task_returned", [task], at, suffix=_count(task))


def tell_accepted(*, task: Task, at: dt.datetime) -> None:
    _tell_each("task_accepted", [task], at, suffix=_count(task))


def tell_cancelled(*, task: Task, at: dt.datetime) -> None:
    _tell_each("task_cancelled", [task], at)


def _count(task: Task) -> str:
    return f":{task.reports.count()}"


def tell_reported(*, report: TaskReport, at: dt.datetime) -> None:
    """Tell the conference's contact that a report waits; staff see it on their page all the same."""
    task = report.task
    contact = task.conference.contacts.first()
    if contact is None or not contact.email:
        return
    values, frame = filling(task)
    letter = write_letter(
        "task_reported",
        values | {"contact": str(contact), "note": report.note, "sender": report.reported_by_name},
        frame,
    )
    enqueue_many(
        [
            outgoing(
                task.conference,
                letter,
                key=f"task_reported:{task.pk}:{report.number}",
                kind="task_reported",
                address=contact.email,
                recipient_name=contact.full_name,
                link_path=task.get_absolute_url(),
            )
        ],
        at=at,
    )


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


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────


def reminder(kind: str, task: Task) -> Letter:
    return write_letter(kind, *filling(task))


def reminders(kind: str, wanted: Iterable[tuple[str, Task, Addressee]]) -> Iterator[OutgoingLetter]:
    """Letters of (key, task, reader)."""
    for key, task, reader in wanted:
        yield _letter(task, kind, reminder(kind, task), reader, key=key)


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _tell_each(kind: str, tasks: list[Task], at: dt.datetime, *, suffix: str = "") -> None:
    """One letter to each reader of each task's organisation; a task of somebody outside the register has none."""
    tasks = [task for task in tasks if task.organisation_id]
    prefetch_related_objects(tasks, "organisation")
    for conference in {id(task.conference): task.conference for task in tasks}.values():
        remember_facts(conference)
    readers = addressees_of([task.organisation for task in tasks], at)
    written = write_letters(kind, [filling(task) for task in tasks])
    enqueue_many(
        [
            _letter(task, kind, letter, reader, key=f"{kind}:{task.pk}{suffix}:{reader.address.lower()}")
            for task, letter in zip(tasks, written, strict=True)
            for reader in readers[task.organisation_id]
        ],
        at=at,
    )


def _letter(task: Task, kind: str, letter: Letter, reader: Addressee, *, key: str) -> OutgoingLetter:
    return outgoing(
        task.conference,
        letter,
        key=key,
        kind=kind,
        address=reader.address,
        recipient_name=task.organisation_name,
        contact=reader.contact,
        user=reader.user,
        link_path=task.get_absolute_url(),
    )


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
