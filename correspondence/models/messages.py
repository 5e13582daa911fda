"""Letters: what is to go, what has gone, and what came back."""

import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from correspondence.labels import kind_label
from correspondence.models.documents import DocumentCopy
from directory.models import Contact, PersonalLink, User
from hoinghi.fields import CharField, SearchField, TextField


class MailingQuerySet(models.QuerySet):
    def waiting(self):
        """Orders whose letters a worker has still to write."""
        return self.filter(finished_at__isnull=True)

    def failed(self):
        """Orders of the portal itself that could not be carried out: nobody stood by who would have seen it."""
        return self.filter(actor=None, finished_at__isnull=False).exclude(error="")


class Mailing(models.Model):
    """An order to write many letters: committed by the request, carried out by a worker.

    A request that rendered thousands of letters would keep its clerk waiting; a task alone would be lost with
    its broker. The row is the order, and each letter's key keeps a second try from writing it twice.
    """

    kind = models.CharField("loại", max_length=40)
    topic = models.CharField("về việc", max_length=80, db_index=True)
    arguments = models.JSONField("nội dung", default=dict)
    held = models.BooleanField("giữ lại để xem từng thư", default=False)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người gửi"
    )
    expected = models.PositiveIntegerField("số thư dự kiến", default=0)
    written = models.PositiveIntegerField("số thư đã viết", default=0)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    finished_at = models.DateTimeField("viết xong lúc", null=True, blank=True)
    error = TextField("lỗi", blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt thư"
        verbose_name_plural = "đợt thư"
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(finished_at__isnull=True), name="mailing_waiting")]

    def __str__(self):
        return f"{kind_label(self.kind)}, đợt gửi số {self.pk}"

    def get_absolute_url(self):
        return reverse("mailing", args=[self.pk])


class MessageQuerySet(models.QuerySet):
    def due(self, at: dt.datetime):
        """Messages that a worker may claim at ``at``: a letter waits until all its PDFs are made."""
        unmade = Attachment.objects.filter(message=OuterRef("pk"), copy__sha256="")
        return self.filter(
            ~Exists(unmade),
            Q(not_after__isnull=True) | Q(not_after__gt=at),
            state=Message.State.QUEUED,
            due_at__lte=at,
        )

    def unsent(self):
        # In two parts, each of which has its index.
        return self.filter(
            Q(state=Message.State.QUEUED) | Q(state__in=[Message.State.CLAIMED, Message.State.SENDING])
        )


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

    key = models.CharField("khóa", max_length=350)
    topic = models.CharField("về việc", max_length=80)
    kind = models.CharField("loại thư", max_length=40)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.QUEUED)
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        verbose_name="địa chỉ nhận thư",
    )
    user = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        verbose_name="tài khoản",
    )
    recipient_name = CharField("người nhận", max_length=250)
    address = models.EmailField("email")
    reply_to = models.EmailField("trả lời về", blank=True)
    subject = CharField("tiêu đề", max_length=300)
    text = models.TextField("nội dung")
    html = models.TextField("nội dung HTML", blank=True)
    parts = models.JSONField(
        "các phần của thư",
        null=True,
        blank=True,
        help_text="Từ đó viết ra hai dạng trên; sửa thư nháp là sửa các phần này.",
    )
    mailing = models.ForeignKey(
        Mailing, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="đợt thư"
    )
    link = models.ForeignKey(
        PersonalLink,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        verbose_name="đường dẫn cá nhân",
        help_text="Chỗ {link} trong thư được điền lúc gửi; không lưu địa chỉ dùng được.",
    )
    link_path = models.CharField("đường dẫn trong thư", max_length=200, blank=True)
    message_id = models.CharField("Message-ID", max_length=200)
    again_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sent_again",
        db_index=False,
        verbose_name="gửi lại của",
    )
    due_at = models.DateTimeField("gửi từ lúc")
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
        constraints = [
            models.UniqueConstraint(fields=["key"], name="message_key_once"),
            models.UniqueConstraint(fields=["message_id"], name="message_id_once"),
        ]
        # A letter's row is written three times on its way out, and each time into every index that covers it:
        # so no index beyond what is asked for, and none over empty references.
        indexes = [
            models.Index(fields=["topic", "kind"], name="message_topic"),
            # The few that did not simply go; the outbox counts them each time that it is opened.
            models.Index(
                fields=["state", "kind"],
                condition=Q(state__in=["draft", "failed", "unknown", "cancelled"]),
                name="message_not_gone",
            ),
            *(
                models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"message_{name}")
                for name in ("contact", "user", "link", "again_of")
            ),
            models.Index(fields=["due_at", "id"], condition=Q(state="queued"), name="message_due"),
            # By number: over the lease, which every letter changes, this index would be mostly dead entries, and
            # the database would still prefer it to the primary key when one leased letter is asked for.
            models.Index(fields=["id"], condition=Q(state__in=["claimed", "sending"]), name="message_leased"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="message_search_trgm"),
        ]

    def __str__(self):
        return f"{self.subject} → {self.address}"

    def get_absolute_url(self):
        return reverse("outbox-message", args=[self.pk])

    @property
    def audit_label(self) -> str:
        return f"thư số {self.pk}"


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
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(copy__isnull=False, content__isnull=True)
                | Q(copy__isnull=True, content__isnull=False),
                name="attachment_has_one_source",
            ),
            models.UniqueConstraint(fields=["message", "name"], name="attachment_name_once"),
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


class Bounce(models.Model):
    """A letter that came back, or news that it is late (RFC 3464), as the other server reported it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="bounces", verbose_name="thư")
    report_id = models.CharField(
        "mã của thư báo",
        max_length=300,
        unique=True,
        help_text="Đọc cùng một thư báo hai lần chỉ ghi một lần.",
    )
    received_at = models.DateTimeField("nhận lúc")
    is_final = models.BooleanField("không gửi được nữa")
    status = models.CharField("mã trạng thái", max_length=20, blank=True, help_text="Ví dụ 5.1.1 (RFC 3463).")
    words = models.TextField("lời của máy chủ", blank=True)

    class Meta:
        verbose_name = "thư báo trả lại"
        verbose_name_plural = "thư báo trả lại"
        ordering = ["id"]

    def __str__(self):
        return f"{self.message} {self.status}"


class TextOverride(models.Model):
    """The staff's words for one kind of letter, in place of the file's (``correspondence.texts``)."""

    code = models.SlugField("mã", max_length=60, unique=True)
    subject = CharField("tiêu đề", max_length=300)
    greeting = CharField("lời chào", max_length=300)
    body = TextField("nội dung", help_text="Các đoạn cách nhau một dòng trống.")
    link_label = CharField("chữ trên nút", max_length=80, blank=True)
    updated_at = models.DateTimeField("sửa lúc", auto_now=True)
    updated_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người sửa"
    )

    class Meta:
        verbose_name = "mẫu thư đã sửa"
        verbose_name_plural = "mẫu thư đã sửa"

    def __str__(self):
        return self.code
