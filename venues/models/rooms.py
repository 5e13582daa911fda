from django.db import models
from django.db.models import Q

from directory.models import AdministrativeUnit, Organisation
from hoinghi.fields import CharField, SearchField, SortKeyField, TextField


class Room(models.Model):
    """A room that lasts: used again by later conferences, hidden once it is gone, never deleted."""

    host = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rooms",
        verbose_name="cơ quan chủ quản",
    )
    host_name = CharField("cơ quan chủ quản (như in)", max_length=300, blank=True)
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rooms",
        verbose_name="tỉnh, thành phố",
    )
    name = CharField("tên phòng", max_length=200)
    address = CharField("địa chỉ", max_length=300, blank=True)
    capacity = models.PositiveIntegerField("sức chứa", null=True, blank=True)
    note = TextField("ghi chú", blank=True)
    is_hidden = models.BooleanField("không dùng nữa", default=False)
    sort_key = SortKeyField("host_name", "name")
    search = SearchField("name", "host_name", "address")

    class Meta:
        verbose_name = "phòng họp"
        verbose_name_plural = "phòng họp"
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "name"],
                condition=Q(host__isnull=False),
                name="room_once_per_host",
                violation_error_message="Cơ quan này đã có phòng cùng tên.",
            ),
            models.UniqueConstraint(
                fields=["name", "host_name", "address"],
                condition=Q(host__isnull=True),
                name="room_once_without_host",
                violation_error_message="Phòng này đã có trong danh sách.",
            ),
        ]

    def __str__(self):
        return self.printed

    @property
    def printed(self) -> str:
        return f"{self.name} của {self.host_name}" if self.host_name else self.name
