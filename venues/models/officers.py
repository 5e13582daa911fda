import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from directory.models import User
from hoinghi.fields import CharField, PersonSortKeyField
from hoinghi.text import format_time
from venues.models.bookings import Booking


class OfficerQuerySet(models.QuerySet):
    def live(self):
        """Those who serve: neither taken off nor replaced by a colleague."""
        return self.filter(ended_at__isnull=True)

    def in_order(self):
        """By room and shift; who serves the whole day comes first."""
        return self.order_by("booking", F("on_from").asc(nulls_first=True), "sort_key", "id")


class Officer(models.Model):
    """A technical officer of a room for one conference; without an account he or she acts by personal link.

    Name, telephone and address are those of the day of naming, also where there is an account. They are for
    staff, the province and the officers themselves, never for the public.
    """

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="officers", verbose_name="điểm cầu")
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="officer_of", verbose_name="tài khoản"
    )
    full_name = CharField("họ và tên", max_length=150)
    job_title = CharField("chức vụ, đơn vị", max_length=200, blank=True)
    phone = CharField("điện thoại", max_length=100)
    email = models.EmailField("email", blank=True)
    on_from = models.DateTimeField("trực từ", null=True, blank=True)
    on_until = models.DateTimeField("trực đến", null=True, blank=True)
    named_at = models.DateTimeField("cử lúc")
    ended_at = models.DateTimeField("thôi lúc", null=True, blank=True, editable=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="bàn giao cho",
        editable=False,
    )
    sort_key = PersonSortKeyField("full_name")

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = "cán bộ kỹ thuật"
        verbose_name_plural = "cán bộ kỹ thuật"
        constraints = [
            models.UniqueConstraint(
                "booking",
                Lower("email"),
                condition=Q(ended_at__isnull=True) & ~Q(email=""),
                name="officer_once_per_room",
                violation_error_message="Người có địa chỉ email này đã là cán bộ kỹ thuật của điểm cầu.",
            ),
            models.CheckConstraint(
                condition=Q(on_from__isnull=True, on_until__isnull=True)
                | Q(on_from__isnull=False, on_until__isnull=False, on_until__gt=F("on_from")),
                name="officer_shift_has_both_ends",
                violation_error_message="Ca trực cần cả giờ bắt đầu và giờ kết thúc; giờ kết thúc phải sau.",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(ended_at__isnull=False),
                name="officer_hands_over_once_ended",
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def audit_label(self) -> str:
        return f"cán bộ kỹ thuật số {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def shift(self) -> str:
        """``8h00–12h00``; empty for the whole conference."""
        if self.on_from is None or self.on_until is None:
            return ""
        return f"{format_time(self.on_from)}–{format_time(self.on_until)}"

    def is_on(self, at: dt.datetime) -> bool:
        """On duty at ``at``, as far as his or her own shift says."""
        return self.on_from is None or self.on_until is None or self.on_from <= at < self.on_until
