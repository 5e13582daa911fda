"""What can be found: one row per thing that a search may answer, and the texts read out of files."""

import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from conferences.models.conclusions import Conclusion
from conferences.models.conference import Conference
from conferences.models.content import Material, MaterialVersion
from conferences.models.news import Article
from hoinghi.fields import CharField, TextField


class FindableQuerySet(models.QuerySet):
    def readable(self, *, is_staff: bool, invited_to: Q, at: dt.datetime):
        """What somebody may be shown at ``at``, its text included. Asked of the things themselves: an index that
        is a moment behind must not show what has been closed since.

        Arguments:
            invited_to: a condition on ``conference``: those whose papers for the invited this one may read.
        """
        if is_staff:
            return self
        paper = (
            Q(material__visibility=Material.Visibility.PUBLIC)
            | Q(material__visibility=Material.Visibility.INVITED) & invited_to
        )
        in_window = Q(material__opens_at__isnull=True) | Q(material__opens_at__lte=at)
        in_window &= Q(material__closes_at__isnull=True) | Q(material__closes_at__gt=at)
        return self.exclude(conference__state=Conference.State.DRAFT).filter(
            Q(material__isnull=True) | paper & in_window,
            Q(article__isnull=True) | Q(article__published_at__lte=at),
            Q(conclusion__isnull=True) | Q(conclusion__state=Conclusion.State.PUBLISHED),
        )


class Findable(models.Model):
    """One answer of the search: an event, a paper, an article, a conclusion.

    ``folded_title`` and ``folded_body`` are the texts letter by letter (``hoinghi.text.find_letters``): what is
    found at a place of the one stands at the same place of the other.
    """

    class Kind(models.TextChoices):
        EVENT = "event", "Hội nghị"
        MATERIAL = "material", "Tài liệu"
        ARTICLE = "article", "Tin, bài"
        CONCLUSION = "conclusion", "Kết luận"

    kind = models.CharField("loại", max_length=10, choices=Kind)
    conference = models.ForeignKey(
        Conference,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="findables",
        verbose_name="hội nghị",
    )
    # What it is, where it is not the conference itself.
    material = models.OneToOneField(Material, models.CASCADE, null=True, blank=True, related_name="findable")
    article = models.OneToOneField(Article, models.CASCADE, null=True, blank=True, related_name="findable")
    conclusion = models.OneToOneField(
        Conclusion, models.CASCADE, null=True, blank=True, related_name="findable"
    )
    url = models.CharField("địa chỉ", max_length=300)
    title = CharField("tên", max_length=300)
    body = TextField("nội dung", blank=True)
    folded_title = models.TextField(db_collation="C", editable=False)
    folded_body = models.TextField(db_collation="C", editable=False, blank=True)
    vector = models.GeneratedField(
        expression=SearchVector("folded_title", weight="A", config="simple")
        + SearchVector("folded_body", weight="D", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    date = models.DateTimeField("ngày")
    indexed_at = models.DateTimeField("theo bản lúc", help_text="Lần sửa của nội dung đã được đưa vào đây.")

    objects = FindableQuerySet.as_manager()

    class Meta:
        verbose_name = "mục tìm kiếm"
        verbose_name_plural = "mục tìm kiếm"
        indexes = [
            GinIndex(fields=["vector"], name="findable_vector"),
            GinIndex(fields=["folded_title"], opclasses=["gin_trgm_ops"], name="findable_title_trgm"),
            # For words that stand nearly everywhere: the newest are met first.
            models.Index(fields=["-date"], name="findable_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conference"], condition=Q(kind="event"), name="findable_event_once"
            )
        ]

    def __str__(self):
        return self.title


class ExtractedTextQuerySet(models.QuerySet):
    def waiting(self, at: dt.datetime):
        """Files to be read that no worker holds, or whose worker has not been heard of for too long."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
        return self.filter(free, state=ExtractedText.State.WAITING)


class ExtractedText(models.Model):
    """The text of one uploaded file, read out by a worker so that it can be found."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ đọc"
        READ = "read", "Đã đọc"
        EMPTY = "empty", "Không có chữ"
        UNREADABLE = "unreadable", "Không đọc được"

    version = models.OneToOneField(MaterialVersion, models.CASCADE, related_name="extracted")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    text = TextField("nội dung", blank=True)
    problem = CharField("vì sao không đọc được", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    leased_until = models.DateTimeField("đang đọc đến", null=True, blank=True)
    read_at = models.DateTimeField("đọc lúc", null=True, blank=True)

    objects = ExtractedTextQuerySet.as_manager()

    class Meta:
        verbose_name = "nội dung của tệp"
        verbose_name_plural = "nội dung của tệp"
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="extracted_waiting")]

    def __str__(self):
        return str(self.version)
