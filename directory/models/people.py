import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils import timezone

from directory.models.dated import Dated, DatedQuerySet
from directory.models.organisations import Organisation
from hoinghi.fields import CharField, PersonSortKeyField, SearchField

# Organisations, and every one whose successors lead to them: as ``Registered.holder_on``, backwards.
LINE = """
    WITH RECURSIVE line(id) AS (
        {held}
        UNION
        SELECT ended.id FROM directory_organisation ended
        JOIN line ON ended.successor_id = line.id WHERE ended.valid_to < %s
    )
    SELECT id FROM line
"""


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        """Create an account; without a password it can only be entered through a set-password link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("email", unique=True)
    full_name = CharField("họ và tên", max_length=150)
    job_title = CharField("chức vụ", max_length=200, blank=True)
    phone = CharField("điện thoại", max_length=100, blank=True)
    is_staff = models.BooleanField("cán bộ của đơn vị tổ chức", default=False)
    is_active = models.BooleanField("đang hoạt động", default=True)
    date_joined = models.DateTimeField("ngày tạo", default=timezone.now, editable=False)
    invited_at = models.DateTimeField("đã gửi thư đặt mật khẩu lúc", null=True, blank=True, editable=False)
    sort_key = PersonSortKeyField("full_name")
    search = SearchField("full_name", "email")

    objects = UserManager()

    # Whose eyes these are, for a user that is nobody's account (``directory.looking``).
    looks_as: Organisation | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "tài khoản"
        verbose_name_plural = "tài khoản"
        ordering = ["sort_key", "id"]
        # What groups of staff carry (directory.roles).
        permissions = [
            ("organise", "Tổ chức hội nghị"),
            ("issue_documents", "Văn thư: cấp số, ban hành, thu hồi văn bản"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_ci", violation_error_message="Email này đã có tài khoản."
            )
        ]

    def __str__(self):
        return self.full_name or self.email

    def clean(self):
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name

    def organisation_names(self) -> str:
        """Whom the account acts for, in any role, as one line; namesakes (a department and its successor) once."""
        return "; ".join(dict.fromkeys(mandate.organisation.name for mandate in self.mandates.all()))

    def organisations(self, role: str, at: dt.date | None = None):
        """Organisations that the user may act for in ``role`` (``Mandate.Role``) on ``at`` (default today)."""
        return Organisation.objects.filter(pk__in=self.organisation_keys(role, at))

    def organisation_keys(self, role: str, at: dt.date | None = None):
        """Their keys alone, for a query that asks nothing else about them: the planner has fewer tables to join."""
        if self.looks_as is not None:
            return Organisation.objects.filter(pk=self.looks_as.pk).order_by().values("pk")
        held = Mandate.objects.as_of(at or timezone.localdate()).filter(user=self, role=role)
        return held.values("organisation")

    def holds(self, organisation: int, role: str, at: dt.date) -> bool:
        """The organisation is one of those: the same question about one of them, by its key."""
        if self.looks_as is not None:
            return self.looks_as.pk == organisation
        return Mandate.objects.as_of(at).filter(user=self, role=role, organisation=organisation).exists()

    def places(self, role: str, at: dt.date | None = None):
        """Those organisations, and the ended ones (merged provinces) whose place one of them has taken by ``at``."""
        at = at or timezone.localdate()
        held, parameters = self.organisation_keys(role, at).order_by().query.sql_with_params()
        # What is put into the text is a query of Django's own, with its parameters beside it.
        return Organisation.objects.filter(pk__in=RawSQL(LINE.format(held=held), (*parameters, at)))  # nosec B611  # a query of its parameters are beside it


class Mandate(Dated):
    """A user may act for an organisation, in one role, for a time."""

    class Role(models.TextChoices):
        FOCAL_POINT = "focal_point", "Đầu mối đề cử đại biểu"
        TECHNICAL_OFFICER = "technical_officer", "Cán bộ kỹ thuật điểm cầu"

    user = models.ForeignKey(User, models.CASCADE, related_name="mandates", verbose_name="tài khoản")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="mandates", verbose_name="cơ quan"
    )
    role = models.CharField("vai trò", max_length=30, choices=Role, default=Role.FOCAL_POINT)
    is_backup = models.BooleanField(
        "dự phòng",
        default=False,
        help_text="Làm được mọi việc như người chính; chỉ nhận thư nhắc khi người chính chưa trả lời.",
    )

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(valid_to__isnull=True),
                name="mandate_once",
                violation_error_message="Tài khoản này đã được phân công vai trò này ở cơ quan này.",
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.organisation}"
