"""What makes a room ready: a list of points to tick, and rounds in which its line is tried."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from conferences.models import Conference
from directory.models import User
from hoinghi.fields import CharField, TextField
from hoinghi.text import VIETNAM
from venues.models.bookings import Booking
from venues.models.officers import Officer
from venues.models.rooms import Room


class ChecklistItemQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(removed_at__isnull=True)


class ChecklistItem(models.Model):
    """One point that every room of a conference has to see to before an hour that counts back from the start.

    A point that somebody has ticked is taken off the list, never deleted.
    """

    class Scope(models.TextChoices):
        """Which rooms have to."""

        ALL = "all", "Mọi điểm cầu"
        CENTRAL = Booking.Role.CENTRAL.value, "Chỉ điểm cầu trung tâm"
        LOCAL = Booking.Role.LOCAL.value, "Chỉ điểm cầu cấp tỉnh"
        SUB = Booking.Role.SUB.value, "Chỉ điểm cầu trực thuộc"

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="checklist", verbose_name="hội nghị"
    )
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    section = CharField("phần", max_length=100, help_text="Ví dụ: Thiết bị, Đường truyền, Nguồn điện")
    text = CharField("việc phải xong", max_length=300)
    scope = models.CharField("áp dụng", max_length=10, choices=Scope, default=Scope.ALL)
    is_required = models.BooleanField("bắt buộc", default=True)
    needs_photo = models.BooleanField("cần ảnh", default=False)
    days_before = models.PositiveSmallIntegerField("trước ngày họp (số ngày)", default=1)
    at_time = models.TimeField("trước giờ", default=dt.time(17))
    removed_at = models.DateTimeField("bỏ lúc", null=True, blank=True, editable=False)

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        verbose_name = "mục kiểm tra"
        verbose_name_plural = "danh mục kiểm tra"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "text", "scope"],
                condition=Q(removed_at__isnull=True),
                name="checklist_item_once",
                violation_error_message="Danh mục đã có mục này.",
            )
        ]

    def __str__(self):
        return self.text

    @property
    def due_at(self) -> dt.datetime:
        """The end of the time for it, never later than the start of the conference."""
        start = self.conference.start_at
        day = start.astimezone(VIETNAM).date() - dt.timedelta(days=self.days_before)
        return min(dt.datetime.combine(day, self.at_time, tzinfo=VIETNAM), start)

    def concerns(self, booking: Booking) -> bool:
        return self.scope in (self.Scope.ALL, booking.role)


class ChecklistTick(models.Model):
    """Somebody says that a point is done in this room; another room of the booking begins anew."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="ticks", verbose_name="điểm cầu")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+", verbose_name="phòng họp")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="ticks", verbose_name="mục kiểm tra")
    done_at = models.DateTimeField("xong lúc")
    done_by = CharField("người xác nhận", max_length=150)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="tài khoản"
    )
    officer = models.ForeignKey(
        Officer, models.SET_NULL, null=True, blank=True, related_name="ticks", verbose_name="cán bộ kỹ thuật"
    )
    photo = models.FileField("ảnh", upload_to="checklists/%Y/%m/", blank=True)
    note = CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = "mục đã xong"
        verbose_name_plural = "mục đã xong"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["booking", "room", "item"], name="tick_once")]

    def __str__(self):
        return f"{self.item}: {self.done_by}"

    @property
    def audit_label(self) -> str:
        return str(self.item)


class LineTestRoundQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(cancelled_at__isnull=True)

    def to_come(self, at: dt.datetime):
        return self.in_force().filter(ends_at__gt=at)


class LineTestRound(models.Model):
    """An hour at which rooms try their lines with the central room: "Đợt 1: từ 08 giờ 00 ngày …"."""

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="line_test_rounds", verbose_name="hội nghị"
    )
    number = models.PositiveSmallIntegerField("đợt")
    starts_at = models.DateTimeField("bắt đầu")
    ends_at = models.DateTimeField("kết thúc")
    note = TextField(
        "hướng dẫn", blank=True, help_text="Cách kết nối, người phụ trách; chỉ cán bộ kỹ thuật được mời đọc."
    )
    invited_at = models.DateTimeField("mời lúc", null=True, blank=True, editable=False)
    # Calendar programs keep the version with the highest one.
    sequence = models.PositiveIntegerField("lần sửa trên lịch", default=0, editable=False)
    cancelled_at = models.DateTimeField("hủy lúc", null=True, blank=True, editable=False)

    objects = LineTestRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt thử đường truyền"
        verbose_name_plural = "các đợt thử đường truyền"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "number"], name="line_test_round_number_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="line_test_round_ends_after_start",
                violation_error_message="Giờ kết thúc phải sau giờ bắt đầu.",
            ),
        ]

    def __str__(self):
        return f"Đợt {self.number}"


class LineTestResultQuerySet(models.QuerySet):
    def standing(self):
        """Without rounds that were called off, and without what was found in another room than the present one."""
        waiting = Q(outcome=LineTestResult.Outcome.WAITING)
        return self.filter(waiting | Q(room=F("booking__room")), round__cancelled_at__isnull=True)


class Seen(models.Model):
    """What somebody saw and heard in a test, None where nobody looked, and the speeds measured in the room."""

    picture = models.BooleanField("hình ảnh tốt", null=True, blank=True)
    sound = models.BooleanField("âm thanh tốt", null=True, blank=True)
    line = models.BooleanField("đường truyền ổn định", null=True, blank=True)
    speed_down = models.DecimalField(
        "tốc độ tải xuống đo được (Mbps)", max_digits=7, decimal_places=1, null=True, blank=True
    )
    speed_up = models.DecimalField(
        "tốc độ tải lên đo được (Mbps)", max_digits=7, decimal_places=1, null=True, blank=True
    )
    note = TextField("ghi chú", blank=True)

    class Meta:
        abstract = True


class LineTestResult(Seen):
    """A room in a round: invited while ``outcome`` is waiting, afterwards what was seen and heard."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Chưa thử"
        PASSED = "passed", "Đạt"
        FAILED = "failed", "Chưa đạt"
        ABSENT = "absent", "Vắng"

    round = models.ForeignKey(
        LineTestRound, models.CASCADE, related_name="results", verbose_name="đợt thử đường truyền"
    )
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="line_tests", verbose_name="điểm cầu")
    # The room whose line was tried; the result says nothing about another one.
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="phòng họp"
    )
    outcome = models.CharField("kết quả", max_length=10, choices=Outcome, default=Outcome.WAITING)
    recorded_at = models.DateTimeField("ghi lúc", null=True, blank=True)
    recorded_by = CharField("người ghi", max_length=150, blank=True)

    objects = LineTestResultQuerySet.as_manager()

    class Meta:
        verbose_name = "kết quả thử đường truyền"
        verbose_name_plural = "kết quả thử đường truyền"
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "booking"], name="line_test_once_per_round"),
            models.CheckConstraint(
                # Not null, said twice: a CHECK lets through what is unknown.
                condition=~Q(outcome="passed")
                | Q(picture=True, sound=True, line=True)
                & Q(picture__isnull=False, sound__isnull=False, line__isnull=False),
                name="line_test_passes_whole",
                violation_error_message="Chỉ “Đạt” khi hình ảnh, âm thanh và đường truyền đều tốt.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting") | Q(recorded_at__isnull=False),
                name="line_test_result_has_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.booking.label}: {self.get_outcome_display()}"


class OwnFinding(Seen):
    """What the room itself found in its test; the result that counts is the staff's."""

    result = models.OneToOneField(
        LineTestResult, models.CASCADE, related_name="own", verbose_name="kết quả thử đường truyền"
    )
    # The finding says nothing about another room than this one.
    room = models.ForeignKey(Room, models.PROTECT, related_name="+", verbose_name="phòng họp")
    said_at = models.DateTimeField("ghi lúc")
    said_by = CharField("người ghi", max_length=150)

    class Meta:
        verbose_name = "điểm cầu tự đo"
        verbose_name_plural = "điểm cầu tự đo"

    def __str__(self):
        return f"{self.result.booking.label}: {self.said_by}"

    @property
    def audit_label(self) -> str:
        return f"{self.result.booking.label}: điểm cầu tự đo"
