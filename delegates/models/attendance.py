from django.db import models
from django.db.models import Q

from delegates.models.delegate import Delegate
from directory.models import User
from hoinghi.fields import CharField, TextField
from venues.models import Booking


class AttendanceMark(models.Model):
    """One time that somebody marked a delegate; what counts today stands on the delegate.

    ``client_id`` is made by the page that scans, before it has a connection: however often it sends the same
    scan, it is marked once.
    """

    class Way(models.TextChoices):
        HAND = "hand", "Đánh dấu trên trang"
        BULK = "bulk", "Đánh dấu cả điểm cầu"
        SCAN = "scan", "Quét mã"
        TYPED = "typed", "Gõ mã"

    delegate = models.ForeignKey(
        Delegate, models.CASCADE, related_name="attendance_marks", verbose_name="đại biểu"
    )
    booking = models.ForeignKey(
        Booking,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendance_marks",
        verbose_name="điểm cầu",
    )
    attendance = models.CharField("điểm danh", max_length=10, choices=Delegate.Attendance)
    reason = TextField("lý do vắng mặt", blank=True)
    way = models.CharField("cách", max_length=6, choices=Way, default=Way.HAND)
    client_id = models.UUIDField("mã của lần quét", null=True, blank=True, unique=True)
    # When it happened as the device says, and when the portal learned of it.
    noted_at = models.DateTimeField("ghi lúc")
    marked_at = models.DateTimeField("nhận lúc")
    marked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người điểm danh"
    )
    marked_by_name = CharField("người điểm danh (như ghi)", max_length=200)
    late_reason = TextField("lý do sửa sau hội nghị", blank=True)

    class Meta:
        verbose_name = "lần điểm danh"
        verbose_name_plural = "các lần điểm danh"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attendance="absent") | Q(reason=""), name="attendance_mark_reason_of_absence"
            ),
        ]

    def __str__(self):
        return f"{self.delegate}: {self.get_attendance_display()}"
