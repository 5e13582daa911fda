"""Templates: what a clerk starts a conference from when no earlier one fits."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from directory.models import User
from hoinghi.fields import CharField, TextField


class ConferenceTemplate(models.Model):
    """Chosen parts of a conference, kept under a name; what happens to that conference later changes nothing here.

    ``content`` is what ``conferences.copying.kept_of`` answers.
    """

    name = CharField("tên mẫu", max_length=150, unique=True)
    note = TextField("dùng khi nào", blank=True)
    content = models.JSONField("nội dung", encoder=DjangoJSONEncoder, editable=False)
    created_at = models.DateTimeField("lưu lúc", auto_now_add=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người lưu", editable=False
    )

    class Meta:
        verbose_name = "mẫu hội nghị"
        verbose_name_plural = "mẫu hội nghị"
        ordering = ["name"]

    def __str__(self):
        return self.name
