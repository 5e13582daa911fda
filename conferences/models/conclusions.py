"""What a conference or a working visit came to: its conclusion, item by item."""

from django.db import models
from django.db.models import Q

from conferences.facts import fill_known
from conferences.models.conference import Conference
from directory.models import Organisation
from hoinghi.fields import CharField, TextField


class ConclusionQuerySet(models.QuerySet):
    def published(self):
        """Conclusions that everybody may read who may read about the conference."""
        return self.filter(state=Conclusion.State.PUBLISHED)

    def visible_to(self, user):
        """Staff see drafts too."""
        return self.all() if user.is_authenticated and user.is_staff else self.published()


class Conclusion(models.Model):
    """The conclusion of one conference; of a working visit its findings and recommendations.

    Its texts may cite facts of the conference (``{date}``). They may also spell them out: what was said at a
    meeting is a record, it does not follow facts that change afterwards.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Nháp"
        PUBLISHED = "published", "Đã công bố"

    conference = models.OneToOneField(
        Conference, models.CASCADE, related_name="conclusion", verbose_name="hội nghị"
    )
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.DRAFT, editable=False)
    opening = TextField("mở đầu", blank=True, help_text="Đoạn trước các nội dung được đánh số.")
    closing = TextField("kết thúc", blank=True, help_text="Đoạn sau các nội dung được đánh số.")
    version = models.PositiveIntegerField("lần sửa", default=0, editable=False)
    published_at = models.DateTimeField("công bố lúc", null=True, blank=True, editable=False)
    updated_at = models.DateTimeField("cập nhật lúc", auto_now=True)

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = "kết luận"
        verbose_name_plural = "kết luận"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="conclusion_published_is_dated",
            )
        ]

    def __str__(self):
        return f"Kết luận – {self.conference}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class ConclusionItem(models.Model):
    """A numbered item: what was concluded, found or recommended.

    Each kind is numbered on its own, in the order of ``position``.
    """

    class Kind(models.TextChoices):
        CONCLUSION = "conclusion", "Kết luận"
        RESULT = "result", "Kết quả"
        SHORTCOMING = "shortcoming", "Tồn tại, hạn chế"
        RECOMMENDATION = "recommendation", "Kiến nghị, đề nghị"

    # What was found on the spot; the rest says what shall be done.
    FINDINGS = (Kind.RESULT, Kind.SHORTCOMING)

    conclusion = models.ForeignKey(Conclusion, models.CASCADE, related_name="items", verbose_name="kết luận")
    kind = models.CharField("loại", max_length=20, choices=Kind, default=Kind.CONCLUSION)
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    text = TextField("nội dung")
    addressee = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="cơ quan thực hiện",
        help_text="Với kết quả, tồn tại: cơ quan được nói tới.",
    )
    addressee_name = CharField(
        "cơ quan thực hiện (như in)",
        max_length=300,
        blank=True,
        help_text="Để trống: tên của cơ quan được chọn. Ghi được cả nơi không có trong danh bạ.",
    )
    due_on = models.DateField("thời hạn", null=True, blank=True, help_text="Hết ngày này.")

    class Meta:
        verbose_name = "nội dung kết luận"
        verbose_name_plural = "nội dung kết luận"
        ordering = ["position", "id"]

    def __str__(self):
        return self.text[:80]

    def clean(self):
        super().clean()
        if self.addressee and not self.addressee_name:
            # What was printed stays printed, whatever the organisation is called later.
            self.addressee_name = self.addressee.name

    @property
    def headline(self) -> str:
        """The first line, for lists."""
        return self.text.partition("\n")[0]

    def printed(self, facts: dict[str, str]) -> str:
        """The text with the facts that it cites; what there is not stays as written."""
        return fill_known(self.text, facts)
