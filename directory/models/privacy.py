import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils import timezone

from hoinghi.fields import TextField


class PrivacyNoticeQuerySet(models.QuerySet):
    def in_force(self, at: dt.datetime | None = None):
        """Those that count on the day of ``at`` (default now), the newest first."""
        return self.filter(valid_from__lte=timezone.localdate(at)).order_by("-valid_from", "-number")


class PrivacyNotice(models.Model):
    """What people are told about their data, one row per wording; a wording that has counted never changes."""

    number = models.PositiveSmallIntegerField("số", unique=True)
    text = TextField(
        "nội dung", help_text="Đoạn văn cách nhau một dòng trống; “## ” mở đề mục; “- ” mở dòng liệt kê."
    )
    valid_from = models.DateField("áp dụng từ ngày")

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo xử lý dữ liệu cá nhân"
        verbose_name_plural = "thông báo xử lý dữ liệu cá nhân"
        ordering = ["-number"]

    def __str__(self):
        return f"Thông báo xử lý dữ liệu cá nhân số {self.number}"

    def get_absolute_url(self):
        return reverse("privacy-version", args=[self.number])

    def has_begun(self, at: dt.datetime) -> bool:
        return self.valid_from <= timezone.localdate(at)
