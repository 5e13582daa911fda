from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from conferences.models import InvitedGroup, Question
from delegates.models.nomination import Nomination
from directory.models import AdministrativeUnit, Organisation, User
from hoinghi.fields import CharField, NameKeyField, PersonSortKeyField, SearchField, TextField
from venues.models import Booking


class SeatQuerySet(models.QuerySet):
    def live(self):
        return self.filter(is_live=True)

    def counted(self):
        """Seats that the quota counts: live and not in reserve."""
        return self.live().filter(is_reserve=False)


class Seat(models.Model):
    """A place that an organisation takes in a group; the quota counts live seats.

    ``position`` numbers the seats of a group from 1 and ``places`` copies the group's maximum, so that
    the database itself refuses a seat too many whatever happens above it. Reserve seats have no position.
    """

    nomination = models.ForeignKey(
        Nomination, models.CASCADE, related_name="seats", verbose_name="danh sách đề cử"
    )
    group = models.ForeignKey(InvitedGroup, models.PROTECT, related_name="seats", verbose_name="nhóm")
    position = models.PositiveSmallIntegerField("thứ tự", null=True, blank=True)
    places = models.PositiveSmallIntegerField("chỉ tiêu", null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="cơ quan"
    )
    unit = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="đơn vị"
    )
    name = CharField("cơ quan (như in)", max_length=250)
    name_key = NameKeyField("name")
    is_reserve = models.BooleanField("dự phòng", default=False)
    is_live = models.BooleanField("còn hiệu lực", default=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "suất tham dự"
        verbose_name_plural = "suất tham dự"
        ordering = ["group__position", "is_reserve", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "group", "position"],
                condition=Q(is_live=True, position__isnull=False),
                name="seat_position_once",
            ),
            # An organisation's people in reserve sit in a seat of their own.
            models.UniqueConstraint(
                fields=["nomination", "group", "name_key", "is_reserve"],
                condition=Q(is_live=True),
                name="seat_organisation_once",
            ),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(places__isnull=True) | Q(position__lte=F("places")),
                name="seat_within_quota",
            ),
            models.CheckConstraint(
                condition=Q(is_reserve=True, position__isnull=True)
                | Q(is_reserve=False, position__isnull=False, position__gte=1),
                name="seat_reserve_has_no_position",
            ),
        ]

    def __str__(self):
        return self.name


class DelegateQuerySet(models.QuerySet):
    def attending(self):
        """Delegates who hold a live, counted seat today."""
        return self.filter(state=Delegate.State.PROPOSED, seat__is_live=True, seat__is_reserve=False)

    def in_protocol_order(self):
        return self.order_by("seat__group__position", "seat__position", "position", "sort_key", "id")


class Delegate(models.Model):
    class State(models.TextChoices):
        PROPOSED = "proposed", "Được cử"
        REPLACED = "replaced", "Đã thay thế"
        WITHDRAWN = "withdrawn", "Đã rút"

    class Answer(models.TextChoices):
        NONE = "none", "Chưa trả lời"
        CONFIRMED = "confirmed", "Xác nhận"
        DECLINED = "declined", "Báo vắng"

    class Attendance(models.TextChoices):
        UNMARKED = "unmarked", "Chưa điểm danh"
        IN_PERSON = "in_person", "Có mặt trực tiếp"
        ONLINE = "online", "Có mặt trực tuyến"
        ABSENT = "absent", "Vắng mặt"

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="delegates", verbose_name="suất tham dự")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    # A copy of the group's maximum of persons, as ``Seat.places`` is of its organisations.
    places = models.PositiveSmallIntegerField("chỉ tiêu (người)", null=True, blank=True, editable=False)
    honorific = CharField("danh xưng", max_length=30)
    full_name = CharField("họ và tên", max_length=150)
    job_title = CharField("chức vụ", max_length=200)
    role = CharField("vai trò", max_length=100, blank=True)  # one of the group's asked roles
    phone = CharField("điện thoại", max_length=50, blank=True)
    email = models.EmailField("email", blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.PROPOSED)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="dự thay cho",
    )
    replace_reason = TextField("lý do cử người dự thay", blank=True)
    replaced_at = models.DateTimeField("thay lúc", null=True, blank=True)
    withdraw_reason = TextField("lý do rút", blank=True)
    answer = models.CharField("trả lời", max_length=10, choices=Answer, default=Answer.NONE)
    answer_reason = TextField("lý do báo vắng", blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    asked_again_at = models.DateTimeField(
        "hỏi lại lúc",
        null=True,
        blank=True,
        editable=False,
        help_text="Hội nghị đổi ngày sau khi đại biểu trả lời; câu trả lời cũ không còn tính.",
    )
    attendance = models.CharField("điểm danh", max_length=10, choices=Attendance, default=Attendance.UNMARKED)
    attendance_reason = TextField("lý do vắng mặt", blank=True)
    attended_at = models.DateTimeField("điểm danh lúc", null=True, blank=True, editable=False)
    # Only when it is another room than that of the own list.
    attended_in = models.ForeignKey(
        Booking,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="guests",
        verbose_name="dự tại điểm cầu khác",
    )
    sort_key = PersonSortKeyField("full_name")
    search = SearchField("full_name", "job_title")
    # ``search``, the organisation of the seat and the province: what the desk looks through among the people of all
    # conferences. Written by triggers of the database (migration 0018), from columns that are folded already.
    full_search = models.TextField(db_default="", blank=True, editable=False, db_collation="C")

    objects = DelegateQuerySet.as_manager()

    class Meta:
        verbose_name = "đại biểu"
        verbose_name_plural = "đại biểu"
        ordering = ["sort_key", "id"]
        indexes = [
            GinIndex(fields=["full_search"], opclasses=["gin_trgm_ops"], name="delegate_full_search_trgm"),
            models.Index(fields=["sort_key", "id"], name="delegate_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "position"], condition=Q(state="proposed"), name="delegate_position_once"
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(position__gte=1, position__lte=F("places")),
                name="delegate_within_quota",
            ),
            models.CheckConstraint(
                condition=Q(attendance="absent") | Q(attendance_reason=""), name="delegate_reason_of_absence"
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def audit_label(self) -> str:
        return f"đại biểu số {self.pk}"


class QuestionAnswer(models.Model):
    """What one delegate answers to one question of the conference."""

    delegate = models.ForeignKey(
        Delegate, models.CASCADE, related_name="question_answers", verbose_name="đại biểu"
    )
    # Somebody has answered: the question stays.
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name="câu hỏi")
    value = TextField("trả lời")

    class Meta:
        verbose_name = "trả lời câu hỏi"
        verbose_name_plural = "trả lời câu hỏi"
        constraints = [models.UniqueConstraint(fields=["delegate", "question"], name="question_answer_once")]

    def __str__(self):
        return self.value


class SubstituteProposal(models.Model):
    """Whom a delegate proposes in the own place; the focal point decides."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ đầu mối quyết định"
        TAKEN = "taken", "Đã cử thay"
        REFUSED = "refused", "Không cử thay"

    delegate = models.ForeignKey(
        Delegate, models.CASCADE, related_name="substitute_proposals", verbose_name="đại biểu"
    )
    honorific = CharField("danh xưng", max_length=30)
    full_name = CharField("họ và tên", max_length=150)
    job_title = CharField("chức vụ", max_length=200)
    phone = CharField("điện thoại", max_length=50, blank=True)
    email = models.EmailField("email", blank=True)
    reason = TextField("lý do")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    proposed_at = models.DateTimeField("đề xuất lúc")
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người quyết định"
    )

    class Meta:
        verbose_name = "đề xuất người dự thay"
        verbose_name_plural = "đề xuất người dự thay"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["delegate"], condition=Q(state="waiting"), name="substitute_proposal_once"
            )
        ]

    def __str__(self):
        return f"{self.delegate} → {self.full_name}"

    @property
    def audit_label(self) -> str:
        return f"đề xuất người dự thay của đại biểu số {self.delegate_id}"
