from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.db.models import Q

from conferences.models import Conference
from hoinghi.fields import CharField, SealedTextField
from venues.models.bookings import Booking

# What the addresses of meetings are sealed for.
SEALED_FOR = "join address"


class JoinLinkQuerySet(models.QuerySet):
    def live(self):
        return self.filter(superseded_at__isnull=True)


class JoinLink(models.Model):
    """Where a conference, or one of its rooms, meets online: a secret that staff enter and may replace.

    Sealed in the database, which refuses any other; a replaced link is forgotten: its address is wiped in the same
    transaction, only that there was one stays.
    """

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="join_links", verbose_name="hội nghị"
    )
    # Without a room: for all rooms of the conference that have none of their own.
    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="join_links", verbose_name="điểm cầu"
    )
    address = SealedTextField(
        "đường dẫn",
        purpose=SEALED_FOR,
        blank=True,
        validators=[
            MaxLengthValidator(1000),
            URLValidator(
                schemes=["https"], message="Nhập đường dẫn đầy đủ, bắt đầu bằng https://, của phòng họp."
            ),
        ],
    )
    passcode = SealedTextField(
        "mật khẩu vào phòng", purpose=SEALED_FOR, blank=True, validators=[MaxLengthValidator(100)]
    )
    entered_by = CharField("người nhập", max_length=200)
    entered_at = models.DateTimeField("nhập lúc")
    superseded_at = models.DateTimeField("thay lúc", null=True, blank=True)
    superseded_by = CharField("người thay", max_length=200, blank=True)
    reason = CharField("lý do thay", max_length=300, blank=True)

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "đường dẫn tham dự"
        verbose_name_plural = "đường dẫn tham dự"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference"],
                condition=Q(superseded_at__isnull=True, booking__isnull=True),
                name="join_link_one_per_conference",
            ),
            models.UniqueConstraint(
                fields=["booking"], condition=Q(superseded_at__isnull=True), name="join_link_one_per_room"
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True, address__sealed=True)
                & (Q(passcode__sealed=True) | Q(passcode__sealed=False))
                | Q(superseded_at__isnull=False, address__sealed=False, passcode__sealed=False),
                name="join_link_sealed_or_forgotten",
            ),
        ]

    def __str__(self):
        # Never the address: this text goes into the audit trail.
        return f"{self.booking.label if self.booking else 'Mọi điểm cầu'}, {self.conference}"

    def clean(self):
        super().clean()
        if self.booking and self.booking.conference_id != self.conference_id:
            raise ValidationError({"booking": "Điểm cầu này thuộc hội nghị khác."})


class JoinCount(models.Model):
    """How often the link was opened from one room; by whom is nobody's business."""

    booking = models.OneToOneField(
        Booking, models.CASCADE, related_name="join_count", primary_key=True, verbose_name="điểm cầu"
    )
    opened = models.PositiveIntegerField("số lần mở", default=0)

    class Meta:
        verbose_name = "số lần mở đường dẫn"
        verbose_name_plural = "số lần mở đường dẫn"

    def __str__(self):
        return f"{self.booking.label}: {self.opened}"
