"""Things that exist for a time: names and codes are reused, so the date decides who is meant."""

import datetime as dt

from django.db import models
from django.db.models import F, Q


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

    def holder_on(self, date: dt.date):
        """This row, or the successor that holds its place on ``date``.

        A row whose line of successors ends before ``date`` answers None: nobody holds the place.
        """
        holder = self
        while holder is not None and holder.valid_to is not None and holder.valid_to < date:
            holder = holder.successor
        return holder
