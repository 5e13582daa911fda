from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower

from directory.models.dated import DatedQuerySet, Registered
from directory.models.units import AdministrativeUnit
from hoinghi.fields import CharField, SearchField, SortKeyField, TextField


class OrganisationKind(models.Model):
    """What an organisation is (a ministry, a provincial department …); codes come from the data files."""

    code = models.SlugField("mã", primary_key=True)
    name = CharField("tên loại", max_length=200)

    class Meta:
        verbose_name = "loại cơ quan"
        verbose_name_plural = "loại cơ quan"

    def __str__(self):
        return self.name


class Organisation(Registered):
    """A body for the time in which it bore this name; what was printed keeps its own snapshot."""

    uid = models.CharField("định danh", max_length=80, unique=True)
    kind = models.ForeignKey(
        OrganisationKind, models.PROTECT, related_name="organisations", verbose_name="loại"
    )
    name = CharField("tên", max_length=250)
    abbreviation = CharField("tên viết tắt", max_length=50, blank=True)
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name="địa phương",
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="cơ quan chủ quản",
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="cơ quan kế thừa",
    )
    address = CharField("địa chỉ", max_length=300, blank=True)
    phone = CharField("điện thoại", max_length=100, blank=True)
    note = TextField("ghi chú", blank=True)
    sort_key = SortKeyField("name")
    search = SearchField("name", "abbreviation")

    objects = DatedQuerySet.as_manager()

    class Meta(Registered.Meta):
        verbose_name = "cơ quan, đơn vị"
        verbose_name_plural = "cơ quan, đơn vị"
        ordering = ["sort_key", "id"]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="organisation_search_trgm")]

    def __str__(self):
        return self.name

    def letter_contacts(self) -> list["Contact"]:
        """The addresses of its letters: those in use; the backup ones only where there are no others."""
        in_use = [contact for contact in self.contacts.all() if contact.is_active]
        return [contact for contact in in_use if not contact.is_backup] or in_use

    def backup_contacts(self) -> list["Contact"]:
        """The addresses in use that get no letter as long as the others answer."""
        usual = self.letter_contacts()
        return [contact for contact in self.contacts.all() if contact.is_active and contact not in usual]


class Contact(models.Model):
    """An address to which an organisation's letters go."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contacts", verbose_name="cơ quan"
    )
    full_name = CharField("họ và tên", max_length=150, blank=True)
    email = models.EmailField("email")
    phone = CharField("điện thoại", max_length=100, blank=True)
    is_active = models.BooleanField("đang dùng", default=True)
    is_backup = models.BooleanField(
        "địa chỉ dự phòng",
        default=False,
        help_text="Chỉ nhận thư nhắc khi địa chỉ chính chưa trả lời.",
    )
    refused_at = models.DateTimeField("bị từ chối lúc", null=True, blank=True, editable=False)
    refusal = TextField("máy chủ trả lời", blank=True, editable=False)

    class Meta:
        verbose_name = "địa chỉ nhận thư"
        verbose_name_plural = "địa chỉ nhận thư"
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                name="contact_email_once",
                violation_error_message="Địa chỉ này đã có ở cơ quan này.",
            )
        ]

    def __str__(self):
        return self.email
