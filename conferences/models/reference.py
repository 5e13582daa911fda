"""What conferences are made from: kinds, frames of notices, legal bases, series."""

from django.core.exceptions import ValidationError
from django.db import models

from conferences import frames
from correspondence.models import OfficialDocument
from hoinghi.fields import CharField, SearchField, TextField


class ConferenceKind(models.Model):
    """Hội nghị, hội thảo, tọa đàm …: data, loaded from conferences/data."""

    code = models.SlugField("mã", primary_key=True)
    name = CharField("tên loại", max_length=100)
    chair_label = CharField(
        "gọi người chủ trì là", max_length=50, default="Chủ trì", help_text="Ví dụ: Chủ trì, Trưởng đoàn"
    )
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "loại hội nghị"
        verbose_name_plural = "loại hội nghị"
        ordering = ["position", "code"]

    def __str__(self):
        return self.name


class Sector(models.Model):
    """A field of work ("lĩnh vực") by which the archive is read: khuyến công, cụm công nghiệp …"""

    slug = models.SlugField("đường dẫn", max_length=60, unique=True)
    name = CharField("tên lĩnh vực", max_length=150)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "lĩnh vực"
        verbose_name_plural = "lĩnh vực"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class NoticeFrame(models.Model):
    """Headings and joining words of a notice; serves every conference of its kind and holds no fact.

    ``blocks`` is a list of blocks as docs/conference-file.md describes them.
    """

    code = models.SlugField("mã", primary_key=True)
    name = CharField("tên khung", max_length=200)
    kind = models.ForeignKey(
        ConferenceKind, models.PROTECT, related_name="frames", verbose_name="loại hội nghị"
    )
    blocks = models.JSONField("các phần của thông báo")
    invitation = models.JSONField(
        "các đoạn của giấy mời",
        default=list,
        blank=True,
        help_text="Các đoạn sau địa điểm; đoạn cuối là câu kết.",
    )

    class Meta:
        verbose_name = "khung thông báo"
        verbose_name_plural = "khung thông báo"

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        problems = {
            "blocks": frames.check(self.blocks),
            "invitation": frames.check_invitation(self.invitation),
        }
        if errors := {
            field: [f"{path}: {why}" for path, why in found] for field, found in problems.items() if found
        }:
            raise ValidationError(errors)


class DocumentFrame(models.Model):
    """Words of an official document about a conference, besides its facts; any conference may use it.

    A list and a receipt print their table before the last block, minutes end with it.
    """

    code = models.SlugField("mã", primary_key=True)
    kind = models.CharField(
        "loại văn bản",
        max_length=10,
        # The Giấy mời has its words with the notice's frame.
        choices=[choice for choice in OfficialDocument.Kind.choices if choice[0] != "GM"],
    )
    name = CharField("tên khung", max_length=200)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    subject = TextField("trích yếu", help_text="Dẫn dữ kiện như trong thông báo, ví dụ {name}.")
    addressees = TextField("kính gửi", blank=True, help_text="Chỉ với công văn; mỗi dòng một nơi.")
    blocks = models.JSONField(
        "các phần của văn bản", default=list, blank=True, help_text="Để trống: như thông báo trên cổng."
    )

    class Meta:
        verbose_name = "khung văn bản"
        verbose_name_plural = "khung văn bản"
        ordering = ["kind", "position", "code"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.blocks and (found := frames.check(self.blocks)):
            raise ValidationError({"blocks": [f"{path}: {why}" for path, why in found]})
        if not self.blocks and self.kind != OfficialDocument.Kind.NOTICE:
            raise ValidationError({"blocks": "Chỉ thông báo được để trống."})


class LegalDocument(models.Model):
    code = models.SlugField(
        "mã",
        max_length=50,
        blank=True,
        help_text="Dùng để dẫn trong câu chữ: {legal:mã}. Để trống: dẫn bằng số.",
    )
    kind = CharField("loại văn bản", max_length=100)
    number = CharField("số, ký hiệu", max_length=100)
    issuer = CharField("cơ quan ban hành", max_length=250)
    issued_on = models.DateField("ngày ban hành")
    expired_on = models.DateField("hết hiệu lực từ ngày", null=True, blank=True)
    abstract = TextField("trích yếu", blank=True)
    replaces = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="replaced_by")
    search = SearchField("kind", "number", "abstract")

    class Meta:
        verbose_name = "căn cứ pháp lý"
        verbose_name_plural = "căn cứ pháp lý"
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number", "issued_on"],
                name="legal_document_once",
                violation_error_message="Văn bản này đã có.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code=""),
                name="legal_document_code_once",
                violation_error_message="Mã này đã có ở một văn bản khác.",
            ),
        ]

    def __str__(self):
        return f"{self.kind} số {self.number}"


class Series(models.Model):
    """Conferences with one content in several places."""

    slug = models.SlugField("đường dẫn", max_length=120, unique=True)
    title = CharField("tên chuỗi", max_length=300)
    basis = TextField("căn cứ", blank=True)
    purpose = TextField("mục đích", blank=True)
    legal_bases = models.ManyToManyField(
        LegalDocument, blank=True, related_name="series", verbose_name="căn cứ pháp lý"
    )
    # What is known of a series whose conferences are not on the portal; else the conferences themselves say it.
    held_in = models.DateField(
        "diễn ra trong tháng",
        null=True,
        blank=True,
        help_text="Chỉ cho chuỗi không có hội nghị trên cổng: một ngày bất kỳ của tháng đó.",
    )
    conference_count = models.PositiveSmallIntegerField(
        "số hội nghị", null=True, blank=True, help_text="Chỉ cho chuỗi không có hội nghị trên cổng."
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="chuỗi trước")

    class Meta:
        verbose_name = "chuỗi hội nghị"
        verbose_name_plural = "chuỗi hội nghị"

    def __str__(self):
        return self.title
