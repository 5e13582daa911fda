import datetime as dt

from django.db import models
from django.db.models import F, Q

from conferences.models import Conference
from directory.models import Contact, User
from hoinghi.fields import TextField
from venues.models import RoomContact


class Waiting(models.Model):
    """How far the way of somebody's data out of the portal has come: announced, waiting, held, done."""

    announced_at = models.DateTimeField("đã báo lúc", null=True, blank=True)
    runs_at = models.DateTimeField("ẩn danh từ lúc", null=True, blank=True)
    held_at = models.DateTimeField("giữ lại từ lúc", null=True, blank=True)
    held_reason = TextField("lý do giữ lại", blank=True)
    held_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người giữ lại"
    )
    finished_at = models.DateTimeField("đã ẩn danh lúc", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True, runs_at__isnull=True)
                | Q(announced_at__isnull=False, runs_at__gt=F("announced_at")),
                name="%(class)s_waits_after_announcement",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | ~Q(held_reason=""), name="%(class)s_held_with_reason"
            ),
        ]

    def may_run(self, at: dt.datetime) -> bool:
        """It was announced, has waited long enough, is not held and not done."""
        return (
            self.finished_at is None
            and self.held_at is None
            and self.runs_at is not None
            and self.runs_at <= at
        )

    def stop_waiting(self) -> None:
        """What is due after this is announced anew, with the whole waiting time."""
        self.announced_at = self.runs_at = None


class Retention(Waiting):
    """How long the data of one conference's delegates and officers are kept, and what has become of it."""

    conference = models.OneToOneField(
        Conference, models.PROTECT, related_name="retention", verbose_name="hội nghị"
    )
    days = models.PositiveIntegerField(
        "số ngày giữ sau khi kết thúc", null=True, blank=True, help_text="Để trống: theo loại hội nghị."
    )
    counts = models.JSONField("số đã ẩn danh", default=dict)

    class Meta(Waiting.Meta):
        verbose_name = "thời hạn lưu giữ"
        verbose_name_plural = "thời hạn lưu giữ"

    def __str__(self):
        return f"Lưu giữ dữ liệu – {self.conference}"


class UnusedRetention(Waiting):
    """What becomes of somebody whom the portal has no use for any more.

    An account that is switched off, an organisation's address that is not in use, whom to call about a hidden room.
    """

    user = models.OneToOneField(
        User, models.CASCADE, null=True, blank=True, related_name="retention", verbose_name="tài khoản"
    )
    contact = models.OneToOneField(
        Contact,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="retention",
        verbose_name="địa chỉ nhận thư",
    )
    roomcontact = models.OneToOneField(
        RoomContact,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="retention",
        verbose_name="người liên hệ của phòng",
    )

    class Meta(Waiting.Meta):
        verbose_name = "lưu giữ tài khoản, địa chỉ"
        verbose_name_plural = "lưu giữ tài khoản, địa chỉ"
        constraints = [
            *Waiting.Meta.constraints,
            models.CheckConstraint(
                condition=Q(user__isnull=False, contact__isnull=True, roomcontact__isnull=True)
                | Q(user__isnull=True, contact__isnull=False, roomcontact__isnull=True)
                | Q(user__isnull=True, contact__isnull=True, roomcontact__isnull=False),
                name="unusedretention_of_one",
            ),
        ]

    def __str__(self):
        if self.roomcontact_id:
            return f"Người liên hệ của phòng số {self.roomcontact_id}"
        return f"Tài khoản số {self.user_id}" if self.user_id else f"Địa chỉ nhận thư số {self.contact_id}"
