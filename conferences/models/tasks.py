"""Tasks that follow from a conclusion: given to an organisation with a date, reported done, accepted."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from conferences.models.conclusions import ConclusionItem
from conferences.models.held import HeldQuerySet
from directory.models import Organisation, User
from hoinghi.fields import CharField, SearchField, TextField
from hoinghi.text import VIETNAM

MAX_NOTE = 5000


def end_of(day: dt.date) -> dt.datetime:
    """The instant at which ``day`` is over in Viet Nam: what is due on it is late from then on."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=VIETNAM)


class TaskQuerySet(HeldQuerySet):
    def to_do(self):
        """What the addressee still has to do or to report."""
        return self.filter(state__in=Task.TO_DO)

    def open(self):
        """What is not settled: to be done, or reported and not accepted yet."""
        return self.filter(state__in=(*Task.TO_DO, Task.State.REPORTED))

    def overdue(self, on: dt.date | None = None):
        """To be done although the day is over."""
        return self.to_do().filter(due_on__lt=on or timezone.localdate())

    def with_story(self):
        """With the conference and the item, in one query."""
        return self.select_related("item__conclusion__conference", "organisation")


class Task(models.Model):
    """One item of a conclusion, for one organisation."""

    class State(models.TextChoices):
        GIVEN = "given", "Đã giao"
        REPORTED = "reported", "Đã báo cáo"
        RETURNED = "returned", "Trả lại"
        ACCEPTED = "accepted", "Đã hoàn thành"
        CANCELLED = "cancelled", "Thôi giao"

    TO_DO = (State.GIVEN, State.RETURNED)

    item = models.ForeignKey(
        ConclusionItem, models.PROTECT, related_name="tasks", verbose_name="nội dung kết luận"
    )
    # Empty for somebody who is not in the register: staff follow such a task by telephone.
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name="cơ quan thực hiện",
    )
    organisation_name = CharField("cơ quan thực hiện (như in)", max_length=300)
    due_on = models.DateField("thời hạn", help_text="Hết ngày này.", db_index=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.GIVEN, db_index=True)
    reason = TextField("lý do trả lại hoặc thôi giao", blank=True)
    given_at = models.DateTimeField("giao lúc")
    given_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người giao"
    )
    settled_at = models.DateTimeField("chấp nhận hoặc thôi giao lúc", null=True, blank=True)
    search = SearchField("organisation_name")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ"
        verbose_name_plural = "nhiệm vụ sau hội nghị"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "organisation_name"],
                condition=~Q(state="cancelled"),
                name="task_once",
                violation_error_message="Cơ quan này đã được giao việc này.",
            )
        ]

    def __str__(self):
        return f"{self.organisation_name}: {self.item}"

    def get_absolute_url(self):
        return reverse("task", args=[self.pk])

    @property
    def conference(self):
        return self.item.conclusion.conference

    @property
    def due_at(self) -> dt.datetime:
        """The instant from which it is late."""
        return end_of(self.due_on)

    def shown_state(self, on: dt.date) -> str:
        """The state as people see it on a day: what was to be done is ``overdue`` once its day is over."""
        return "overdue" if self.state in self.TO_DO and self.due_on < on else self.state


class TaskReport(models.Model):
    """What the addressee says of its task, once or several times, and the staff's answer; nothing is overwritten."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "Chờ xem xét"
        ACCEPTED = "accepted", "Chấp nhận"
        RETURNED = "returned", "Trả lại"

    task = models.ForeignKey(Task, models.CASCADE, related_name="reports", verbose_name="nhiệm vụ")
    number = models.PositiveSmallIntegerField("lần")
    note = TextField("kết quả thực hiện", max_length=MAX_NOTE)
    file = models.FileField("tệp", upload_to="tasks/%Y/%m/", blank=True)
    file_name = models.CharField("tên tệp", max_length=250, blank=True)
    content_type = models.CharField("loại nội dung", max_length=120, blank=True)
    size = models.PositiveBigIntegerField("dung lượng (byte)", default=0)
    sha256 = models.CharField("mã băm SHA-256", max_length=64, blank=True)
    reported_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người báo cáo"
    )
    reported_by_name = CharField("người báo cáo (như ghi)", max_length=420)
    reported_at = models.DateTimeField("báo cáo lúc")
    answer = models.CharField("trả lời", max_length=10, choices=Answer, default=Answer.WAITING)
    answer_reason = TextField("lý do trả lại", blank=True)
    answered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người trả lời"
    )
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)

    class Meta:
        verbose_name = "báo cáo nhiệm vụ"
        verbose_name_plural = "các báo cáo nhiệm vụ"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="task_report_once")]

    def __str__(self):
        return f"{self.task} – báo cáo lần {self.number}"
