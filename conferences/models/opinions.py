"""Opinions on drafts: the sheet of each organisation that was asked, its opinions, and what became of them."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse

from conferences.models.drafts import Clause, DraftDocument
from conferences.models.files import SignedPaper
from conferences.models.held import HeldQuerySet
from directory.models import Organisation, User
from hoinghi.fields import CharField, TextField

MAX_OPINION = 20_000


class OpinionSheetQuerySet(HeldQuerySet):
    def asked(self):
        """Those of organisations; delegates who say something by their personal link were not asked by name."""
        return self.filter(organisation__isnull=False)

    def answered(self):
        return self.filter(state=OpinionSheet.State.SUBMITTED)

    def visible_to(self, user):
        """Staff see all; a focal point sees those of its organisations once they have been asked."""
        found = super().visible_to(user)
        return found if user.is_staff else found.exclude(draft__state=DraftDocument.State.PREPARING)


class OpinionSheet(models.Model):
    """What one organisation, or one delegate, has to say on a draft."""

    class State(models.TextChoices):
        ASKED = "asked", "Chưa trả lời"
        DRAFT = "draft", "Nháp"
        SUBMITTED = "submitted", "Đã gửi"

    draft = models.ForeignKey(DraftDocument, models.PROTECT, related_name="sheets", verbose_name="dự thảo")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )
    organisation_name = CharField("cơ quan (như in)", max_length=300)
    # Who speaks by personal link, as links name their holder ("delegate:12"); empty for an organisation.
    holder = models.CharField("người góp ý", max_length=60, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.ASKED)
    version = models.PositiveIntegerField("lần sửa", default=0, editable=False)
    agrees = models.BooleanField("thống nhất, không có ý kiến khác", default=False)
    # What the form holds: {"agrees": …, "rows": [{"clause": …, "text": …}]}; the rest is as last sent.
    typed = models.JSONField("bản đang nhập", default=dict, blank=True)
    opened_at = models.DateTimeField("mở lần đầu lúc", null=True, blank=True)
    asked_at = models.DateTimeField("hỏi lúc", null=True, blank=True)
    saved_at = models.DateTimeField("lưu lần cuối lúc", null=True, blank=True)
    submitted_at = models.DateTimeField("gửi lúc", null=True, blank=True)

    objects = OpinionSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu góp ý"
        verbose_name_plural = "phiếu góp ý"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "organisation"],
                condition=Q(holder=""),
                name="opinion_sheet_of_organisation_once",
                violation_error_message="Cơ quan này đã được hỏi.",
            ),
            models.UniqueConstraint(
                fields=["draft", "holder"], condition=~Q(holder=""), name="opinion_sheet_of_holder_once"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(holder=""), name="opinion_sheet_has_an_author"
            ),
        ]

    def __str__(self):
        return f"{self.organisation_name} – {self.draft}"

    def get_absolute_url(self):
        return reverse("opinion-sheet", args=[self.pk])

    @property
    def conference(self):
        return self.draft.conference

    def shown_state(self, at: dt.datetime) -> str:
        """The state as people see it; ``agreed`` says that nothing but consent was sent."""
        if self.state == self.State.SUBMITTED:
            return "agreed" if self.agrees else "submitted"
        if self.draft.deadline is not None and at >= self.draft.deadline:
            return "late"
        if self.state == self.State.ASKED:
            return "opened" if self.opened_at else "asked"
        return self.state


class SheetVersion(models.Model):
    """A sheet as it was sent; kept for good."""

    sheet = models.ForeignKey(
        OpinionSheet, models.CASCADE, related_name="versions", verbose_name="phiếu góp ý"
    )
    number = models.PositiveSmallIntegerField("bản")
    rows = models.JSONField("các ý kiến")
    agrees = models.BooleanField("thống nhất", default=False)
    submitted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người gửi"
    )
    submitted_by_name = CharField("người gửi (như ghi)", max_length=420)
    submitted_at = models.DateTimeField("gửi lúc")

    class Meta:
        verbose_name = "bản góp ý đã gửi"
        verbose_name_plural = "các bản góp ý đã gửi"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheet_version_once")]

    def __str__(self):
        return f"{self.sheet} – bản {self.number}"


class Opinion(models.Model):
    """One opinion as last sent, and the staff's answer to it.

    Without a clause it is on the draft as a whole. Answers are the house's own until the result is published,
    which takes a snapshot of them (``DraftResult``).
    """

    class Disposition(models.TextChoices):
        ACCEPTED = "accepted", "Tiếp thu"
        PARTLY = "partly", "Tiếp thu một phần"
        EXPLAINED = "explained", "Giải trình"

    sheet = models.ForeignKey(
        OpinionSheet, models.CASCADE, related_name="opinions", verbose_name="phiếu góp ý"
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name="điều, khoản"
    )
    text = TextField("nội dung góp ý", max_length=MAX_OPINION)
    disposition = models.CharField("xử lý", max_length=10, choices=Disposition, blank=True)
    reply = TextField("nội dung tiếp thu, giải trình", max_length=MAX_OPINION, blank=True)
    changed_since = models.BooleanField("đã sửa sau khi được trả lời", default=False)
    replied_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người trả lời"
    )
    replied_at = models.DateTimeField("trả lời lúc", null=True, blank=True)

    class Meta:
        verbose_name = "ý kiến góp ý"
        verbose_name_plural = "ý kiến góp ý"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "clause"], name="opinion_on_clause_once"),
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(clause__isnull=True), name="opinion_on_whole_once"
            ),
            models.CheckConstraint(
                condition=Q(disposition__in=["", "accepted"]) | ~Q(reply=""),
                name="opinion_explained_says_why",
            ),
        ]

    def __str__(self):
        return self.text[:80]


class OpinionPaper(SignedPaper):
    """The signed letter that goes with a sheet; kept as it came."""

    sheet = models.ForeignKey(OpinionSheet, models.CASCADE, related_name="papers", verbose_name="phiếu góp ý")
    file = models.FileField("tệp", upload_to="opinions/%Y/%m/")

    class Meta(SignedPaper.Meta):
        verbose_name = "công văn góp ý"
        verbose_name_plural = "công văn góp ý"
        constraints = [models.UniqueConstraint(fields=["sheet", "sha256"], name="opinion_paper_once")]


class DraftResult(models.Model):
    """The table of opinions and answers as it was published; publishing again keeps the earlier ones.

    ``table`` holds what is printed and no person's name (``conferences.drafts.table``).
    """

    draft = models.ForeignKey(DraftDocument, models.CASCADE, related_name="results", verbose_name="dự thảo")
    number = models.PositiveSmallIntegerField("lần")
    table = models.JSONField("bảng tổng hợp")
    published_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người công bố"
    )
    published_at = models.DateTimeField("công bố lúc")

    class Meta:
        verbose_name = "kết quả lấy ý kiến"
        verbose_name_plural = "kết quả lấy ý kiến"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="draft_result_once")]

    def __str__(self):
        return f"{self.draft} – kết quả lần {self.number}"
