import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from conferences.models import Conference
from conferences.models.files import SignedPaper
from correspondence.models import OfficialDocument
from directory.models import AdministrativeUnit, Mandate, Organisation, PrivacyNotice, User
from hoinghi.fields import CharField, TextField
from hoinghi.text import lowerfirst


class NominationQuerySet(models.QuerySet):
    def held_by(self, user):
        """Lists of the organisations for which the user is a focal point today."""
        return self.filter(organisation__in=user.organisation_keys(Mandate.Role.FOCAL_POINT))

    def with_people(self):
        """Each list with ``people``, how many it sends, and ``confirmed``, how many of them have said yes."""
        sent = Q(seats__is_live=True, seats__is_reserve=False, seats__delegates__state="proposed")
        said_yes = sent & Q(seats__delegates__answer="confirmed")
        return self.annotate(
            people=Count("seats__delegates", filter=sent),
            confirmed=Count("seats__delegates", filter=said_yes),
        )

    def visible_to(self, user):
        """Staff see all; a focal point sees those of the organisations that the user may act for."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        return self.held_by(user)


class Nomination(models.Model):
    """One province's delegation to one conference, kept by its focal organisation."""

    class State(models.TextChoices):
        OPEN = "open", "Chưa gửi"
        DRAFT = "draft", "Nháp"
        SUBMITTED = "submitted", "Đã gửi"
        RETURNED = "returned", "Trả lại"
        ACCEPTED = "accepted", "Đã tiếp nhận"
        DECLINED = "declined", "Không cử"

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="nominations", verbose_name="hội nghị"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="nominations", verbose_name="cơ quan đầu mối"
    )
    # Empty for an organisation that nominates its own people only (a unit of the ministry).
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name="tỉnh, thành phố",
    )
    organisation_name = CharField("cơ quan đầu mối (như in)", max_length=250)
    unit_name = CharField("tỉnh, thành phố (như in)", max_length=200, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.OPEN, db_index=True)
    version = models.PositiveIntegerField("lần sửa", default=0, editable=False)
    draft = models.JSONField("bản đang nhập", default=list, blank=True)
    opened_at = models.DateTimeField("đầu mối mở lần đầu lúc", null=True, blank=True)
    invited_at = models.DateTimeField("gửi lời mời lúc", null=True, blank=True)
    saved_at = models.DateTimeField("lưu lần cuối lúc", null=True, blank=True)
    submitted_at = models.DateTimeField("gửi danh sách lúc", null=True, blank=True)
    reason = TextField("lý do trả lại hoặc không cử", blank=True)
    extended_until = models.DateTimeField("gia hạn đến", null=True, blank=True)
    extension_reason = TextField("lý do gia hạn", blank=True)
    anonymised_at = models.DateTimeField("ẩn danh lúc", null=True, blank=True, editable=False)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = "danh sách đề cử"
        verbose_name_plural = "danh sách đề cử"
        constraints = [models.UniqueConstraint(fields=["conference", "organisation"], name="nomination_once")]

    def __str__(self):
        return f"{self.sender_name} – {self.conference}"

    def get_absolute_url(self):
        return reverse("nomination", args=[self.pk])

    @property
    def sender_name(self) -> str:
        """Whose list it is: the province, or the organisation that nominates its own people."""
        return self.unit_name or self.organisation_name

    @property
    def deadline(self) -> dt.datetime | None:
        """The instant from which a first list is refused, extension included; None without a deadline."""
        return self._extended(self.conference.nomination_deadline)

    @property
    def change_deadline(self) -> dt.datetime | None:
        """The instant from which the focal point can't change a list that has been submitted."""
        return self._extended(self.conference.change_until or self.conference.nomination_deadline)

    @property
    def open_until(self) -> dt.datetime | None:
        """The one of the two deadlines that counts for this list now."""
        return self.change_deadline if self.submitted_at else self.deadline

    @property
    def sender_in_text(self) -> str:
        """The sender inside a sentence: "tỉnh Đắk Lắk", "Cục Hóa chất"."""
        return lowerfirst(self.unit_name) or self.organisation_name

    def _extended(self, common: dt.datetime | None) -> dt.datetime | None:
        return max(filter(None, [common, self.extended_until])) if common else None

    def waiting_request(self) -> "ExtensionRequest | None":
        """The request for more time that staff have not answered yet."""
        waiting = ExtensionRequest.State.WAITING
        return next((found for found in self.extension_requests.all() if found.state == waiting), None)

    def shown_state(self, at: dt.datetime) -> str:
        """The state as people see it: opened, late and extended are derived (DESIGN, states table)."""
        if self.state in (self.State.OPEN, self.State.DRAFT, self.State.RETURNED) and self.is_late(at):
            return "late"
        if self.state == self.State.OPEN:
            return "opened" if self.opened_at else "not_opened"
        return self.state

    def is_late(self, at: dt.datetime) -> bool:
        return self.open_until is not None and at >= self.open_until


def count_people(reserves: Iterable[bool]) -> str:
    """ "6 đại biểu, 1 dự phòng": who is sent, and who waits; given for each person whether it is in reserve."""
    reserves = list(reserves)
    waiting = sum(reserves)
    return f"{len(reserves) - waiting} đại biểu" + (f", {waiting} dự phòng" if waiting else "")


class NominationVersion(models.Model):
    """A list as it was submitted; kept for good."""

    nomination = models.ForeignKey(
        Nomination, models.CASCADE, related_name="versions", verbose_name="danh sách đề cử"
    )
    number = models.PositiveSmallIntegerField("bản")
    rows = models.JSONField("các dòng")
    submitted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người gửi"
    )
    submitted_by_name = CharField("người gửi (như ghi)", max_length=420)
    submitted_at = models.DateTimeField("gửi lúc")
    privacy_notice = models.ForeignKey(
        PrivacyNotice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="thông báo xử lý dữ liệu đã nêu khi gửi",
    )

    class Meta:
        verbose_name = "bản đã gửi"
        verbose_name_plural = "các bản đã gửi"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "number"], name="nomination_version_once")
        ]

    def __str__(self):
        return f"{self.nomination} – bản {self.number}"

    @property
    def counted(self) -> str:
        return count_people(row["reserve"] for row in self.rows)


class ReceiptQuerySet(models.QuerySet):
    def in_force(self):
        """Receipts that no later one has replaced, the newest first."""
        issued = self.filter(document__state=OfficialDocument.State.ISSUED)
        return issued.select_related("document", "version").order_by("-version__number")


class Receipt(models.Model):
    """The numbered paper (Phiếu tiếp nhận) that says which version of a list came in."""

    version = models.OneToOneField(
        NominationVersion, models.CASCADE, related_name="receipt", verbose_name="bản đã gửi"
    )
    document = models.OneToOneField(
        OfficialDocument, models.PROTECT, related_name="+", verbose_name="văn bản"
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu tiếp nhận"
        verbose_name_plural = "phiếu tiếp nhận"

    def __str__(self):
        return str(self.document)


class ExtensionRequest(models.Model):
    """A focal point asks for more time, and what staff said."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ trả lời"
        GRANTED = "granted", "Đã gia hạn"
        REFUSED = "refused", "Không gia hạn"

    nomination = models.ForeignKey(
        Nomination, models.CASCADE, related_name="extension_requests", verbose_name="danh sách đề cử"
    )
    wanted_until = models.DateTimeField("xin gia hạn đến")
    reason = TextField("lý do")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="người xin")
    asked_at = models.DateTimeField("xin lúc")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    answer = TextField("trả lời", blank=True)
    answered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người trả lời"
    )
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)

    class Meta:
        verbose_name = "đề nghị gia hạn"
        verbose_name_plural = "đề nghị gia hạn"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination"], condition=Q(state="waiting"), name="extension_request_once"
            )
        ]

    def __str__(self):
        return f"{self.nomination} – {self.get_state_display()}"


class NominationPaper(SignedPaper):
    """The signed letter by which the province nominates, or its signed list; nothing is overwritten."""

    nomination = models.ForeignKey(
        Nomination, models.CASCADE, related_name="papers", verbose_name="danh sách đề cử"
    )
    file = models.FileField("tệp", upload_to="papers/%Y/%m/")

    class Meta(SignedPaper.Meta):
        verbose_name = "công văn cử đại biểu"
        verbose_name_plural = "công văn cử đại biểu"
        constraints = [models.UniqueConstraint(fields=["nomination", "sha256"], name="paper_once")]
