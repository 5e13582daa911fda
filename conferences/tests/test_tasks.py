import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conferences import reminders
from conferences.models import Task, TaskReport
from conferences.services import WrongState, conclusions, tasks
from conferences.tests.concluding import conclude, give
from correspondence.models import Message

State = Task.State


@pytest.fixture
def conclusion(conference, an):
    return conclude(conference, an)


@pytest.fixture
def task(conclusion, world, an):
    (given,) = give(conclusion, an, world.dak_lak.so)
    return given


def letters(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("address", flat=True))


def report(task, user, note="Đã rà soát xong", upload=None, at=None):
    return tasks.report(task=task, note=note, upload=upload, actor=user, at=at or timezone.now())


# ── giving ──────────────────────────────────────────────────────────────────────────────────────────


def test_one_item_for_many_and_nobody_gets_it_twice(conclusion, world, an, binh):
    give(conclusion, an, world.dak_lak.so)
    new = give(conclusion, an, world.dak_lak.so, world.ca_mau.so, names=["Các hợp tác xã"])
    assert [task.organisation_name for task in new] == [world.ca_mau.so.name, "Các hợp tác xã"]
    # The focal point and the address; nobody writes to a name outside the register.
    assert letters("task_given") == [
        "binh@daklak.example",
        "sct-ca-mau@gov.example",
        "sct-dak-lak@gov.example",
    ]
    text = Message.objects.filter(kind="task_given").first().text
    assert "Rà soát quy hoạch các cụm công nghiệp" in text


def test_nothing_is_given_from_a_draft_or_a_finding(conference, world, an):
    draft = conclude(conference, an, published=False)
    with pytest.raises(WrongState, match="Công bố kết luận trước"):
        give(draft, an, world.dak_lak.so)
    conclusions.publish_conclusion(conference=conference, actor=an, at=timezone.now())
    finding = draft.items.get(kind="shortcoming")
    with pytest.raises(WrongState, match="không phải là việc"):
        tasks.give(
            item=finding,
            addressees=[tasks.Addressee("Sở")],
            due_on=timezone.localdate(),
            actor=an,
            at=timezone.now(),
        )


@pytest.mark.parametrize(("days", "names", "field"), [(-1, ["Sở"], "due_on"), (1, [], "addressees")])
def test_a_day_that_is_over_or_nobody_is_refused(conclusion, an, days, names, field):
    with pytest.raises(ValidationError) as refused:
        give(conclusion, an, days=days, names=names)
    assert list(refused.value.message_dict) == [field]


def test_what_was_taken_back_can_be_given_again(task, conclusion, world, an):
    tasks.cancel(task=task, reason="Trùng nhiệm vụ", actor=an, at=timezone.now())
    assert letters("task_cancelled") == ["sct-dak-lak@gov.example"]
    assert len(give(conclusion, an, world.dak_lak.so)) == 1


# ── the course of a task ────────────────────────────────────────────────────────────────────────────


def test_reported_returned_reported_accepted(task, an, binh):
    at = timezone.now()
    report(task, binh)
    task.refresh_from_db()
    assert task.state == State.REPORTED
    assert letters("task_reported") == ["lien@moit.example"]
    with pytest.raises(WrongState, match="đang chờ"):
        report(task, binh)
    tasks.return_report(task=task, reason="Thiếu số liệu", actor=an, at=at)
    task.refresh_from_db()
    assert (task.state, task.reason) == (State.RETURNED, "Thiếu số liệu")
    report(task, binh, "Đã bổ sung")
    tasks.accept(task=task, actor=an, at=at)
    task.refresh_from_db()
    assert (task.state, task.reason) == (State.ACCEPTED, "")
    assert [(each.number, each.answer) for each in task.reports.all()] == [(2, "accepted"), (1, "returned")]
    assert (
        letters("task_returned")
        == letters("task_accepted")
        == [
            "binh@daklak.example",
            "sct-dak-lak@gov.example",
        ]
    )
    for verb in (tasks.accept, report):
        with pytest.raises(WrongState):
            verb(task, an) if verb is report else verb(task=task, actor=an, at=at)


def test_staff_write_down_what_came_on_paper(task, an):
    made = report(task, an, "Theo công văn số 12")
    assert made.reported_by_name == "Lê Văn An, ghi thay Sở Công Thương tỉnh Đắk Lắk"


@pytest.mark.parametrize(("note", "field"), [("", "note"), (" \n", "note"), ("x" * 5001, "note")])
def test_a_report_without_words_or_with_too_many_is_refused(task, binh, note, field):
    with pytest.raises(ValidationError) as refused:
        report(task, binh, note)
    assert list(refused.value.message_dict) == [field]


def test_a_file_goes_along_and_others_are_refused(task, binh):
    with pytest.raises(ValidationError) as refused:
        report(task, binh, upload=SimpleUploadedFile("a.pdf", b"<html>"))
    assert list(refused.value.message_dict) == ["upload"]
    assert not TaskReport.objects.exists()
    made = report(task, binh, upload=SimpleUploadedFile("Báo cáo.pdf", b"%PDF-1.7\n"))
    assert made.file_name == "Báo cáo.pdf"


def test_an_answer_needs_a_reason_when_it_is_no(task, an, binh):
    report(task, binh)
    with pytest.raises(ValidationError, match="lý do"):
        tasks.return_report(task=task, reason=" ", actor=an, at=timezone.now())
    with pytest.raises(ValidationError, match="lý do"):
        tasks.cancel(task=task, reason="", actor=an, at=timezone.now())


def test_another_date_is_told_and_moves_the_reminders(task, an, conference):
    later = timezone.localdate() + dt.timedelta(days=30)
    tasks.change_due(task=task, due_on=later, actor=an, at=timezone.now())
    assert letters("task_due") == ["sct-dak-lak@gov.example"]
    dates = conference.reminders.filter(audience="tasks", state="waiting").values_list("date", flat=True)
    assert {timezone.localdate(date) for date in dates} == {later + dt.timedelta(days=1)}


# ── late ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_overdue_by_the_day(task):
    due = task.due_on
    assert task.shown_state(due) == "given"
    assert task.shown_state(due + dt.timedelta(days=1)) == "overdue"
    assert list(Task.objects.overdue(due)) == []
    assert list(Task.objects.overdue(due + dt.timedelta(days=1))) == [task]


def test_reminders_before_the_date_and_every_week_after_it(task, conference, an, binh):
    waiting = conference.reminders.filter(state="waiting").order_by("due_at")
    before = waiting.filter(audience="tasks")
    after = waiting.filter(audience="tasks_overdue")
    assert (before.count(), after.count()) == (2, 8)
    assert reminders.run_due(before.first().due_at) == 2
    assert letters("reminder_tasks") == ["binh@daklak.example", "sct-dak-lak@gov.example"]
    # Nobody is overdue yet when the reminders of the date go.
    reminders.run_due(before.first().due_at)
    assert letters("reminder_tasks_overdue") == []
    first, second = after[:2]
    assert first.due_at > task.due_at
    assert reminders.run_due(first.due_at) == 2
    report(task, binh)
    assert reminders.run_due(second.due_at) == 0


def test_after_the_report_nobody_is_reminded(task, conference, binh):
    report(task, binh)
    assert not conference.reminders.filter(state="waiting", audience__startswith="tasks").exists()


# ── rights ──────────────────────────────────────────────────────────────────────────────────────────


def test_tasks_are_fetched_through_the_user(task, an, binh, cuc, dung):
    assert [Task.objects.visible_to(user).count() for user in (binh, cuc, dung, an)] == [1, 0, 0, 1]
