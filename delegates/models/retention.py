from django.db import models
from django.db.models import F, Q

from conferences.models import Conference
from directory.models import User
from hoinghi.fields import TextField


class Retention(models.Model):
    """How long the data of one conference's delegates are kept, and what has become of it."""

    conference = models.OneToOneField(
        Conference, models.PROTECT, related_name="retention", verbose_name="hội nghị"
    )
    days = models.PositiveIntegerField(
        "số ngày giữ sau khi kết thúc", null=True, blank=True, help_text="Để trống: theo loại hội nghị."
    )
    announced_at = models.DateTimeField("đã báo lúc", null=True, blank=True)
    runs_at = models.DateTimeField("ẩn danh từ lúc", null=True, blank=True)
    held_at = models.DateTimeField("giữ lại từ lúc", null=True, blank=True)
    held_reason = TextField("lý do giữ lại", blank=True)
    held_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người giữ lại"
    )
    finished_at = models.DateTimeField("đã ẩn danh lúc", null=True, blank=True)
    counts = models.JSONField("số đã ẩn danh", default=dict)

    class Meta:
        verbose_name = "thời hạn lưu giữ"
        verbose_name_plural = "thời hạn lưu giữ"
        constraints = [
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True, runs_at__isnull=True)
                | Q(announced_at__isnull=False, runs_at__gt=F("announced_at")),
                name="retention_waits_after_announcement",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | ~Q(held_reason=""), name="retention_held_with_reason"
            ),
        ]

    def __str__(self):
        return f"Lưu giữ dữ liệu – {self.conference}"
