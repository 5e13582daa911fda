from django.db import models

from conferences.models import Conference


class BoardVersion(models.Model):
    """Counts the changes of what a conference's board shows, so that an unchanged board costs one short query.

    See ``venues.watching``.
    """

    conference = models.OneToOneField(
        Conference, models.CASCADE, related_name="board", primary_key=True, verbose_name="hội nghị"
    )
    number = models.PositiveBigIntegerField("số", default=1)

    class Meta:
        verbose_name = "lần đổi của bảng điểm cầu"
        verbose_name_plural = "lần đổi của bảng điểm cầu"

    def __str__(self):
        return f"{self.conference}: {self.number}"
