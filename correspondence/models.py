"""What leaves the house. Knows no conference: whoever causes a letter or a document names its topic."""

import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from django.urls import reverse

from directory.models import Contact, Organisation, PersonalLink, User
from directory.models.dated import Dated, DatedQuerySet
from hoinghi.access import staff
from hoinghi.fields import CharField, SearchField, TextField
from hoinghi.text import format_date


class Letterhead(Dated):
    """How an issuing unit signs: head of the page, number symbol, signer and recipients (NĐ 30/2020)."""

    code = models.SlugField(
        "mã", unique=True, null=True, blank=True, editable=False
    )  # of those loaded from data
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="letterheads", verbose_name="đơn vị ban hành"
    )
    parent_name = CharField("cơ quan chủ quản", max_length=250, blank=True)
    name = CharField("cơ quan ban hành", max_length=250)
    symbol = CharField("ký hiệu cơ quan", max_length=50, help_text="Ví dụ: BCT")
    place = CharField("địa danh", max_length=100)
    signer_title = TextField(
        "quyền hạn, chức vụ người ký", help_text="Mỗi dòng một cấp, ví dụ: TL. BỘ TRƯỞNG / CỤC TRƯỞNG …"
    )
    signer_name = CharField("họ tên người ký", max_length=150, blank=True)
    recipients = TextField("nơi nhận", help_text="Mỗi dòng một nơi; dòng cuối là nơi lưu.")
    address_line = CharField("dòng địa chỉ", max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "mẫu đầu văn bản"
        verbose_name_plural = "mẫu đầu văn bản"

    def __str__(self):
        signer = self.signer_title.partition("\n")[0]
        if self.valid_to:
            return f"{self.name} ({self.symbol}), {signer}, đến {format_date(self.valid_to)}"
        return f"{self.name} ({self.symbol}), {signer}"


class OfficialDocumentQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """Staff see every document; everybody else gets a copy by mail."""
        return self if staff(user) else self.none()


class OfficialDocument(models.Model):
    class Kind(models.TextChoices):
        """Forms of NĐ 30/2020, Phụ lục III; the value is the abbreviation in the number."""

        INVITATION = "GM", "Giấy mời"

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        ISSUED = "issued", "Đã ban hành"
        REPLACED = "replaced", "Đã thay thế"
        RECALLED = "recalled", "Đã thu hồi"

    kind = models.CharField("loại văn bản", max_length=10, choices=Kind)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.DRAFT)
    letterhead = models.ForeignKey(
        Letterhead, models.PROTECT, related_name="documents", verbose_name="mẫu đầu văn bản"
    )
    issuer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="documents", verbose_name="cơ quan ban hành"
    )
    # What the letterhead said when the document was drafted: its later changes do not reach what was printed.
    parent_name = CharField("cơ quan chủ quản", max_length=250, blank=True)
    issuer_name = CharField("cơ quan ban hành (như in)", max_length=250)
    symbol = CharField("ký hiệu cơ quan", max_length=50)
    place = CharField("địa danh", max_length=100)
    register = models.CharField("sổ đăng ký", max_length=20)
    number = models.PositiveIntegerField("số", null=True, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    subject = TextField("trích yếu")
    content = models.JSONField(
        "nội dung", help_text="Ảnh chụp các giá trị in trên văn bản tại lúc soạn.", default=dict
    )
    signer_title = TextField("quyền hạn, chức vụ người ký")
    signer_name = CharField("họ tên người ký", max_length=150, blank=True)
    recipients = TextField("nơi nhận", blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="thay thế văn bản",
    )
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    updated_at = models.DateTimeField("sửa lúc", auto_now=True)

    objects = OfficialDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        ordering = ["-id"]
        constraints = [
            # Điều 15: numbers run from 01/01 to 31/12, one sequence per issuer and register.
            models.UniqueConstraint(
                "issuer",
                "register",
                ExtractYear("issued_on"),
                "number",
                name="document_number_once",
                violation_error_message="Số này đã được cấp trong năm.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False, issued_on__isnull=False),
                name="document_issued_is_numbered",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="document_number_from_one"),
        ]

    def __str__(self):
        name = self.notation if self.number else "(dự thảo)"
        return f"{self.get_kind_display()} {name}"

    def get_absolute_url(self):
        return reverse("document", args=[self.pk])

    @property
    def notation(self) -> str:
        """ "05/GM-BCT": two digits below 10; room for the number until the clerk enters it."""
        number = f"{self.number:02d}" if self.number else " " * 7
        return f"{number}/{self.kind}-{self.symbol}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class DocumentCopy(models.Model):
    """One recipient's PDF of an issued document; never changed once written."""

    document = models.ForeignKey(
        OfficialDocument, models.PROTECT, related_name="copies", verbose_name="văn bản"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan nhận"
    )
    recipient = CharField("nơi nhận (như đã in)", max_length=300)
    file = models.FileField("tệp", upload_to="documents/%Y/%m/")
    file_name = models.CharField("tên tệp", max_length=200)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm SHA-256", max_length=64, db_index=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    class Meta:
        verbose_name = "bản gửi"
        verbose_name_plural = "bản gửi"
        constraints = [
            models.UniqueConstraint(fields=["document", "recipient"], name="copy_once_per_recipient")
        ]

    def __str__(self):
        return f"{self.document} – {self.recipient}"


class MessageQuerySet(models.QuerySet):
    def due(self, at: dt.datetime):
        """Messages that a worker may claim at ``at``."""
        return self.filter(state=Message.State.QUEUED, due_at__lte=at).filter(
            Q(not_after__isnull=True) | Q(not_after__gt=at)
        )

    def unsent(self):
        return self.filter(state__in=[Message.State.QUEUED, Message.State.CLAIMED, Message.State.SENDING])


class Message(models.Model):
    """One letter to one recipient, written in the transaction that causes it (the outbox).

    ``key`` says what the letter is (``invite:3:17:25:1``); writing it twice is impossible, so pressing
    a button twice or delivering a task three times sends nothing twice.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Nháp"
        QUEUED = "queued", "Chờ gửi"
        CLAIMED = "claimed", "Đã nhận việc"
        SENDING = "sending", "Đang gửi"
        SENT = "sent", "Đã gửi"
        FAILED = "failed", "Không gửi được"
        UNKNOWN = "unknown", "Chưa rõ"
        CANCELLED = "cancelled", "Đã hủy"

    key = models.CharField("khóa", max_length=350, unique=True)
    topic = models.CharField("về việc", max_length=80, db_index=True)
    kind = models.CharField("loại thư", max_length=40, db_index=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.QUEUED, db_index=True)
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name="địa chỉ nhận thư",
    )
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name="tài khoản"
    )
    recipient_name = CharField("người nhận", max_length=250)
    address = models.EmailField("email")
    reply_to = models.EmailField("trả lời về", blank=True)
    subject = CharField("tiêu đề", max_length=300)
    text = models.TextField("nội dung")
    html = models.TextField("nội dung HTML", blank=True)
    link = models.ForeignKey(
        PersonalLink,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name="đường dẫn cá nhân",
        help_text="Chỗ {link} trong thư được điền lúc gửi; không lưu địa chỉ dùng được.",
    )
    link_path = models.CharField("đường dẫn trong thư", max_length=200, blank=True)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    again_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="sent_again", verbose_name="gửi lại của"
    )
    due_at = models.DateTimeField("gửi từ lúc", db_index=True)
    not_after = models.DateTimeField("không gửi sau", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    claimed_by = models.CharField("tiến trình", max_length=60, blank=True)
    lease_until = models.DateTimeField("giữ đến", null=True, blank=True)
    handed_over_at = models.DateTimeField("trao cho máy chủ lúc", null=True, blank=True)
    sent_at = models.DateTimeField("đã gửi lúc", null=True, blank=True)
    answer = models.TextField("máy chủ trả lời", blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    search = SearchField("recipient_name", "address", "subject")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "thư"
        verbose_name_plural = "thư gửi đi"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="message_due"),
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["claimed", "sending"]), name="message_leased"
            ),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="message_search_trgm"),
        ]

    def __str__(self):
        return f"{self.subject} → {self.address}"

    def get_absolute_url(self):
        return reverse("outbox-message", args=[self.pk])


class Attachment(models.Model):
    """A file of a letter: a copy of an issued document, or a few bytes of its own (calendar)."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments", verbose_name="thư")
    name = models.CharField("tên tệp", max_length=200)
    content_type = models.CharField("loại nội dung", max_length=100)
    copy = models.ForeignKey(
        DocumentCopy, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bản gửi"
    )
    content = models.BinaryField("nội dung", null=True, blank=True)

    class Meta:
        verbose_name = "tệp kèm thư"
        verbose_name_plural = "tệp kèm thư"
        constraints = [
            models.CheckConstraint(
                condition=Q(copy__isnull=False, content__isnull=True)
                | Q(copy__isnull=True, content__isnull=False),
                name="attachment_has_one_source",
            )
        ]

    def __str__(self):
        return self.name


class Attempt(models.Model):
    """One try to hand a letter over, with the server's answer."""

    class Outcome(models.TextChoices):
        SENT = "sent", "Máy chủ đã nhận"
        TRANSIENT = "transient", "Lỗi tạm thời"
        PERMANENT = "permanent", "Bị từ chối"
        UNKNOWN = "unknown", "Chưa rõ"

    message = models.ForeignKey(Message, models.CASCADE, related_name="attempt_log", verbose_name="thư")
    at = models.DateTimeField("lúc")
    outcome = models.CharField("kết quả", max_length=10, choices=Outcome)
    answer = models.TextField("máy chủ trả lời", blank=True)

    class Meta:
        verbose_name = "lần gửi"
        verbose_name_plural = "lần gửi"
        ordering = ["id"]
        # The limit per minute counts the tries of the last minute.
        indexes = [models.Index(fields=["at"], name="attempt_at")]

    def __str__(self):
        return f"{self.at:%d/%m/%Y %H:%M} {self.get_outcome_display()}"
