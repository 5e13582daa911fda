"""Official documents and the copies of them that leave the house."""

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from django.urls import reverse

from directory.models import Organisation, User
from directory.models.dated import Dated, DatedQuerySet
from hoinghi.access import staff
from hoinghi.fields import CharField, TextField
from hoinghi.text import format_date

# No 0/O and 1/I: somebody may have to type the code from paper.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 16


def verification_code() -> str:
    """A code that nobody can guess: 80 bits, by which a copy is looked up in public."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


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
    drafting_unit = CharField(
        "ký hiệu đơn vị soạn thảo",
        max_length=30,
        blank=True,
        help_text="In trong số của công văn, ví dụ ĐCK: Số: …/BCT-ĐCK.",
    )
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
        # A title that is printed on two lines is one title: its first line ends with a comma.
        signer = " / ".join(self.signer_title.splitlines()).replace(", / ", ", ")
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
        OFFICIAL_LETTER = "CV", "Công văn"
        NOTICE = "TB", "Thông báo"
        DELEGATE_LIST = "DS", "Danh sách đại biểu"
        RECEIPT = "PTN", "Phiếu tiếp nhận"
        MINUTES = "BB", "Biên bản"

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
    drafting_unit = CharField("ký hiệu đơn vị soạn thảo", max_length=30, blank=True)
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
    recalled_at = models.DateTimeField("thu hồi lúc", null=True, blank=True, editable=False)
    recall_reason = TextField("lý do thu hồi", blank=True, editable=False)
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
        """ "05/GM-BCT": two digits below 10; room for the number until the clerk enters it.

        A công văn names the unit that drafted it in place of the kind: "6785/BCT-ĐCK" (Mẫu 1.5).
        """
        number = f"{self.number:02d}" if self.number else " " * 7
        parts = [self.kind, self.symbol]
        if self.kind == self.Kind.OFFICIAL_LETTER:
            parts = [self.symbol, self.drafting_unit]
        return f"{number}/{'-'.join(filter(None, parts))}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def signer_is_printed(self) -> bool:
        """Minutes are signed by those who held the meeting, a receipt by nobody."""
        return self.kind not in (self.Kind.MINUTES, self.Kind.RECEIPT)


class SignedCopy(models.Model):
    """The signed document, scanned or signed digitally; from then on it is what is sent. Never changed."""

    document = models.ForeignKey(
        OfficialDocument, models.PROTECT, related_name="signed_copies", verbose_name="văn bản"
    )
    file = models.FileField("tệp", upload_to="documents/%Y/%m/")
    file_name = models.CharField("tên tệp", max_length=200)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm SHA-256", max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="người tải lên"
    )
    uploaded_at = models.DateTimeField("tải lên lúc", auto_now_add=True)

    class Meta:
        verbose_name = "bản đã ký"
        verbose_name_plural = "bản đã ký"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.document} – bản đã ký"


class DocumentCopyQuerySet(models.QuerySet):
    def pending(self):
        """Copies whose PDF is still to be made."""
        return self.filter(sha256="")


class DocumentCopy(models.Model):
    """One recipient's PDF of an issued document; written once, then never changed.

    A row without ``sha256`` waits for a worker to make its PDF. Without a recipient it is the document itself:
    what is kept, and what is sent of kinds that do not print whom they go to.
    """

    document = models.ForeignKey(
        OfficialDocument, models.PROTECT, related_name="copies", verbose_name="văn bản"
    )
    signed = models.ForeignKey(
        SignedCopy, models.PROTECT, null=True, blank=True, related_name="copies", verbose_name="bản đã ký"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan nhận"
    )
    recipient = CharField("nơi nhận (như đã in)", max_length=300, blank=True)
    code = models.CharField("mã xác minh", max_length=20, unique=True, default=verification_code)
    file = models.FileField("tệp", upload_to="documents/%Y/%m/", blank=True)
    file_name = models.CharField("tên tệp", max_length=200)
    size = models.PositiveIntegerField("dung lượng (byte)", default=0)
    sha256 = models.CharField("mã băm SHA-256", max_length=64, db_index=True, blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    objects = DocumentCopyQuerySet.as_manager()

    class Meta:
        verbose_name = "bản gửi"
        verbose_name_plural = "bản gửi"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "recipient", "signed"],
                nulls_distinct=False,
                name="copy_once_per_recipient",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(sha256=""), name="copy_pending")]

    def __str__(self):
        return f"{self.document} – {self.recipient}" if self.recipient else str(self.document)

    @property
    def is_pending(self) -> bool:
        return not self.sha256
