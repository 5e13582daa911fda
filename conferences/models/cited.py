"""Rows of a conference that its texts cite: abbreviations, whom to call, facts without a field of their own."""

from django.core.exceptions import ValidationError
from django.db import models

from conferences.facts import printed_value
from conferences.models.conference import Conference
from hoinghi.fields import CharField, TextField


class Abbreviation(models.Model):
    """Printed after the first mention: "cụm công nghiệp (CCN)"; other texts write ``{abbr:code}``."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="abbreviations")
    code = models.SlugField("mã", max_length=30, help_text="Dùng để dẫn trong câu chữ: {abbr:mã}.")
    phrase = CharField("cụm từ", max_length=150)
    short = CharField("viết tắt", max_length=30)

    class Meta:
        verbose_name = "từ viết tắt"
        verbose_name_plural = "từ viết tắt"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="abbreviation_code_once",
                violation_error_message="Mã này đã có.",
            ),
            models.UniqueConstraint(
                fields=["conference", "phrase"],
                name="abbreviation_once",
                violation_error_message="Cụm từ này đã có.",
            ),
        ]

    def __str__(self):
        return f"{self.phrase} ({self.short})"


class ConferenceContact(models.Model):
    """Whom to call; the first one is printed."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="contacts")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    honorific = CharField("danh xưng", max_length=30, default="đồng chí")
    full_name = CharField("họ và tên", max_length=150)
    phones = CharField("điện thoại", max_length=100, help_text="Nhiều số cách nhau bằng dấu /.")
    email = models.EmailField("email", blank=True)

    class Meta:
        verbose_name = "người liên hệ"
        verbose_name_plural = "người liên hệ"
        ordering = ["position", "id"]

    def __str__(self):
        return f"{self.honorific} {self.full_name}"


class ConferenceFact(models.Model):
    """A fact or a passage that has no field of its own; frame and texts cite it as ``{fact:code}``.

    What is typed (a date, an hour of a day, a telephone …) counts as a typed fact like the others: no
    text of the conference may spell it out again.
    """

    class Type(models.TextChoices):
        TEXT = "text", "Đoạn văn"
        PHRASE = "phrase", "Cụm từ"
        DATE = "date", "Ngày"
        MOMENT = "moment", "Giờ và ngày"
        NUMBER = "number", "Số liệu"
        PHONE = "phone", "Điện thoại"
        EMAIL = "email", "Email"
        LINK = "link", "Địa chỉ trang web"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="facts")
    code = models.SlugField("mã", max_length=50, help_text="Dùng để dẫn trong câu chữ: {fact:mã}.")
    type = models.CharField("loại", max_length=10, choices=Type, default=Type.TEXT)
    value = TextField("giá trị")

    class Meta:
        verbose_name = "dữ kiện khác"
        verbose_name_plural = "dữ kiện khác"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="conference_fact_once",
                violation_error_message="Mã này đã có.",
            )
        ]

    def __str__(self):
        return self.code

    def clean(self):
        super().clean()
        try:
            self.value = printed_value(self.type, self.value)
        except ValueError as error:
            raise ValidationError({"value": str(error)}) from None
