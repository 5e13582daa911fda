import datetime as dt

from django.db import models

from hoinghi.fields import CharField


class PersonalLink(models.Model):
    """The right to open one holder's page without an account.

    Nothing here opens anything: the token is the id plus an HMAC over id, nonce and purpose
    (``directory.links``), so a stolen table holds no usable link.
    """

    purpose = models.CharField("mục đích", max_length=40)
    holder = models.CharField(
        "người giữ", max_length=80, help_text="Loại và số của bản ghi, ví dụ delegate:12."
    )
    scope = models.CharField("phạm vi", max_length=80, blank=True)
    address = models.EmailField("địa chỉ nhận", blank=True)
    label = CharField("tên người giữ", max_length=200, blank=True)
    nonce = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    expires_at = models.DateTimeField("hết hạn lúc")
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)

    class Meta:
        verbose_name = "đường dẫn cá nhân"
        verbose_name_plural = "đường dẫn cá nhân"
        indexes = [models.Index(fields=["purpose", "holder"], name="link_holder")]

    def __str__(self):
        return f"{self.purpose} {self.holder}"

    def is_live(self, at: dt.datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at
