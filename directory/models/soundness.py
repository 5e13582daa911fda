from django.db import models


class SoundnessCheck(models.Model):
    """One night's look at what must always be true (``directory.soundness``)."""

    at = models.DateTimeField("lúc")
    rules = models.PositiveSmallIntegerField("số quy tắc")
    count = models.PositiveIntegerField("số chỗ sai")
    breaches = models.JSONField(
        "chỗ sai", default=list, help_text="[quy tắc, đối tượng]; không ghi hết khi quá nhiều."
    )

    class Meta:
        verbose_name = "lần kiểm tra dữ liệu"
        verbose_name_plural = "các lần kiểm tra dữ liệu"
        ordering = ["-id"]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.at:%d/%m/%Y %H:%M}: {self.count}"
