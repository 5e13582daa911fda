"""What a working visit ("đoàn công tác") has besides what every conference has: it travels.

The leader is the conference's chair, the members and the hosts are its groups, what it found and asks for
are the items of its conclusion. Days count from the first day, so that moving the visit moves all of it.
"""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from conferences.facts import expand
from conferences.models.conference import Conference
from directory.models import AdministrativeUnit, Organisation
from hoinghi.fields import CharField, SearchField, TextField
from hoinghi.text import format_range


class Establishment(models.Model):
    """A business, co-operative or industrial cluster that delegations go and see, some of them more than once."""

    name = CharField("tên cơ sở", max_length=250)
    locality = CharField("địa bàn (như in)", max_length=200, blank=True, help_text="Ví dụ: thành phố Uông Bí")
    province = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="establishments",
        verbose_name="tỉnh, thành phố",
        limit_choices_to={"parent__isnull": True},
    )
    search = SearchField("name", "locality")

    class Meta:
        verbose_name = "cơ sở"
        verbose_name_plural = "cơ sở"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "locality"],
                name="establishment_once",
                violation_error_message="Cơ sở này đã có.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.locality})" if self.locality else self.name


class ItineraryLeg(models.Model):
    """A province on the way, with the body that receives the delegation there."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="legs")
    code = models.SlugField("mã chặng", max_length=50, help_text="Dùng để dẫn trong câu chữ: {leg:mã}.")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    province = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="legs",
        verbose_name="tỉnh, thành phố",
        limit_choices_to={"parent__isnull": True},
    )
    name = CharField("nơi đến (như in)", max_length=200, help_text="Ví dụ: Vĩnh Long")
    first_day = models.PositiveSmallIntegerField(
        "từ ngày thứ", null=True, blank=True, help_text="1 là ngày đầu của chuyến đi. Để trống: chưa định."
    )
    last_day = models.PositiveSmallIntegerField(
        "đến ngày thứ", null=True, blank=True, help_text="Để trống: trong một ngày."
    )
    host = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="received_legs",
        verbose_name="cơ quan tiếp đoàn",
    )
    host_name = CharField(
        "cơ quan tiếp đoàn (như in)",
        max_length=300,
        blank=True,
        help_text="Dẫn tên nơi đến được bằng {place}, ví dụ: Sở Công Thương {place}",
    )

    class Meta:
        verbose_name = "chặng"
        verbose_name_plural = "lịch trình"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="leg_code_once",
                violation_error_message="Mã chặng này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(first_day__isnull=False, last_day__gte=F("first_day")),
                name="leg_days_in_order",
                violation_error_message="Ngày cuối của chặng phải từ ngày đầu trở đi.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def printed_host(self) -> str:
        return expand(self.host_name.replace("{place}", self.name), self.conference)

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of the leg; None as long as they are open."""
        if self.first_day is None:
            return None
        start = timezone.localtime(self.conference.start_at).date() - dt.timedelta(days=1)
        return (
            start + dt.timedelta(days=self.first_day),
            start + dt.timedelta(days=self.last_day or self.first_day),
        )

    @property
    def printed_days(self) -> str:
        return format_range(*self.days) if self.days else ""


class SiteVisit(models.Model):
    """Going to see: an establishment by name, or a kind of them where none is named ("một số CCN")."""

    class Purpose(models.TextChoices):
        INSPECTION = "inspection", "Kiểm tra thực tế"
        SURVEY = "survey", "Khảo sát"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="visits")
    code = models.SlugField("mã nơi đến", max_length=50, help_text="Dùng để dẫn trong câu chữ: {visit:mã}.")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    purpose = models.CharField("việc", max_length=12, choices=Purpose, default=Purpose.INSPECTION)
    leg = models.ForeignKey(
        ItineraryLeg,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name="trong chặng",
    )
    establishment = models.ForeignKey(
        Establishment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name="cơ sở",
        help_text="Để trống khi không nêu tên cơ sở nào.",
    )
    name = CharField(
        "nơi đến (như in)",
        max_length=300,
        help_text="Tên cơ sở, hoặc ví dụ: một số cụm công nghiệp trên địa bàn tỉnh",
    )
    locality = CharField("địa bàn (như in)", max_length=200, blank=True, help_text="Ví dụ: thành phố Uông Bí")
    subject = CharField(
        "xem xét việc gì",
        max_length=300,
        blank=True,
        help_text="Ví dụ: Đề án khuyến công quốc gia năm 2015",
    )
    day = models.PositiveSmallIntegerField("ngày thứ", null=True, blank=True)

    class Meta:
        verbose_name = "nơi kiểm tra, khảo sát"
        verbose_name_plural = "kiểm tra thực tế, khảo sát"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="visit_code_once",
                violation_error_message="Mã này đã có.",
            )
        ]

    def __str__(self):
        return self.printed

    @property
    def printed(self) -> str:
        """What was seen, by name or by kind, without its locality."""
        return expand(self.name, self.conference)

    @property
    def printed_subject(self) -> str:
        return expand(self.subject, self.conference)

    @property
    def on(self) -> dt.date | None:
        if self.day is None:
            return None
        return timezone.localtime(self.conference.start_at).date() + dt.timedelta(days=self.day - 1)

    @property
    def printed_day(self) -> str:
        return format_range(self.on, self.on) if self.on else ""


class Topic(models.Model):
    """What is worked on, reported or discussed, point by point."""

    class Kind(models.TextChoices):
        WORK = "work", "Nội dung làm việc, kiểm tra"
        REPORT = "report", "Báo cáo được nghe"
        DISCUSSION = "discussion", "Vấn đề thảo luận"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="topics")
    kind = models.CharField("loại", max_length=12, choices=Kind, default=Kind.WORK)
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    text = TextField("nội dung")

    class Meta:
        verbose_name = "nội dung làm việc"
        verbose_name_plural = "nội dung làm việc, thảo luận"
        ordering = ["position", "id"]

    def __str__(self):
        return self.text[:80]
