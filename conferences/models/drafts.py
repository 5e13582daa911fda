"""Draft documents on which organisations are asked for their opinion: versions, and the clauses of each."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from conferences.models.conference import Conference
from directory.models import User
from hoinghi.fields import CharField, TextField

MAX_TEXT = 2_000_000


class DraftDocument(models.Model):
    """A draft (of a decree, a circular, a plan …) that a conference discusses."""

    class State(models.TextChoices):
        PREPARING = "preparing", "Đang chuẩn bị"
        ASKING = "asking", "Lấy ý kiến"
        ANSWERED = "answered", "Đã công bố kết quả"

    class Readers(models.TextChoices):
        INVITED = "invited", "Đơn vị được hỏi ý kiến, được mời dự"
        PUBLIC = "public", "Mọi người"

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="draft_documents", verbose_name="hội nghị"
    )
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    title = CharField("tên dự thảo", max_length=500, help_text="Ví dụ: Dự thảo Nghị định về …")
    focus = TextField(
        "nội dung đề nghị tập trung góp ý", blank=True, max_length=5000, help_text="Có thể để trống."
    )
    readers = models.CharField("ai đọc được dự thảo", max_length=10, choices=Readers, default=Readers.INVITED)
    for_series = models.BooleanField(
        "dùng chung cho các hội nghị của chuỗi",
        default=False,
        help_text="Dự thảo hiện ở trang của mọi hội nghị trong chuỗi; ý kiến được tập hợp một nơi.",
    )
    delegates_may = models.BooleanField(
        "đại biểu góp ý được bằng đường dẫn riêng",
        default=False,
        help_text="Ngoài ý kiến của cơ quan được hỏi.",
    )
    deadline = models.DateTimeField(
        "hạn góp ý", null=True, blank=True, help_text="Trước, trong hoặc sau hội nghị đều được."
    )
    state = models.CharField(
        "trạng thái", max_length=10, choices=State, default=State.PREPARING, editable=False
    )
    asked_at = models.DateTimeField("hỏi ý kiến từ", null=True, blank=True, editable=False)
    result_readers = models.CharField(
        "ai xem được kết quả", max_length=10, choices=Readers, default=Readers.INVITED
    )
    updated_at = models.DateTimeField("cập nhật lúc", auto_now=True)

    class Meta:
        verbose_name = "dự thảo"
        verbose_name_plural = "dự thảo lấy ý kiến"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="preparing") | Q(deadline__isnull=False, asked_at__isnull=False),
                name="draft_asked_has_deadline",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("draft", args=[self.pk])

    @property
    def is_asking(self) -> bool:
        return self.state == self.State.ASKING

    def shown_state(self, at: dt.datetime) -> str:
        """The state as people see it: an open draft whose time is over is ``over``."""
        if self.is_asking and self.deadline is not None and at >= self.deadline:
            return "over"
        return self.state

    def current_version(self) -> "DraftVersion | None":
        """The newest version that was issued."""
        return self.versions.issued().first()

    @cached_property
    def known_version(self) -> "DraftVersion | None":
        """The same, asked once for all letters about a draft that nobody changes meanwhile."""
        return self.current_version()


class DraftVersionQuerySet(models.QuerySet):
    def issued(self):
        """Versions that may be read outside the house; their clauses never change again."""
        return self.filter(issued_at__isnull=False)


class DraftVersion(models.Model):
    """One wording of a draft. As long as it is not issued, its text and its division may be put right."""

    draft = models.ForeignKey(DraftDocument, models.CASCADE, related_name="versions", verbose_name="dự thảo")
    number = models.PositiveSmallIntegerField("bản")
    # The division is written into the text: a line that begins a part begins with its mark (conferences.drafts).
    text = TextField("nội dung", max_length=MAX_TEXT)
    note = CharField("khác bản trước ở đâu", max_length=500, blank=True)
    file = models.FileField("tệp gốc", upload_to="drafts/%Y/%m/", blank=True)
    file_name = models.CharField("tên tệp", max_length=250, blank=True)
    content_type = models.CharField("loại nội dung", max_length=120, blank=True)
    size = models.PositiveBigIntegerField("dung lượng (byte)", default=0)
    sha256 = models.CharField("mã băm SHA-256", max_length=64, blank=True)
    issued_at = models.DateTimeField("phát hành lúc", null=True, blank=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người nhập"
    )
    created_at = models.DateTimeField("nhập lúc", auto_now_add=True)

    objects = DraftVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "bản dự thảo"
        verbose_name_plural = "các bản dự thảo"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_version_once"),
            models.UniqueConstraint(
                fields=["draft"], condition=Q(issued_at__isnull=True), name="draft_version_one_in_work"
            ),
        ]

    def __str__(self):
        return f"{self.draft} – bản {self.number}"


class Level(models.TextChoices):
    """The parts of a legal text, from the outermost to the innermost that opinions are asked on."""

    PREAMBLE = "preamble", "Phần mở đầu"
    PART = "part", "Phần"
    CHAPTER = "chapter", "Chương"
    SECTION = "section", "Mục"
    ARTICLE = "article", "Điều"
    CLAUSE = "clause", "Khoản"
    APPENDIX = "appendix", "Phụ lục"


class Clause(models.Model):
    """A part of an issued version. ``label`` is how it is cited: "Khoản 2 Điều 5"."""

    version = models.ForeignKey(DraftVersion, models.CASCADE, related_name="clauses", verbose_name="bản")
    position = models.PositiveIntegerField("thứ tự")
    level = models.CharField("cấp", max_length=10, choices=Level)
    number = CharField("số", max_length=20, blank=True)
    title = TextField("tên", blank=True)
    text = TextField("nội dung", blank=True)
    label = CharField("cách gọi", max_length=120)

    class Meta:
        verbose_name = "điều, khoản"
        verbose_name_plural = "điều, khoản"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="clause_position_once")]

    def __str__(self):
        return self.label
