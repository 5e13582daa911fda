"""Things that exist for a time: names and codes are reused, so the date decides who is meant."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from hoinghi.text import capfirst, format_date


class DatedQuerySet(models.QuerySet):
    def as_of(self, date: dt.date):
        """Rows valid on ``date``; the first and the last day belong to the validity."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=date),
            Q(valid_to__isnull=True) | Q(valid_to__gte=date),
        )


class Dated(models.Model):
    valid_from = models.DateField("có hiệu lực từ", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True, help_text="Để trống nếu còn hiệu lực.")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_validity",
                violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
            )
        ]

    def is_valid_on(self, date: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= date) and (
            self.valid_to is None or date <= self.valid_to
        )


class Registered(Dated):
    """A unit or organisation of the register: loaded from directory/data, mended by staff, and followed by
    a ``successor`` when it ends.
    """

    kept_by_staff = models.BooleanField(
        "giữ như cán bộ đã sửa",
        default=False,
        help_text="Tự đánh dấu khi sửa tên, loại, hiệu lực hoặc đơn vị kế thừa. Bỏ dấu để lần nạp danh mục sau lấy lại "
        "theo tệp dữ liệu.",
    )

    class Meta(Dated.Meta):
        abstract = True

    @property
    def picker_label(self) -> str:
        """The name, and for a row that has an end the last day: names come back."""
        return f"{self} (đến hết {format_date(self.valid_to)})" if self.valid_to else str(self)

    def clean(self):
        super().clean()
        if self.successor and (problem := self.succession_problem(self.successor)):
            raise ValidationError({"successor": capfirst(problem)})

    def succession_problem(self, successor) -> str:
        """Why ``successor`` cannot follow this row; empty when it can.

        A successor outlives its predecessor, so a line of successors always comes to its end.
        """
        if self.valid_to is None:
            return f"có đơn vị kế thừa ({successor}) thì phải có ngày hết hiệu lực."
        if successor.valid_to is not None and successor.valid_to <= self.valid_to:
            return f"đơn vị kế thừa ({successor}) phải còn hiệu lực sau ngày {format_date(self.valid_to)}."
        return ""

    def holder_on(self, date: dt.date):
        """This row, or the successor that holds its place on ``date``.

        A row whose line of successors ends before ``date`` answers None: nobody holds the place.
        """
        holder = self
        while holder is not None and holder.valid_to is not None and holder.valid_to < date:
            holder = holder.successor
        return holder

    def continues(self) -> list:
        """The ended rows whose place this one holds, directly or by rows between, the latest to end first."""
        found, last = [], [self]
        while last:
            last = list(type(self)._default_manager.filter(successor__in=last).order_by("sort_key"))
            found += last
        return sorted(found, key=lambda ended: ended.valid_to, reverse=True)
