from django.db import models

# What stands in place of a name that was taken out; the audit trail's trigger knows it, too.
NOBODY = "(đã ẩn danh)"


class AuditEntry(models.Model):
    """Who did what to which thing. Append-only: a trigger refuses DELETE and every UPDATE but emptying ``changes``
    and ``ip``, and putting ``NOBODY`` in place of a label. No foreign keys: an entry outlives what it tells of.
    """

    at = models.DateTimeField("lúc", auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField("số tài khoản", null=True)
    actor_label = models.CharField("người thực hiện", max_length=200)
    acted_for = models.CharField("thay mặt", max_length=250, blank=True)
    action = models.CharField("việc", max_length=80, db_index=True)
    object_type = models.CharField("loại đối tượng", max_length=80)
    object_id = models.CharField("số đối tượng", max_length=40)
    object_label = models.CharField("đối tượng", max_length=300)
    changes = models.JSONField("thay đổi", null=True)
    ip = models.GenericIPAddressField("địa chỉ IP", null=True)

    class Meta:
        verbose_name = "nhật ký"
        verbose_name_plural = "nhật ký"
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.action} {self.object_label}"
