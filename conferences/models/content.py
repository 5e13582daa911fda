import datetime as dt

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from conferences.facts import expand
from conferences.models.conference import Conference
from conferences.models.files import StoredFile
from correspondence.models import OfficialDocument
from directory.models import User
from hoinghi.fields import CharField, TextField
from hoinghi.files import INLINE_TYPES

TOLD_DAYS_AFTER = dt.timedelta(days=60)


class Note(models.Model):
    """A numbered note of the notice ("Ghi chú"): who is asked to do what."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="notes")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    text = TextField("nội dung")
    items = TextField("các ý", blank=True, help_text="Mỗi dòng một ý, in thành gạch đầu dòng.")

    class Meta:
        verbose_name = "ghi chú"
        verbose_name_plural = "ghi chú"
        ordering = ["position", "id"]

    def __str__(self):
        return self.text[:80]


class AgendaItem(models.Model):
    """A line of the agenda that staff work on; the public reads the last ``AgendaVersion``.

    Its time counts from the start, so moving the conference moves all.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="agenda")
    day = models.PositiveSmallIntegerField("ngày thứ", default=1)
    starts_after = models.SmallIntegerField(
        "bắt đầu sau (phút)",
        default=0,
        help_text="Số phút tính từ giờ bắt đầu của hội nghị; số âm: trước giờ đó.",
    )
    lasts = models.PositiveSmallIntegerField("kéo dài (phút)", null=True, blank=True)
    position = models.PositiveSmallIntegerField(
        "thứ tự", default=0, help_text="Chỉ cần khi nhiều nội dung bắt đầu cùng giờ."
    )
    part = CharField(
        "thuộc phần",
        max_length=200,
        blank=True,
        help_text="Các nội dung liền nhau cùng phần in dưới một tên.",
    )
    title = CharField("nội dung", max_length=500)
    presenter = CharField(
        "người trình bày", max_length=250, blank=True, help_text="Nhiều người cách nhau bằng dấu chấm phẩy."
    )
    chair = CharField("người điều hành", max_length=250, blank=True)
    place = CharField("địa điểm", max_length=250, blank=True)
    is_break = models.BooleanField("nghỉ giữa giờ", default=False)

    class Meta:
        verbose_name = "nội dung chương trình"
        verbose_name_plural = "chương trình"
        ordering = ["day", "starts_after", "position", "id"]

    def __str__(self):
        return self.printed_title

    @property
    def starts_at(self) -> dt.datetime:
        return self.conference.start_at + dt.timedelta(days=self.day - 1, minutes=self.starts_after)

    @property
    def ends_at(self) -> dt.datetime | None:
        return None if self.lasts is None else self.starts_at + dt.timedelta(minutes=self.lasts)

    @property
    def role(self) -> str:
        """Which part of the agenda it is, for frames: ``each: agenda:work`` leaves breaks out."""
        return "break" if self.is_break else "work"

    @property
    def printed_title(self) -> str:
        return expand(self.title, self.conference)

    @property
    def printed_presenter(self) -> str:
        return expand(self.presenter, self.conference)

    @property
    def printed_chair(self) -> str:
        return expand(self.chair, self.conference)

    @property
    def printed_part(self) -> str:
        return expand(self.part, self.conference)


class MaterialQuerySet(models.QuerySet):
    def with_current(self):
        """Each material with ``current_id``, the id of its newest version; one without a file has none."""
        newest = MaterialVersion.objects.filter(material=OuterRef("pk")).order_by("-number")
        return self.annotate(current_id=Subquery(newest.values("pk")[:1]))

    def in_window(self, at: dt.datetime | None = None):
        at = at or timezone.now()
        return self.filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=at), Q(closes_at__isnull=True) | Q(closes_at__gt=at)
        )

    def public(self):
        return self.filter(visibility=Material.Visibility.PUBLIC)

    def for_invited(self):
        """What focal points and delegates of the conference may read."""
        return self.exclude(visibility=Material.Visibility.INTERNAL)


class Material(models.Model):
    class Kind(models.TextChoices):
        AGENDA = "agenda", "Chương trình"
        DOCUMENT = "document", "Tài liệu"

    class Visibility(models.TextChoices):
        PUBLIC = "public", "Công khai"
        INVITED = "invited", "Đơn vị được mời"
        INTERNAL = "internal", "Nội bộ"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="materials")
    kind = models.CharField("loại", max_length=10, choices=Kind, default=Kind.DOCUMENT)
    title = CharField("tên tài liệu", max_length=250)
    visibility = models.CharField(
        "ai được xem", max_length=10, choices=Visibility, default=Visibility.INVITED
    )
    opens_at = models.DateTimeField("cho xem từ", null=True, blank=True)
    closes_at = models.DateTimeField("cho xem đến", null=True, blank=True)
    agenda_item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="materials",
        verbose_name="cho nội dung",
    )
    position = models.PositiveSmallIntegerField("thứ tự", default=1)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = "tài liệu"
        verbose_name_plural = "tài liệu"
        ordering = ["kind", "position", "id"]

    def __str__(self):
        return self.title


class MaterialVersionQuerySet(models.QuerySet):
    def with_newest(self):
        """Each version with ``newest_id``, the id of the newest one of its material."""
        newest = MaterialVersion.objects.filter(material=OuterRef("material")).order_by("-number")
        return self.annotate(newest_id=Subquery(newest.values("pk")[:1]))

    def untold(self, at: dt.datetime):
        """The newest versions that the invited may read at ``at`` and of which nobody has told them.

        What was there when the conference was announced is no news, nor what a program has loaded, nor anything
        once the conference has been over for ``TOLD_DAYS_AFTER``.
        """
        states = (Conference.State.ANNOUNCED, Conference.State.CONCLUDED)
        readable = Material.objects.for_invited().in_window(at)
        return (
            self.with_newest()
            .annotate(published_at=Greatest("uploaded_at", "material__opens_at"))
            .filter(
                newest_id=F("pk"),
                notice__isnull=True,
                uploaded_by__isnull=False,
                material__in=readable,
                material__conference__state__in=states,
                material__conference__end_at__gt=at - TOLD_DAYS_AFTER,
                published_at__gt=F("material__conference__announced_at"),
            )
            .order_by("material__kind", "material__position", "material")
        )


class MaterialVersion(StoredFile):
    """One uploaded file; nothing is overwritten."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="versions", verbose_name="tài liệu")
    number = models.PositiveSmallIntegerField("bản")
    file = models.FileField("tệp", upload_to="materials/%Y/%m/")
    notice = models.ForeignKey(
        "MaterialNotice",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="versions",
        verbose_name="đã báo lần",
    )
    downloads = models.PositiveIntegerField("lượt tải", default=0, editable=False)
    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người tải lên"
    )
    uploaded_at = models.DateTimeField("tải lên lúc", auto_now_add=True)

    objects = MaterialVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "bản tài liệu"
        verbose_name_plural = "các bản tài liệu"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["material", "number"], name="material_version_once")]

    def __str__(self):
        return f"{self.material} – bản {self.number}"

    @property
    def is_shown_inline(self) -> bool:
        """Whether browsers show it by themselves."""
        return self.content_type in INLINE_TYPES


class ConferenceDocument(models.Model):
    """Ties an official document to its conference; the correspondence app knows no conference."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="official_documents")
    document = models.OneToOneField(
        OfficialDocument, models.PROTECT, related_name="+", verbose_name="văn bản"
    )

    class Meta:
        verbose_name = "văn bản của hội nghị"
        verbose_name_plural = "văn bản của hội nghị"

    def __str__(self):
        return str(self.document)
