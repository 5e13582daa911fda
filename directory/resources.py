"""Spreadsheets of the staff's desk: addresses of organisations, focal points and their mandates."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from directory.audit import record
from directory.models import Contact, Mandate, Organisation, User
from directory.services import find_or_make_account
from hoinghi import resources
from hoinghi.text import clean_email, fold, format_moment, format_phone, parse_phones

ORGANISATION, FULL_NAME, EMAIL, PHONE = "Cơ quan", "Họ và tên", "Email", "Điện thoại"
BACKUP = "Dự phòng"
JOB_TITLE, ROLE = "Chức vụ", "Vai trò"


class AuditedResource(resources.ModelResource):
    """Each imported row leaves an entry in the audit trail, as if it had been typed."""

    def get_instance(self, instance_loader, row):
        try:
            return super().get_instance(instance_loader, row)
        except ValueError:
            return None  # import_instance meets the same value again and names its column

    def after_import_row(self, row, row_result, **kwargs):
        super().after_import_row(row, row_result, **kwargs)
        if kwargs.get("dry_run") or row_result.import_type not in ("new", "update"):
            return
        instance = self._meta.model.objects.get(pk=row_result.object_id)
        record(
            actor=kwargs["user"],
            action=f"{instance._meta.model_name}.import",
            target=instance,
            changes=self._changes(row_result.original, instance),
        )

    def _changes(self, before, after) -> dict[str, list]:
        values = {
            name: [before and field.export(before), field.export(after)]
            for name, field in self.fields.items()
        }
        return {name: pair for name, pair in values.items() if pair[0] != pair[1]}


class EmailWidget(resources.TextWidget):
    def clean(self, value, row=None, **options):
        if text := super().clean(value, row, **options):
            return clean_email(text)
        raise ValueError("Ghi địa chỉ email, ví dụ vanthu@soct.example.")


class PhoneWidget(resources.TextWidget):
    """Telephone numbers as typed; one that a spreadsheet took for a number gets its 0 back."""

    def clean(self, value, row=None, **options):
        text = super().clean(value, row, **options)
        numbers = parse_phones(text)
        return format_phone(numbers[0]) if text.isdigit() and not text.startswith("0") else text


class YesWidget(resources.TextWidget):
    """Yes or no in the words that people use for it; an empty cell is no."""

    # As ``fold`` writes them; a cell of a spreadsheet may hold the truth value itself.
    WORDS = {"co": True, "x": True, "true": True, "": False, "khong": False, "false": False}

    def clean(self, value, row=None, **options):
        try:
            return self.WORDS[fold(super().clean(value, row, **options))]
        except KeyError:
            raise ValueError(f"Không hiểu “{value}”. Ghi “có”, hoặc để trống.") from None

    def render(self, value, obj=None, **options):
        return "có" if value else ""


class OrganisationWidget(ForeignKeyWidget):
    """An organisation by its uid, or by its name among those of today."""

    def __init__(self):
        super().__init__(Organisation, field="uid")

    def clean(self, value, row=None, **options):
        wanted = fold(str(value or ""))
        if not wanted:
            raise ValueError("Ghi tên cơ quan như trong danh bạ, ví dụ Sở Công Thương tỉnh Đắk Lắk.")
        found = self._by_name().get(wanted, [])
        if not found:
            raise ValueError(
                f"Không có cơ quan “{value}” đang có hiệu lực. Chép đúng tên hoặc định danh trong danh bạ."
            )
        if len(found) > 1:
            uids = ", ".join(organisation.uid for organisation in found)
            raise ValueError(f"Có {len(found)} cơ quan tên “{value}”. Thay tên bằng định danh: {uids}.")
        return found[0]

    def render(self, value, obj=None, **options):
        return value.name if value else ""

    def _by_name(self) -> dict[str, list[Organisation]]:
        """Read once for a file: every import has a widget of its own."""
        if not hasattr(self, "_found"):
            self._found = defaultdict(list)
            today = timezone.localdate()
            for organisation in Organisation.objects.all():
                self._found[fold(organisation.uid)].append(organisation)
                if organisation.is_valid_on(today):
                    self._found[fold(organisation.name)].append(organisation)
        return self._found


class AccountWidget(ForeignKeyWidget):
    """An account by its e-mail; one that is not there yet is made from the other cells of the row."""

    def __init__(self):
        super().__init__(User, field="email")

    def clean(self, value, row=None, **options):
        """What is wrong with the row's person is said all at once, not one fault after each upload."""
        text = resources.TextWidget()
        cells = {
            "email": (EmailWidget(), value),
            "full_name": (text, row.get(FULL_NAME)),
            "job_title": (text, row.get(JOB_TITLE)),
            "phone": (PhoneWidget(), row.get(PHONE)),
        }
        person, faults = {}, {}
        for name, (widget, cell) in cells.items():
            try:
                person[name] = widget.clean(cell)
            except ValueError as refused:
                faults[name] = str(refused)
        try:
            if not faults:
                return find_or_make_account(**person)[0]
            if "email" in faults or not User.objects.filter(email__iexact=person["email"]).exists():
                User(**person).full_clean(exclude=[*faults, "password"])
        except ValidationError as error:
            faults |= {name: " ".join(messages) for name, messages in error.message_dict.items()}
        about = faults.pop("email", None) or f"Người có email {person['email']}:"
        said = [f"{User._meta.get_field(name).verbose_name}: {fault}" for name, fault in faults.items()]
        raise ValueError(" ".join([about, "; ".join(said)]).strip())

    def render(self, value, obj=None, **options):
        return value.email if value else ""


class RoleWidget(resources.TextWidget):
    """A role by its label; an empty cell means focal point."""

    def clean(self, value, row=None, **options):
        wanted = fold(super().clean(value, row, **options))
        if not wanted:
            return Mandate.Role.FOCAL_POINT
        for role in Mandate.Role:
            if wanted == fold(role.label):
                return role
        raise ValueError(f"Không có vai trò “{value}”. Ghi một trong: {'; '.join(Mandate.Role.labels)}.")

    def render(self, value, obj=None, **options):
        return Mandate.Role(value).label if value else ""


class ContactResource(AuditedResource):
    """Where letters go; organisation and address together say which row is meant."""

    organisation = Field("organisation", ORGANISATION, OrganisationWidget())
    email = Field("email", EMAIL, EmailWidget())
    full_name = Field("full_name", FULL_NAME, resources.TextWidget())
    phone = Field("phone", PHONE, PhoneWidget())
    is_backup = Field("is_backup", BACKUP, YesWidget())

    class Meta(resources.ModelResource.Meta):
        model = Contact
        import_id_fields = ("organisation", "email")
        fields = import_order = export_order = ("organisation", "email", "full_name", "phone", "is_backup")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")


class MandateResource(AuditedResource):
    """Focal points and officers, one per row: the account is made when it is not there, its e-mail is its name."""

    organisation = Field("organisation", ORGANISATION, OrganisationWidget())
    user = Field("user", EMAIL, AccountWidget())
    full_name = Field("user__full_name", FULL_NAME, resources.TextWidget(), readonly=True)
    job_title = Field("user__job_title", JOB_TITLE, resources.TextWidget(), readonly=True)
    phone = Field("user__phone", PHONE, resources.TextWidget(), readonly=True)
    role = Field("role", ROLE, RoleWidget())
    is_backup = Field("is_backup", BACKUP, YesWidget())

    class Meta(resources.ModelResource.Meta):
        model = Mandate
        import_id_fields = ("organisation", "user", "role")
        fields = import_order = export_order = (
            *("organisation", "user", "full_name", "job_title", "phone", "role", "is_backup"),
        )

    def get_queryset(self):
        """A mandate that has ended is history: the same person may get a new one."""
        return super().get_queryset().filter(valid_to__isnull=True).select_related("organisation", "user")


class AccountResource(AuditedResource):
    """Accounts, one per row, known by their e-mail; who acts for whom, who was invited and who has logged in can
    be read from the sheet and is never taken from one.
    """

    full_name = Field("full_name", FULL_NAME, resources.TextWidget())
    email = Field("email", EMAIL, EmailWidget())
    job_title = Field("job_title", JOB_TITLE, resources.TextWidget())
    phone = Field("phone", PHONE, PhoneWidget())
    acts_for = Field(column_name="Thay mặt", readonly=True)
    is_active = Field("is_active", "Đang hoạt động", YesWidget(), readonly=True)
    invited_at = Field(column_name="Đã gửi thư đặt mật khẩu", readonly=True)
    last_login = Field(column_name="Đăng nhập lần cuối", readonly=True)

    class Meta(resources.ModelResource.Meta):
        model = User
        import_id_fields = ("email",)
        fields = export_order = (
            *("full_name", "email", "job_title", "phone"),
            *("acts_for", "is_active", "invited_at", "last_login"),
        )
        import_order = ("email", "full_name", "job_title", "phone")

    def after_init_instance(self, instance, new, row, **kwargs):
        """A new account has no password; rights are never changed from below (``UserAdmin``)."""
        if new:
            instance.set_unusable_password()
        elif instance.is_staff and not kwargs["user"].is_superuser:
            raise ValidationError({EMAIL: "Tài khoản quản trị này không sửa được từ tệp. Bỏ dòng này."})

    def dehydrate_acts_for(self, user) -> str:
        return user.organisation_names()

    def dehydrate_invited_at(self, user) -> str:
        return format_moment(user.invited_at) if user.invited_at else "chưa"

    def dehydrate_last_login(self, user) -> str:
        return format_moment(user.last_login) if user.last_login else "chưa"
