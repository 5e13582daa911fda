import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from directory.models import AdministrativeUnit, Organisation
from hoinghi.fields import CharField, SearchField, SortKeyField, TextField
from hoinghi.text import fold


class RoomQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(is_hidden=False)

    def matching(self, words: str):
        """Rooms whose name, host, address or province holds every word; case, diacritics and đ do not count."""
        found = self
        for word in fold(words).split():
            found = found.filter(Q(search__contains=word) | Q(unit__search__contains=word))
        return found


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
        verbose_name="địa phương",
    )
    name = CharField("tên phòng", max_length=200)
    building = CharField("nhà, tầng", max_length=150, blank=True, help_text="Để người đến tìm được phòng.")
    # The latest one; what it was until a day stands in FormerAddress.
    address = CharField("địa chỉ", max_length=300, blank=True)
    capacity = models.PositiveIntegerField("sức chứa (người)", null=True, blank=True)
    equipment = TextField(
        "thiết bị",
        blank=True,
        help_text="Mỗi dòng một thiết bị: bộ mã hóa hoặc máy tính, camera, màn hình, âm thanh …",
    )
    line_provider = CharField("nhà cung cấp đường truyền", max_length=150, blank=True)
    line_down = models.PositiveIntegerField("tốc độ tải xuống (Mbps)", null=True, blank=True)
    line_up = models.PositiveIntegerField("tốc độ tải lên (Mbps)", null=True, blank=True)
    photo = models.FileField("ảnh phòng", upload_to="rooms/%Y/%m/", blank=True)
    note = TextField("ghi chú", blank=True)
    is_hidden = models.BooleanField(
        "không dùng nữa", default=False, help_text="Không chọn được nữa; các hội nghị đã họp ở đây vẫn giữ."
    )
    sort_key = SortKeyField("host_name", "name")
    search = SearchField("name", "host_name", "building", "address")

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = "phòng họp"
        verbose_name_plural = "phòng họp"
        ordering = ["sort_key", "id"]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="room_search_trgm")]
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

    def address_on(self, date: dt.date) -> str:
        """Where the room is on ``date``; ``former_addresses`` may be prefetched."""
        former = [row for row in self.former_addresses.all() if date <= row.until]
        return min(former, key=lambda row: row.until).address if former else self.address


class FormerAddress(models.Model):
    """Where a room was until a day; the row of the next later day, or the room itself, says where it went."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="former_addresses", verbose_name="phòng họp")
    address = CharField("địa chỉ", max_length=300)
    until = models.DateField("đến hết ngày")

    class Meta:
        verbose_name = "địa chỉ trước đây"
        verbose_name_plural = "địa chỉ trước đây"
        ordering = ["-until"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "until"],
                name="room_one_address_a_day",
                violation_error_message="Ngày này đã có một địa chỉ.",
            )
        ]

    def __str__(self):
        return self.address


class RoomContact(models.Model):
    """Whom to call about a room, whatever conference it serves; never shown to the public."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="contacts", verbose_name="phòng họp")
    full_name = CharField("họ và tên", max_length=150)
    job_title = CharField("chức vụ, việc phụ trách", max_length=200, blank=True)
    phone = CharField("điện thoại", max_length=100)
    email = models.EmailField("email", blank=True)

    class Meta:
        verbose_name = "người liên hệ của phòng"
        verbose_name_plural = "người liên hệ của phòng"
        ordering = ["id"]

    def __str__(self):
        return self.full_name
