import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from conferences.facts import FACT_ROWS, names_of
from conferences.models.reference import ConferenceKind, LegalDocument, NoticeFrame, Sector, Series
from correspondence.models import Letterhead
from directory.models import AdministrativeUnit, Organisation, OrganisationKind
from hoinghi.access import organises
from hoinghi.fields import CharField, SearchField, TextField
from hoinghi.together import TogetherQuerySet

# The rows of a conference that are printed, and what was last told of it.
PRINTED_ROWS = (*FACT_ROWS, "notes", "agenda_versions", "change_notices")

# Minutes.
JOIN_BEFORE = 60

# The time that a conference takes, its last moment included.
MEETS = Func(
    "start_at",
    "end_at",
    template="TSTZRANGE(%(expressions)s, '[]')",
    output_field=DateTimeRangeField(),
)


class ConferenceQuerySet(TogetherQuerySet):
    def published(self):
        """Conferences that the public may read about."""
        return self.exclude(state=Conference.State.DRAFT)

    def visible_to(self, user):
        """Staff see all; everybody else what is published."""
        return self.all() if user.is_authenticated and user.is_staff else self.published()

    def changeable_by(self, user):
        """Of one with a team, the team and superusers change something; else everybody who runs conferences."""
        if not organises(user):
            return self.none()
        return self.exclude(pk__in=self.model.objects.closed_to(user).values("pk"))

    def closed_to(self, user):
        """Those that have a team without this account; superusers are in every team."""
        if user.is_superuser:
            return self.none()
        members = self.model.team.through.objects
        own = members.filter(user=user).values("conference")
        return self.filter(pk__in=members.values("conference")).exclude(pk__in=own)

    def upcoming(self, at: dt.datetime | None = None):
        """Not yet over at ``at`` (default now), the nearest first; a postponed one waits for its new day."""
        at = at or timezone.now()
        ahead = Q(end_at__gte=at) | Q(state=Conference.State.POSTPONED)
        # By the start alone the database would walk its index from the first conference ever; so it takes the few
        # that are ahead and sorts them. Those under way come first either way.
        return self.filter(ahead).order_by(Greatest("start_at", Value(at)), "start_at")

    def past(self, at: dt.datetime | None = None):
        over = self.filter(end_at__lt=at or timezone.now())
        return over.exclude(state=Conference.State.POSTPONED).order_by("-start_at")

    def meeting_on(self, day: dt.date):
        """Those that meet on ``day``; a postponed one has none."""
        start = dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_current_timezone())
        return self.meeting_between(start, start + dt.timedelta(days=1))

    def meeting_between(self, start: dt.datetime, end: dt.datetime):
        """Those that meet from ``start`` on and before ``end``, if only for a while; a postponed one has no day.

        Asked for by the two columns, the database walks the index of the one from the first conference ever.
        """
        return self.with_a_day().alias(meets=MEETS).filter(meets__overlap=DateTimeTZRange(start, end))

    def with_a_day(self):
        """Without the postponed ones: what their fields say is not settled, or has passed."""
        return self.exclude(state=Conference.State.POSTPONED)

    def in_feed(self, at: dt.datetime | None = None):
        """What calendar programs that subscribe are shown: what is to come, and a year of what was."""
        since = (at or timezone.now()) - dt.timedelta(days=365)
        shown = self.filter(Q(end_at__gte=since) | Q(state=Conference.State.POSTPONED))
        return shown.exclude(state=Conference.State.DRAFT).order_by("start_at", "pk")

    def printable(self):
        """With every row that notice, Giấy mời and letters print, in one query."""
        return self.select_related("kind", "frame").together(*PRINTED_ROWS)

    def open_for_nomination(self, at: dt.datetime | None = None):
        return self.filter(state=Conference.State.ANNOUNCED, nomination_deadline__gt=at or timezone.now())


class Conference(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "Nháp"
        PLANNED = "planned", "Dự kiến"
        ANNOUNCED = "announced", "Đã thông báo"
        CONCLUDED = "concluded", "Đã kết luận"
        POSTPONED = "postponed", "Hoãn"
        CANCELLED = "cancelled", "Hủy"

    class Format(models.TextChoices):
        ONLINE = "online", "Trực tuyến"
        HYBRID = "hybrid", "Trực tuyến kết hợp trực tiếp"
        IN_PERSON = "in_person", "Trực tiếp"

    class Duration(models.TextChoices):
        HALF_DAY = "half_day", "½ ngày"
        FULL_DAY = "full_day", "01 ngày"
        HOURS = "hours", "Theo giờ bắt đầu và kết thúc"

    class TimeStyle(models.TextChoices):
        """How the notice prints the weekday; both forms occur in the ministry's notices."""

        DATE_FIRST = "date_first", "8h00 ngày 02/7/2021 (Thứ 6)"
        WEEKDAY_FIRST = "weekday_first", "8h00 thứ Sáu ngày 02/7/2021"

    class DeadlineStyle(models.TextChoices):
        """How the instant of the deadline is printed; each style says which instant it means."""

        BEFORE_DAY = "before_day", "trước ngày … (hết hạn lúc 0 giờ 00 ngày đó)"
        BY_DAY = "by_day", "chậm nhất ngày … (hết hạn lúc 24 giờ 00 ngày đó)"
        UNTIL_MOMENT = "until_moment", "chậm nhất … giờ … ngày …"

    class PaperRule(models.TextChoices):
        """Whether a province sends the signed letter by which it nominates along with its list."""

        NONE = "none", "Không cần"
        OPTIONAL = "optional", "Có thể gửi kèm"
        REQUIRED = "required", "Bắt buộc gửi kèm"

    kind = models.ForeignKey(ConferenceKind, models.PROTECT, related_name="conferences", verbose_name="loại")
    frame = models.ForeignKey(
        NoticeFrame, models.PROTECT, related_name="conferences", verbose_name="khung thông báo"
    )
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="conferences", verbose_name="chuỗi"
    )
    sectors = models.ManyToManyField(Sector, blank=True, related_name="conferences", verbose_name="lĩnh vực")
    provinces = models.ManyToManyField(
        AdministrativeUnit,
        blank=True,
        related_name="conferences",
        verbose_name="diễn ra tại tỉnh, thành phố",
        help_text="Để tìm theo địa phương. Để trống nếu hội nghị không gắn với tỉnh nào.",
    )
    slug = models.SlugField("đường dẫn", max_length=120, unique=True)
    title = CharField("tên", max_length=300)
    short_title = CharField("tên gọi tắt", max_length=150, blank=True)
    state = models.CharField(
        "trạng thái", max_length=10, choices=State, default=State.DRAFT, db_index=True, editable=False
    )
    format = models.CharField("hình thức", max_length=10, choices=Format, default=Format.ONLINE)

    organiser = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="cơ quan tổ chức"
    )
    organiser_name = CharField("cơ quan tổ chức (như in)", max_length=250)
    issuing_unit = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="đơn vị ban hành"
    )
    issuing_unit_name = CharField("đơn vị ban hành (như in)", max_length=250)
    letterhead = models.ForeignKey(
        Letterhead, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="mẫu đầu văn bản"
    )
    approval_reference = CharField("số văn bản phê duyệt tổ chức", max_length=150, blank=True)
    approved_title = CharField(
        "tên khi được phê duyệt", max_length=300, blank=True, help_text="Để trống: như tên hội nghị."
    )
    approved_by = CharField("người phê duyệt", max_length=150, blank=True)
    approved_on = models.DateField("ngày phê duyệt", null=True, blank=True)

    basis = TextField("căn cứ tổ chức", blank=True)
    legal_bases = models.ManyToManyField(
        LegalDocument, blank=True, related_name="conferences", verbose_name="căn cứ pháp lý"
    )
    context = TextField(
        "bối cảnh", blank=True, help_text="Số liệu dẫn bằng {fact:mã} của một dữ kiện loại “Số liệu”."
    )
    purpose = TextField("mục đích", blank=True)
    chair_title = CharField("chức vụ người chủ trì", max_length=250, help_text="Ví dụ: Bộ trưởng {organiser}")
    chair_name = CharField("họ tên người chủ trì", max_length=150, blank=True)
    chair_honorific = CharField(
        "danh xưng người chủ trì", max_length=30, blank=True, help_text="Ví dụ: đồng chí, ông, bà"
    )
    composition = TextField("thành phần (câu in trên thông báo)", blank=True)
    invitees = CharField("cách gọi người được mời", max_length=200, blank=True)
    request = CharField("lời mời", max_length=250, blank=True)
    signature = CharField(
        "ký tên cuối thông báo",
        max_length=200,
        blank=True,
        help_text="Để trống: tên đơn vị ban hành viết hoa. Ví dụ: ARIT-MOIT",
    )

    join_link = models.URLField(
        "đường dẫn dự họp (in trên thông báo)",
        max_length=500,
        blank=True,
        help_text="Chỉ khi thông báo in đường dẫn. Đường dẫn riêng của từng điểm cầu nhập ở điểm cầu đó.",
    )

    start_at = models.DateTimeField("bắt đầu", db_index=True)
    end_at = models.DateTimeField("kết thúc", help_text="Dùng để giữ phòng họp và ghi vào lịch.")
    duration_kind = models.CharField("thời lượng", max_length=10, choices=Duration, default=Duration.HALF_DAY)
    time_style = models.CharField(
        "cách in thời gian", max_length=20, choices=TimeStyle, default=TimeStyle.DATE_FIRST
    )
    units_as_of = models.DateField(
        "đơn vị hành chính tính đến ngày",
        null=True,
        blank=True,
        help_text="Để trống: theo ngày bắt đầu. Quyết định danh sách tỉnh, thành phố và đơn vị để chọn.",
    )
    focal_kind = models.ForeignKey(
        OrganisationKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="cơ quan đầu mối của tỉnh",
    )
    nomination_deadline = models.DateTimeField("hạn gửi danh sách đại biểu", null=True, blank=True)
    deadline_style = models.CharField(
        "cách in hạn gửi", max_length=20, choices=DeadlineStyle, default=DeadlineStyle.BEFORE_DAY
    )

    change_until = models.DateTimeField(
        "được thay đổi danh sách đến",
        null=True,
        blank=True,
        help_text="Đầu mối đã gửi danh sách được sửa và cử người thay đến lúc này. Để trống: đến hạn gửi.",
    )
    hard_close = models.DateTimeField(
        "khóa danh sách lúc",
        null=True,
        blank=True,
        help_text="Từ lúc này không ai sửa danh sách, kể cả khi được gia hạn. Để trống: giờ bắt đầu.",
    )
    paper_rule = models.CharField(
        "công văn cử đại biểu", max_length=10, choices=PaperRule, default=PaperRule.OPTIONAL
    )
    join_before = models.PositiveSmallIntegerField(
        "mở đường dẫn tham dự trước (phút)",
        default=JOIN_BEFORE,
        help_text="Trước giờ bắt đầu bao nhiêu phút thì người dự thấy đường dẫn vào phòng họp trực tuyến.",
    )

    # Whose rows the form was filled from; rows of other apps (a checklist of rooms) follow it.
    team = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        limit_choices_to={"is_staff": True},
        verbose_name="tổ công tác",
        help_text="Để trống: mọi cán bộ tổ chức cùng làm. Có tên: chỉ những người này và quản trị viên thay đổi "
        "được hội nghị; cán bộ khác vẫn xem.",
    )
    copied_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="điền sẵn từ",
        editable=False,
    )
    announced_at = models.DateTimeField("công bố lúc", null=True, blank=True, editable=False)
    state_reason = TextField("lý do hoãn hoặc hủy", blank=True, editable=False)
    event_sequence = models.PositiveIntegerField("lần sửa trên lịch", default=0, editable=False)
    event_mark = models.CharField("dấu của mục lịch", max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    updated_at = models.DateTimeField("cập nhật lúc", auto_now=True)
    search = SearchField("title", "short_title", "purpose")

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "hội nghị"
        verbose_name_plural = "hội nghị"
        ordering = ["-start_at"]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="conference_search_trgm"),
            # The newest change of what is public: asked for each time a shared copy of a page is looked at.
            models.Index(
                fields=["updated_at"], condition=~Q(state="draft"), name="conference_public_updated"
            ),
            models.Index(fields=["end_at"], name="conference_end"),
            GistIndex(MEETS, name="conference_meets"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="conference_ends_after_start",
                violation_error_message="Giờ kết thúc phải sau giờ bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(nomination_deadline__isnull=True) | Q(nomination_deadline__lte=F("start_at")),
                name="conference_deadline_before_start",
                violation_error_message="Hạn gửi danh sách phải trước giờ bắt đầu hội nghị.",
            ),
            # The three dates of nomination come in this order, each only where it is set.
            models.CheckConstraint(
                condition=Q(change_until__gte=F("nomination_deadline"))
                | Q(change_until__isnull=True)
                | Q(nomination_deadline__isnull=True),
                name="conference_change_after_deadline",
                violation_error_message="Hạn thay đổi danh sách không được trước hạn gửi danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(hard_close__isnull=True)
                | (
                    Q(hard_close__lte=F("end_at"))
                    & (Q(change_until__isnull=True) | Q(change_until__lte=F("hard_close")))
                    & (Q(nomination_deadline__isnull=True) | Q(nomination_deadline__lte=F("hard_close")))
                ),
                name="conference_closes_last",
                violation_error_message="Giờ khóa danh sách phải sau các hạn khác và không sau giờ kết thúc.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("conference", args=[self.slug])

    def clean(self):
        super().clean()
        deadline = self.nomination_deadline
        whole_days = self.deadline_style != self.DeadlineStyle.UNTIL_MOMENT
        if deadline and whole_days and timezone.localtime(deadline).time() != dt.time():
            raise ValidationError(
                {
                    "nomination_deadline": "Hạn in theo ngày phải là 0h00. Nhập 0h00, "
                    "hoặc chọn cách in “chậm nhất … giờ … ngày …”."
                }
            )
        if self.change_until and self.start_at and self.change_until > self.closes_at:
            raise ValidationError(
                {
                    "change_until": "Hạn thay đổi danh sách không được sau lúc khóa danh sách "
                    "(để trống giờ khóa: giờ bắt đầu hội nghị)."
                }
            )

    @property
    def reference_date(self) -> dt.date:
        """The date that decides which provinces, units and organisations there are."""
        return self.units_as_of or timezone.localtime(self.start_at).date()

    @property
    def closes_at(self) -> dt.datetime:
        """The instant from which nobody changes lists of delegates any more."""
        return self.hard_close or self.start_at

    @property
    def joins_at(self) -> dt.datetime:
        """From when those who may join are shown the link."""
        return self.start_at - dt.timedelta(minutes=self.join_before)

    @property
    def chair(self) -> str:
        """The chair as printed: the post, and the name where one is given."""
        return names_of(self)["chair"]

    @property
    def is_called_off(self) -> bool:
        return self.state in (self.State.POSTPONED, self.State.CANCELLED)

    def state_at(self, at: dt.datetime) -> str:
        """The state as shown: an announced conference is ``ongoing`` or ``ended`` by the clock."""
        if self.state != self.State.ANNOUNCED or at < self.start_at:
            return self.state
        return "ongoing" if at < self.end_at else "ended"
