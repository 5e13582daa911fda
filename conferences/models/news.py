"""News about a conference or a series: authored text that cites their facts, and its photos."""

import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from conferences.models.conference import Conference
from conferences.models.reference import Series
from hoinghi.fields import CharField, SearchField, TextField

MAX_BODY = 100_000


class ArticleQuerySet(models.QuerySet):
    def published(self, at: dt.datetime | None = None):
        """Articles that everybody may read at ``at``, the newest first; never one about a draft."""
        shown = self.filter(published_at__lte=at or timezone.now())
        return shown.exclude(conference__state=Conference.State.DRAFT).order_by("-published_at", "-pk")

    def about(self, conference: Conference):
        """What was written about the conference or its series."""
        about = Q(conference=conference)
        return self.filter(about | Q(series=conference.series_id) if conference.series_id else about)

    def visible_to(self, user, at: dt.datetime | None = None):
        """Staff see drafts too, those first."""
        if user.is_authenticated and user.is_staff:
            return self.order_by(models.F("published_at").desc(nulls_first=True), "-pk")
        return self.published(at)


class Article(models.Model):
    """An article. What it says of its conference or series it cites: ``{date}``, ``{1:date}``.

    ``title``, ``lead`` and ``body`` are as written; the ``printed_`` fields are what readers see, kept up to
    date by ``services.news.print_article`` whenever the article or what it cites changes.
    """

    conference = models.ForeignKey(
        Conference,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name="về hội nghị",
    )
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name="về chuỗi"
    )
    slug = models.SlugField("đường dẫn", max_length=120, unique=True)
    title = CharField("tiêu đề", max_length=300)
    lead = TextField("đoạn dẫn (sapo)", blank=True, max_length=2000)
    body = TextField("nội dung", blank=True, max_length=MAX_BODY)
    author = CharField("tác giả", max_length=150, blank=True)
    author_unit = CharField(
        "đơn vị của tác giả", max_length=100, blank=True, help_text="In sau tên tác giả: Anh Tuấn - CCN"
    )
    source = CharField("nguồn tin", max_length=200, blank=True)
    source_url = models.URLField("địa chỉ của nguồn", max_length=500, blank=True)
    published_at = models.DateTimeField(
        "đăng lúc", null=True, blank=True, db_index=True, help_text="Để trống: bản nháp, chỉ cán bộ xem được."
    )
    printed_title = TextField("tiêu đề như in", blank=True, editable=False)
    printed_lead = TextField("đoạn dẫn như in", blank=True, editable=False)
    printed_text = TextField("bài như in", blank=True, editable=False)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    updated_at = models.DateTimeField("cập nhật lúc", auto_now=True)
    search = SearchField("printed_title", "printed_lead")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "tin, bài"
        verbose_name_plural = "tin, bài"
        ordering = ["-published_at", "-id"]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="article_search_trgm")]
        constraints = [
            models.CheckConstraint(
                condition=Q(conference__isnull=True) | Q(series__isnull=True),
                name="article_about_one",
                violation_error_message="Chọn hội nghị hoặc chuỗi, không cả hai.",
            )
        ]

    def __str__(self):
        return self.printed_title or self.title

    def get_absolute_url(self):
        return reverse("article", args=[self.slug])

    def clean(self):
        super().clean()
        if self.conference_id and self.series_id:
            raise ValidationError({"series": "Chọn hội nghị hoặc chuỗi, không cả hai."})

    def is_published_at(self, at: dt.datetime) -> bool:
        return self.published_at is not None and self.published_at <= at

    @property
    def signature(self) -> str:
        """The author as the article is signed: ``Anh Tuấn - CCN``."""
        return " - ".join(filter(None, [self.author, self.author_unit]))


class ArticlePhoto(models.Model):
    """A photo of an article: re-encoded in two sizes, without what the camera wrote into it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="photos", verbose_name="bài")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    alt = CharField(
        "mô tả ảnh",
        max_length=300,
        help_text="Người không nhìn thấy ảnh nghe đọc câu này: trong ảnh có gì.",
    )
    caption = CharField("chú thích", max_length=500, blank=True, help_text="In dưới ảnh.")
    credit = CharField("người chụp, nguồn ảnh", max_length=150, blank=True)
    taken_on = models.DateField("ngày chụp", null=True, blank=True)
    file = models.FileField("ảnh", upload_to="photos/%Y/%m/", editable=False)
    width = models.PositiveIntegerField("chiều rộng (điểm ảnh)", editable=False)
    height = models.PositiveIntegerField("chiều cao (điểm ảnh)", editable=False)
    small = models.FileField("ảnh nhỏ", upload_to="photos/%Y/%m/", editable=False)
    small_width = models.PositiveIntegerField("chiều rộng ảnh nhỏ (điểm ảnh)", editable=False)
    sha256 = models.CharField("mã băm SHA-256 của tệp gốc", max_length=64, editable=False)
    # So the hash is not that of ``file`` (directory.invariants).
    FILE_IS_REWORKED = True

    class Meta:
        verbose_name = "ảnh"
        verbose_name_plural = "ảnh"
        ordering = ["position", "id"]

    def __str__(self):
        return self.caption or self.alt

    # The names say what is in the files: a photo that is replaced has other ones.
    @property
    def large_name(self) -> str:
        return f"{self.sha256[:12]}-{self.width}.jpg"

    @property
    def small_name(self) -> str:
        return f"{self.sha256[:12]}-{self.small_width}-nho.jpg"

    @property
    def large_url(self) -> str:
        return reverse("photo", args=[self.pk, self.large_name])

    @property
    def small_url(self) -> str:
        return reverse("photo", args=[self.pk, self.small_name])

    @property
    def small_height(self) -> int:
        return max(1, round(self.height * self.small_width / self.width))
