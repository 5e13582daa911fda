"""The agenda as the public has read it, version by version; staff go on working on its rows."""

from django.db import models

from conferences.models.conference import Conference
from directory.models import User
from hoinghi.fields import TextField


class AgendaVersion(models.Model):
    """One publication of an agenda; the newest is what readers see.

    ``items`` are the rows as they were (``services.agenda.rows_of``): texts with their placeholders and times
    from the start, so that a published agenda moves with its conference like any other.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="agenda_versions")
    number = models.PositiveSmallIntegerField("bản")
    items = models.JSONField("các nội dung")
    differences = models.JSONField("khác bản trước", default=list, blank=True)
    note = TextField("lý do thay đổi", blank=True)
    published_at = models.DateTimeField("công bố lúc")
    published_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người công bố"
    )

    class Meta:
        verbose_name = "bản chương trình"
        verbose_name_plural = "các bản chương trình"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["conference", "number"], name="agenda_version_once")]

    def __str__(self):
        return f"{self.conference} – chương trình bản {self.number}"
