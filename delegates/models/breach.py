import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from directory.models import User
from hoinghi.fields import CharField, TextField

# Luật 91/2025/QH15, Điều 23; Nghị định 356/2025/NĐ-CP, Điều 28.
REPORT_WITHIN = dt.timedelta(hours=72)


class DataBreach(models.Model):
    """Something that went wrong with personal data, and what was reported of it; never deleted."""

    found_at = models.DateTimeField("phát hiện lúc", help_text="Thời hạn báo cáo tính từ lúc này.")
    happened_at = models.DateTimeField("xảy ra lúc", null=True, blank=True)
    title = CharField("tóm tắt", max_length=200)
    description = TextField("diễn biến, nguyên nhân")
    data = TextField("dữ liệu nào, của ai")
    people = models.PositiveIntegerField("số người bị ảnh hưởng", null=True, blank=True)
    consequences = TextField("hậu quả đã và có thể xảy ra", blank=True)
    measures = TextField("đã làm gì, sẽ làm gì", blank=True)
    contact = CharField("người phụ trách, liên hệ", max_length=300)
    reported_at = models.DateTimeField("báo cáo cơ quan chuyên trách lúc", null=True, blank=True)
    reported_to = CharField("báo cáo tới, số văn bản", max_length=300, blank=True)
    delay_reason = TextField("lý do báo cáo muộn", blank=True)
    people_told_at = models.DateTimeField("báo cho người bị ảnh hưởng lúc", null=True, blank=True)
    closed_at = models.DateTimeField("kết thúc xử lý lúc", null=True, blank=True)
    version = models.PositiveIntegerField("lần sửa", default=0, editable=False)
    written_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người ghi", editable=False
    )
    written_at = models.DateTimeField("ghi lúc", editable=False)

    class Meta:
        verbose_name = "sự cố dữ liệu cá nhân"
        verbose_name_plural = "sự cố dữ liệu cá nhân"
        ordering = ["-found_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(reported_at__gte=F("found_at")),
                name="breach_reported_after_found",
                violation_error_message="Lúc báo cáo không được trước lúc phát hiện.",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__isnull=True) | Q(happened_at__lte=F("found_at")),
                name="breach_happened_before_found",
                violation_error_message="Lúc xảy ra không được sau lúc phát hiện.",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | ~Q(reported_to=""),
                name="breach_reported_to_somebody",
                violation_error_message="Đã báo cáo thì ghi báo cáo tới đâu, số văn bản.",
            ),
        ]

    def __str__(self):
        return f"Sự cố dữ liệu số {self.pk}"

    def get_absolute_url(self):
        return reverse("breach", args=[self.pk])

    @property
    def report_by(self) -> dt.datetime:
        """The last moment for the report."""
        return self.found_at + REPORT_WITHIN

    def state(self, at: dt.datetime) -> str:
        """Where it stands at ``at``, as ``STATES["breach"]`` names it."""
        if self.closed_at is not None:
            return "closed"
        if self.reported_at is not None:
            return "reported"
        return "late" if at > self.report_by else "open"

    @property
    def was_late(self) -> bool:
        return self.reported_at is not None and self.reported_at > self.report_by
