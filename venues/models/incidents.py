from django.db import models
from django.db.models import F, Q

from hoinghi.fields import CharField, TextField
from venues.models.bookings import Booking


class IncidentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(resolved_at__isnull=True)


class Incident(models.Model):
    """Something that went wrong in a room on the day: reported, answered, resolved.

    Names are copies: officers may act without an account, and the report is read long after the day.
    """

    class Kind(models.TextChoices):
        NO_PICTURE = "no_picture", "Mất hình"
        NO_SOUND = "no_sound", "Mất tiếng"
        LINE_LOST = "line_lost", "Mất đường truyền"
        POWER = "power", "Mất điện"
        OTHER = "other", "Sự cố khác"

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="incidents", verbose_name="điểm cầu")
    kind = models.CharField("loại", max_length=12, choices=Kind)
    note = CharField("mô tả", max_length=300, blank=True)
    reported_at = models.DateTimeField("báo lúc")
    reported_by = CharField("người báo", max_length=200)
    answer = TextField("hướng xử lý", blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    answered_by = CharField("người trả lời", max_length=200, blank=True)
    resolved_at = models.DateTimeField("khắc phục lúc", null=True, blank=True)
    resolved_by = CharField("người ghi đã khắc phục", max_length=200, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = "sự cố"
        verbose_name_plural = "sự cố"
        ordering = ["reported_at", "id"]
        constraints = [
            # Two people who tap at once, or one who taps twice, report one incident.
            models.UniqueConstraint(
                fields=["booking", "kind"], condition=Q(resolved_at__isnull=True), name="incident_open_once"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("reported_at")),
                name="incident_resolved_after_report",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.booking.label}"

    @property
    def cuts_off(self) -> bool:
        """The room is not connected: such an incident is open just as long as the room's state says so."""
        return self.kind in CUTTING_OFF


CUTTING_OFF = (Incident.Kind.LINE_LOST, Incident.Kind.POWER)
