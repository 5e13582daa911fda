"""Papers that are on their way: asked for, sent in, approved."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse

from conferences.models.conference import Conference
from conferences.models.content import AgendaItem, Material
from conferences.models.files import StoredFile
from conferences.models.held import HeldQuerySet
from directory.models import Organisation, User
from hoinghi.fields import CharField, TextField


class PaperRequestQuerySet(HeldQuerySet):
    def to_send(self):
        """What the organisation still has to send."""
        return self.filter(state__in=PaperRequest.TO_SEND)

    def with_story(self):
        """With the conference, the organisation and the item of the agenda, in one query."""
        return self.select_related("conference__kind", "organisation", "agenda_item")


class PaperRequest(models.Model):
    """Staff ask a unit to send a paper by a date; what it sends is read and approved before anybody else sees it."""

    class State(models.TextChoices):
        ASKED = "asked", "Chờ gửi"
        SUBMITTED = "submitted", "Chờ duyệt"
        RETURNED = "returned", "Trả lại"
        APPROVED = "approved", "Đã duyệt"
        WITHDRAWN = "withdrawn", "Không yêu cầu nữa"

    TO_SEND = (State.ASKED, State.RETURNED)

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="paper_requests")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="paper_requests", verbose_name="đơn vị gửi"
    )
    organisation_name = CharField("đơn vị gửi (như in)", max_length=250, blank=True)
    title = CharField("tên tài liệu", max_length=250)
    guidance = TextField("yêu cầu", blank=True, help_text="Nội dung cần có, số trang, thời gian trình bày …")
    due_at = models.DateTimeField("hạn gửi")
    agenda_item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="paper_requests",
        verbose_name="cho nội dung",
    )
    visibility = models.CharField(
        "duyệt xong, ai được xem",
        max_length=10,
        choices=Material.Visibility,
        default=Material.Visibility.INVITED,
    )
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.ASKED, editable=False)
    material = models.ForeignKey(
        Material,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="thành tài liệu",
        editable=False,
    )
    asked_at = models.DateTimeField("yêu cầu lúc", editable=False)
    asked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người yêu cầu", editable=False
    )

    objects = PaperRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu tài liệu"
        verbose_name_plural = "yêu cầu tài liệu"
        ordering = ["due_at", "id"]

    def __str__(self):
        return f"{self.title} – {self.organisation_name}"

    def get_absolute_url(self):
        return reverse("paper-request", args=[self.pk])

    def shown_state(self, at: dt.datetime) -> str:
        """The state as people see it: what is still to be sent is ``late`` once its time is over."""
        return "late" if self.state in self.TO_SEND and at >= self.due_at else self.state

    @property
    def reason(self) -> str:
        """Why the newest file was returned; "" when it was not."""
        latest = self.submissions.first() if self.state == self.State.RETURNED else None
        return latest.reason if latest else ""


class PaperSubmission(StoredFile):
    """One file that a unit has sent for a request; nothing is overwritten."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ duyệt"
        APPROVED = "approved", "Đã duyệt"
        RETURNED = "returned", "Trả lại"

    request = models.ForeignKey(PaperRequest, models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField("lần gửi")
    file = models.FileField("tệp", upload_to="papers/%Y/%m/")
    note = TextField("lời nhắn", blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    reason = TextField("lý do trả lại", blank=True)
    submitted_at = models.DateTimeField("gửi lúc")
    submitted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người gửi"
    )
    decided_at = models.DateTimeField("duyệt hoặc trả lúc", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )

    class Meta:
        verbose_name = "tệp đã gửi"
        verbose_name_plural = "các tệp đã gửi"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="paper_submission_once"),
            # At most one waits to be read.
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="waiting"), name="paper_submission_waits_once"
            ),
        ]

    def __str__(self):
        return f"{self.request} – lần {self.number}"
