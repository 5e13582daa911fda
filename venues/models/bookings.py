import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from directory.models import AdministrativeUnit, Mandate, User
from hoinghi.fields import CharField
from hoinghi.text import lowerfirst
from venues.models.rooms import Room


class BookingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(released_at__isnull=True)

    def main(self):
        """The rooms that the rule of the conference asks for, without those under a province's room."""
        return self.exclude(role=Booking.Role.SUB)

    def for_board(self):
        """Central room first, then the provinces in Vietnamese order."""
        return self.live().main().select_related("room", "unit").order_by("role", "unit__sort_key", "id")

    def in_families(self):
        """Central room first, then each province's room followed by the rooms under it."""
        return self.live().by_family()

    def by_family(self):
        """The order of ``in_families``, also for rooms that were given back."""
        province = Coalesce(
            "parent__unit__sort_key", "unit__sort_key", Value(""), output_field=models.TextField()
        )
        return (
            self.select_related("room", "unit", "parent__unit")
            .annotate(is_local=~Q(role=Booking.Role.CENTRAL), province=province)
            .order_by("is_local", "province", F("parent").asc(nulls_first=True), "unit__sort_key", "id")
        )

    def prepared_by(self, user: User, at: dt.datetime | None = None):
        """The rooms that ``user`` prepares at ``at`` (default now), and the rooms under them: named as their
        officer, or as technical officer of the organisation that hosts the room.
        """
        at = at or timezone.now()
        hosts = user.organisations(Mandate.Role.TECHNICAL_OFFICER, timezone.localdate(at))
        named = Booking.objects.filter(officers__user=user, officers__ended_at__isnull=True).values("pk")
        own = Q(pk__in=named) | Q(room__host__in=hosts)
        return self.filter(own | Q(parent__in=named) | Q(parent__room__host__in=hosts))

    def visible_to(self, user: User, at: dt.datetime | None = None):
        """Staff see all rooms; focal points their province's; officers those they prepare; nobody a draft's."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_staff:
            return self
        at = at or timezone.now()
        prepared = Booking.objects.prepared_by(user, at).values("pk")
        province = Booking.objects.of_focal_point(user, at).values("pk")
        return self.exclude(conference__state=Conference.State.DRAFT).filter(
            Q(pk__in=prepared) | Q(pk__in=province)
        )

    def of_focal_point(self, user: User, at: dt.datetime | None = None):
        """The rooms of the provinces for whose lists ``user`` is a focal point at ``at`` (default now)."""
        date = timezone.localdate(at or timezone.now())
        held = user.organisations(Mandate.Role.FOCAL_POINT, date).filter(unit__isnull=False)
        found = Q(pk__in=[])
        for organisation in held:
            of_unit = Q(unit=organisation.unit_id) | Q(parent__unit=organisation.unit_id)
            found |= Q(conference__focal_kind=organisation.kind_id) & of_unit
        return self.filter(found)


class Booking(models.Model):
    """A room of one conference (điểm cầu); without a room it is still to be named.

    ``printed`` and ``address`` are what was announced; the room may be renamed later.
    """

    class Role(models.TextChoices):
        CENTRAL = "central", "Điểm cầu trung tâm"
        LOCAL = "local", "Điểm cầu địa phương"
        SUB = "sub", "Điểm cầu trực thuộc"

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
        verbose_name="địa phương",
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subs",
        verbose_name="thuộc điểm cầu",
    )
    # For a room under a province's whose place is no administrative unit.
    name = CharField("tên điểm cầu", max_length=200, blank=True)
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
            models.UniqueConstraint(
                fields=["parent", "unit"],
                condition=Q(released_at__isnull=True, unit__isnull=False),
                name="booking_one_sub_per_unit",
                violation_error_message="Đơn vị này đã có điểm cầu.",
            ),
            models.CheckConstraint(
                condition=Q(role="sub", parent__isnull=False) | (~Q(role="sub") & Q(parent__isnull=True)),
                name="booking_sub_has_parent",
                violation_error_message="Điểm cầu trực thuộc phải thuộc một điểm cầu cấp tỉnh.",
            ),
            models.CheckConstraint(
                condition=~Q(role="sub") | Q(unit__isnull=False) | ~Q(name=""),
                name="booking_sub_has_name",
                violation_error_message="Chọn đơn vị, hoặc nhập tên điểm cầu.",
            ),
        ]

    def __str__(self):
        return f"{self.conference} – {self.printed}"

    def get_absolute_url(self):
        return reverse("booking", args=[self.pk])

    @property
    def label(self) -> str:
        own = self.name or (self.unit and self.unit.name)
        return f"Điểm cầu {lowerfirst(own)}" if own else self.get_role_display()

    @property
    def place(self) -> str:
        """The room as calendars and letters print it."""
        return ", ".join(filter(None, [self.printed, self.address]))

    @property
    def province_id(self) -> int | None:
        """The province to which the room belongs; the central room has none."""
        return self.parent.unit_id if self.parent_id else self.unit_id

    def is_over(self, at: dt.datetime) -> bool:
        return self.during.upper is not None and self.during.upper <= at
