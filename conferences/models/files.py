"""What rows that keep an uploaded file have in common."""

from django.db import models

from directory.models import User


class StoredFile(models.Model):
    """Describes its ``file``; each model says in which folder that lies. ``hoinghi.files.Examined.described``."""

    file_name = models.CharField("tên tệp", max_length=250)
    content_type = models.CharField("loại nội dung", max_length=120)
    size = models.PositiveBigIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm SHA-256", max_length=64)

    class Meta:
        abstract = True


class SignedPaper(StoredFile):
    """The signed letter that goes with what somebody has typed; kept as it came (``conferences.signed_papers``)."""

    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người tải lên"
    )
    uploaded_at = models.DateTimeField("tải lên lúc")

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self):
        return self.file_name
