import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from delegates.models.delegate import Delegate
from directory.models import User
from hoinghi.fields import CharField, TextField
from venues.models import Officer


class DataRequestQuerySet(models.QuerySet):
    def waiting(self):
        """What nobody has answered yet, the most urgent first."""
        return self.filter(state=DataRequest.State.WAITING).order_by("due_on", "pk")

    def answered(self):
        return self.exclude(state=DataRequest.State.WAITING).order_by("-answered_at")


class DataRequest(models.Model):
    """What a person asks about the own data: a delegate or an officer by personal link, others by login."""

    class Kind(models.TextChoices):
        SEE = "see", "Cung cấp bản sao dữ liệu"
        CORRECT = "correct", "Chỉnh sửa dữ liệu"
        LIMIT = "limit", "Hạn chế xử lý dữ liệu"
        DELETE = "delete", "Xóa dữ liệu"

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ xử lý"
        DONE = "done", "Đã thực hiện"
        REFUSED = "refused", "Không thực hiện"

    # Of a request by personal link.
    CONFERENCE = Coalesce("delegate__seat__nomination__conference", "officer__booking__conference")

    delegate = models.ForeignKey(
        Delegate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
        verbose_name="đại biểu",
    )
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="data_requests", verbose_name="tài khoản"
    )
    officer = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
        verbose_name="cán bộ kỹ thuật",
    )
    person_name = CharField("người đề nghị", max_length=150)
    address = models.EmailField("email nhận trả lời", blank=True)
    kind = models.CharField("đề nghị", max_length=10, choices=Kind)
    text = TextField("nội dung", blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField("đề nghị lúc")
    reply_by = models.DateField("phải báo đã nhận trước hết ngày")
    replied_at = models.DateTimeField("đã báo đã nhận lúc", null=True, blank=True)
    due_on = models.DateField("phải thực hiện trước hết ngày")
    extended_at = models.DateTimeField("gia hạn lúc", null=True, blank=True)
    extension_reason = TextField("lý do gia hạn", blank=True)
    answer = TextField("trả lời", blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người trả lời"
    )

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị về dữ liệu cá nhân"
        verbose_name_plural = "các đề nghị về dữ liệu cá nhân"
        ordering = ["-id"]
        constraints = [
            # The same is not asked twice while it waits.
            models.UniqueConstraint(
                fields=["delegate", "kind"],
                condition=Q(state="waiting"),
                name="data_request_of_delegate_once",
            ),
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(state="waiting"), name="data_request_of_user_once"
            ),
            models.UniqueConstraint(
                fields=["officer", "kind"],
                condition=Q(state="waiting"),
                name="data_request_of_officer_once",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(answered_at__isnull=False), name="data_request_answered"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("reply_by")), name="data_request_clocks"),
        ]

    def __str__(self):
        return f"Đề nghị số {self.pk}: {self.get_kind_display().lower()}"

    def get_absolute_url(self):
        return reverse("data-request", args=[self.pk])

    @property
    def conference(self) -> Conference | None:
        """Of a request by personal link."""
        if self.delegate is not None:
            return self.delegate.seat.nomination.conference
        return self.officer.booking.conference if self.officer is not None else None

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def days_left(self, at: dt.datetime) -> int:
        """Whole days until the last one; negative when it has passed."""
        return (self.due_on - timezone.localdate(at)).days

    def is_late(self, at: dt.datetime) -> bool:
        return self.is_waiting and self.days_left(at) < 0
