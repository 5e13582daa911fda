import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from conferences.models import Conference
from directory.models import AdministrativeUnit
from hoinghi.fields import CharField
from hoinghi.text import lowerfirst
from venues.models.rooms import Room


class BookingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(released_at__isnull=True)

    def for_board(self):
        """Central room first, then the provinces in Vietnamese order."""
        return self.live().select_related("room", "unit").order_by("role", "unit__sort_key", "id")


class Booking(models.Model):
    """A room of one conference (điểm cầu); without a room it is still to be named.

    ``printed`` and ``address`` are what was announced; the room may be renamed later.
    """

    class Role(models.TextChoices):
        CENTRAL = "central", "Điểm cầu trung tâm"
        LOCAL = "local", "Điểm cầu địa phương"

    class State(models.TextChoices):
        PREPARING = "preparing", "Đang chuẩn bị"
        READY = "ready", "Sẵn sàng"
        CONNECTED = "connected", "Đã kết nối"
        LOST = "lost", "Mất kết nối"

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="bookings", verbose_name="hội nghị"
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name="phòng họp"
    )
    role = models.CharField("vai trò", max_length=10, choices=Role, default=Role.LOCAL)
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name="tỉnh, thành phố",
    )
    during = DateTimeRangeField("thời gian giữ phòng")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.PREPARING)
    printed = CharField("phòng (như in)", max_length=500)
    address = CharField("địa chỉ (như in)", max_length=300, blank=True)
    is_chosen = models.BooleanField(
        "chọn riêng",
        default=False,
        help_text="Không theo quy tắc của hội nghị; giữ nguyên khi quy tắc thay đổi.",
    )
    released_at = models.DateTimeField("trả phòng lúc", null=True, blank=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = "điểm cầu"
        verbose_name_plural = "điểm cầu"
        constraints = [
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[("room", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(released_at__isnull=True),
                violation_error_message="Phòng này đã được giữ cho một hội nghị khác vào thời gian đó.",
            ),
            models.UniqueConstraint(
                fields=["conference", "unit"],
                condition=Q(released_at__isnull=True, role="local"),
                name="booking_one_room_per_province",
                violation_error_message="Tỉnh, thành phố này đã có điểm cầu.",
            ),
            models.UniqueConstraint(
                fields=["conference"],
                condition=Q(released_at__isnull=True, role="central"),
                name="booking_one_central_room",
                violation_error_message="Hội nghị đã có điểm cầu trung tâm.",
            ),
        ]

    def __str__(self):
        return f"{self.conference} – {self.printed}"

    @property
    def label(self) -> str:
        return f"Điểm cầu {lowerfirst(self.unit.name)}" if self.unit else self.get_role_display()

    def is_over(self, at: dt.datetime) -> bool:
        return self.during.upper is not None and self.during.upper <= at
