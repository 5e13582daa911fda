"""Packages in which a conference that is over is kept: ordered by staff, made by a worker."""

import datetime as dt

from django.db import models
from django.db.models import Q

from conferences.models import Conference
from directory.models import User
from hoinghi.fields import CharField


class ArchivePackageQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=[ArchivePackage.State.WAITING, ArchivePackage.State.MAKING])

    def to_make(self, at: dt.datetime):
        """Those that nobody makes: new ones, and those whose worker has died."""
        return self.under_way().filter(Q(leased_until__isnull=True) | Q(leased_until__lt=at))

    def outdated(self, at: dt.datetime):
        return self.filter(state=ArchivePackage.State.READY, expires_at__lte=at)


class ArchivePackage(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "Chờ tạo"
        MAKING = "making", "Đang tạo"
        READY = "ready", "Đã xong"
        FAILED = "failed", "Không tạo được"
        REMOVED = "removed", "Đã xóa tệp"

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="archive_packages", verbose_name="hội nghị"
    )
    parts = models.JSONField("gồm các phần")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("số tệp đã xong", default=0)
    total = models.PositiveIntegerField("số tệp", default=0)
    error = CharField("vì sao không tạo được", max_length=300, blank=True)
    file = models.FileField("tệp", upload_to="packages/%Y/%m/", blank=True)
    file_name = models.CharField("tên tệp", max_length=250, blank=True)
    size = models.PositiveBigIntegerField("dung lượng (byte)", default=0)
    sha256 = models.CharField("mã băm SHA-256", max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    leased_until = models.DateTimeField("đang tạo đến", null=True, blank=True)
    ordered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người yêu cầu"
    )
    ordered_at = models.DateTimeField("yêu cầu lúc")
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    expires_at = models.DateTimeField("giữ đến", null=True, blank=True)

    objects = ArchivePackageQuerySet.as_manager()

    class Meta:
        verbose_name = "gói lưu trữ"
        verbose_name_plural = "gói lưu trữ"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference"],
                condition=Q(state__in=["waiting", "making"]),
                name="archive_package_one_under_way",
            )
        ]

    def __str__(self):
        return f"Gói lưu trữ {self.pk} – {self.conference}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.MAKING)
