"""What people are told besides the notice: reminders before a date, changes after the publication, new papers."""

import datetime as dt

from django.db import models
from django.db.models import Q

from conferences.models.conference import Conference
from directory.models import User
from hoinghi.fields import TextField
from hoinghi.text import format_moment


class ReminderStep(models.Model):
    """One rung of a conference's ladder of reminders: whom, how many days before, and at what hour.

    The days count back from the last day on which the audience can still act: 0 is that day.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="reminder_steps")
    audience = models.SlugField("nhắc ai", max_length=60)
    days_before = models.PositiveSmallIntegerField("trước mấy ngày", default=1)
    at_time = models.TimeField("lúc")
    is_on = models.BooleanField("dùng", default=True)

    class Meta:
        verbose_name = "nấc nhắc"
        verbose_name_plural = "lịch nhắc"
        ordering = ["audience", "-days_before", "at_time", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "audience", "days_before", "at_time"],
                name="reminder_step_once",
                violation_error_message="Nấc nhắc này đã có.",
            )
        ]

    def __str__(self):
        return f"{self.audience}: {self.days_before} ngày trước, {self.at_time:%H:%M}"


class ReminderQuerySet(models.QuerySet):
    def due(self, at: dt.datetime):
        """Reminders whose time has come at ``at``; those that are too late are among them."""
        return self.filter(state=Reminder.State.WAITING, due_at__lte=at)


class Reminder(models.Model):
    """One time that an audience is reminded of one date: a step, or sent by hand when there is no step.

    A step has one for each date of its audience: the provinces that were given more time have a deadline of
    their own. ``due_at`` and ``not_after`` are derived from the date (``conferences.reminders``).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Chưa tới giờ"
        DONE = "done", "Đã nhắc"
        MISSED = "missed", "Đã lỡ"
        STOPPED = "stopped", "Đã dừng"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="reminders")
    audience = models.SlugField("nhắc ai", max_length=60)
    step = models.ForeignKey(
        ReminderStep,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reminders",
        verbose_name="nấc nhắc",
    )
    date = models.DateTimeField("nhắc về thời điểm")
    due_at = models.DateTimeField("nhắc lúc")
    not_after = models.DateTimeField("không nhắc sau")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    done_at = models.DateTimeField("đã nhắc lúc", null=True, blank=True)
    written = models.PositiveIntegerField("số thư", default=0)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người gửi"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nhắc"
        verbose_name_plural = "các lần nhắc"
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="reminder_due")]
        constraints = [models.UniqueConstraint(fields=["step", "date"], name="reminder_once")]

    def __str__(self):
        return f"{self.audience}, {format_moment(self.due_at)}"

    def is_missed(self, at: dt.datetime) -> bool:
        """Nobody got it, although its date is still to come at ``at``."""
        return self.state == self.State.MISSED and self.date > at


class ChangeNotice(models.Model):
    """What everybody was told of a published conference, each time they were told.

    Number 0 is the publication. The difference between the last row and the conference as it is now is what
    people do not know yet (``conferences.changes``).
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="change_notices")
    number = models.PositiveSmallIntegerField("lần")
    facts = models.JSONField("điều đã báo", help_text="Ngày giờ, địa điểm, đường dẫn, chương trình.")
    differences = models.JSONField("khác lần trước", default=list, blank=True)
    reason = TextField("lý do", blank=True)
    told_at = models.DateTimeField("báo lúc")
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người báo"
    )

    class Meta:
        verbose_name = "lần báo thay đổi"
        verbose_name_plural = "các lần báo thay đổi"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["conference", "number"], name="change_notice_once")]

    def __str__(self):
        return f"{self.conference} – lần {self.number}"


class MaterialNoticeQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=MaterialNotice.State.WAITING)


class MaterialNotice(models.Model):
    """One time that the invited are told of new papers, one letter each for all of them.

    It waits until ``due_at``, so that staff see what will go, and several versions make one letter. The
    ``versions`` that point to it are told for good: no later notice names them again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        TOLD = "told", "Đã báo"
        SKIPPED = "skipped", "Không báo"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="material_notices")
    number = models.PositiveSmallIntegerField("lần")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("gửi lúc")
    lines = models.JSONField("như đã báo", default=list, blank=True)
    written = models.PositiveIntegerField("số thư", default=0)
    told_at = models.DateTimeField("báo hoặc bỏ qua lúc", null=True, blank=True)
    # Empty when it went by itself.
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người quyết định"
    )

    objects = MaterialNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "lần báo tài liệu"
        verbose_name_plural = "các lần báo tài liệu"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="material_notice_once"),
            models.UniqueConstraint(
                fields=["conference"], condition=Q(state="waiting"), name="material_notice_waits_once"
            ),
        ]

    def __str__(self):
        return f"{self.conference} – báo tài liệu lần {self.number}"
