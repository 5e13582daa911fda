"""The staff's desk of the directory. Accounts and mandates are registered where letters are known
(``correspondence.admin_accounts``)."""

import secrets

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Max, Q
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from directory.admin_base import (
    HandedOver,
    ImportExportAdmin,
    PortalAdmin,
    PortalInline,
    ReadOnlyAdmin,
    ValidityFilter,
)
from directory.admin_users import GroupAdmin
from directory.audit import field_name, name_of, value_name
from directory.models import (
    AdministrativeUnit,
    AuditEntry,
    Contact,
    Mandate,
    Organisation,
    OrganisationKind,
    PersonalLink,
    PrivacyNotice,
    UnitLevel,
)
from directory.resources import ContactResource
from directory.services import revoke_link, trust_address
from hoinghi.forms import PhoneField
from hoinghi.pages import Pages
from hoinghi.text import format_date, slugify

# Present rows first: names come back, and nobody looks for the department of 2008.
PRESENT_FIRST = [F("valid_to").desc(nulls_first=True), "sort_key", "id"]


# An account has one address, its own; allauth's list of addresses would only confuse.
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)
admin.site.unregister(UserSession)
admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)


class CodeAdmin(PortalAdmin):
    """Levels and kinds: their codes are named by data files and conferences."""

    list_display = ("name", "code")
    ordering = ("name",)

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()


admin.site.register(UnitLevel, CodeAdmin)
admin.site.register(OrganisationKind, CodeAdmin)


class RegisterAdmin(PortalAdmin):
    """Rows of the register: what staff change here stays when the data files are loaded again."""

    list_filter = (ValidityFilter,)
    ordering = PRESENT_FIRST
    # What the data files say; a change of it by hand is kept.
    from_files = frozenset()

    def save_model(self, request, obj, form, change):
        if not obj.uid:
            obj.uid = f"{slugify(obj.name)[:60]}-{secrets.token_hex(4)}"
        if self.from_files & set(form.changed_data) and "kept_by_staff" not in form.changed_data:
            obj.kept_by_staff = True
        super().save_model(request, obj, form, change)

    @admin.display(description="hiệu lực", ordering="valid_from")
    def validity(self, obj):
        start = f"từ {format_date(obj.valid_from)}" if obj.valid_from else ""
        end = f"đến hết {format_date(obj.valid_to)}" if obj.valid_to else ""
        return " ".join(filter(None, [start, end])) or "luôn"


@admin.register(AdministrativeUnit)
class AdministrativeUnitAdmin(RegisterAdmin):
    list_display = ("name", "level", "parent", "code", "validity")
    list_filter = (ValidityFilter, "level")
    list_select_related = ("level", "parent")
    search_fields = ("search", "code", "parent__search")
    autocomplete_fields = ("parent", "successor")
    readonly_fields = ("uid",)
    from_files = frozenset(
        {"level", "parent", "code", "name", "short_name", "kind", "valid_from", "valid_to", "successor"}
    )
    fieldsets = (
        (None, {"fields": ("name", "short_name", "kind", "code", "level", "parent", "uid")}),
        ("Hiệu lực", {"fields": ("valid_from", "valid_to", "successor", "kept_by_staff")}),
        ("Căn cứ", {"fields": ("legal_basis_from", "legal_basis_to")}),
    )

    def has_delete_permission(self, request, obj=None):
        """A unit ends by its last day; what was printed and nominated under its name stays."""
        return False


class ContactForm(forms.ModelForm):
    phone = PhoneField(label="Điện thoại", required=False, max_length=100)

    class Meta:
        model = Contact
        fields = ("full_name", "email", "phone", "is_active", "is_backup")

    def save(self, commit=True):
        if "email" in self.changed_data:
            # The refusal was about the address before.
            self.instance.refused_at, self.instance.refusal = None, ""
        return super().save(commit)


class ContactInline(PortalInline):
    model = Contact
    form = ContactForm
    readonly_fields = ("refusal_shown",)

    @admin.display(description="máy chủ từ chối")
    def refusal_shown(self, obj):
        return refusal_of(obj)


def refusal_of(contact: Contact) -> str:
    if not contact.refused_at:
        return "–"
    return f"{format_date(timezone.localtime(contact.refused_at))}: {contact.refusal}"


class MandateInline(HandedOver, PortalInline):
    """Who acts for the organisation."""

    model = Mandate
    autocomplete_fields = ("user",)
    readonly_fields = ("handing_over",)


@admin.register(Organisation)
class OrganisationAdmin(RegisterAdmin):
    list_display = ("name", "validity", "addresses", "focal_points")
    list_filter = (ValidityFilter, "kind")
    search_fields = ("search", "unit__search", "uid")
    autocomplete_fields = ("unit", "parent", "successor")
    readonly_fields = ("uid",)
    inlines = (ContactInline, MandateInline)
    from_files = frozenset(
        {"kind", "name", "abbreviation", "unit", "parent", "valid_from", "valid_to", "successor"}
    )
    fieldsets = (
        (None, {"fields": ("name", "abbreviation", "kind", "unit", "parent", "uid")}),
        ("Liên hệ", {"fields": ("address", "phone", "note")}),
        ("Hiệu lực", {"fields": ("valid_from", "valid_to", "successor", "kept_by_staff")}),
    )

    def get_queryset(self, request):
        live = Q(contacts__is_active=True, contacts__refused_at__isnull=True)
        today = timezone.localdate()
        acting = Mandate.objects.as_of(today).filter(role=Mandate.Role.FOCAL_POINT, user__is_active=True)
        return (
            super()
            .get_queryset(request)
            .annotate(
                address_count=Count("contacts", filter=live, distinct=True),
                focal_count=Count("mandates", filter=Q(mandates__in=acting), distinct=True),
            )
        )

    @admin.display(description="địa chỉ nhận thư", ordering="address_count")
    def addresses(self, obj):
        return obj.address_count or "chưa có"

    @admin.display(description="đầu mối", ordering="focal_count")
    def focal_points(self, obj):
        return obj.focal_count or "chưa có"


class RefusedFilter(admin.SimpleListFilter):
    title = "tình trạng"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("refused", "Bị máy chủ từ chối"), ("off", "Không dùng")]

    def queryset(self, request, queryset):
        match self.value():
            case "refused":
                return queryset.filter(refused_at__isnull=False)
            case "off":
                return queryset.filter(is_active=False)
        return queryset


@admin.register(Contact)
class ContactAdmin(ImportExportAdmin):
    form = ContactForm
    resource_classes = (ContactResource,)
    read_action = "contact.read"
    list_display = ("email", "organisation", "is_active", "is_backup", "refusal_shown")
    list_filter = (RefusedFilter,)
    list_select_related = ("organisation",)
    search_fields = ("email", "full_name", "organisation__search")
    ordering = ("organisation__sort_key", "email")
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "full_name", "email", "phone", "is_active", "is_backup", "refusal_shown")
    readonly_fields = ("refusal_shown",)
    actions = ("trust",)

    @admin.display(description="máy chủ từ chối", ordering="refused_at")
    def refusal_shown(self, obj):
        return refusal_of(obj)

    @admin.action(description="Dùng lại địa chỉ đã bị từ chối", permissions=("change",))
    def trust(self, request, queryset):
        freed = sum(trust_address(contact=contact, actor=request.user) for contact in queryset)
        self.message_user(request, f"Đã cho dùng lại {freed} địa chỉ.")


@admin.register(PersonalLink)
class PersonalLinkAdmin(ReadOnlyAdmin):
    read_action = "personallink.read"
    list_display = ("label", "purpose", "address", "created_at", "expires_at", "is_live")
    list_filter = ("purpose",)
    search_fields = ("label", "address", "holder")
    ordering = ("-id",)
    fields = ("label", "purpose", "holder", "scope", "address", "created_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    @admin.display(description="còn dùng được", boolean=True)
    def is_live(self, obj):
        return obj.is_live(timezone.now())

    @admin.action(description="Thu hồi đường dẫn", permissions=("revoke",))
    def revoke(self, request, queryset):
        now = timezone.now()
        stopped = sum(revoke_link(link=link, actor=request.user, at=now) for link in queryset)
        self.message_user(request, f"Đã thu hồi {stopped} đường dẫn.")

    def has_revoke_permission(self, request):
        return request.user.has_perm("directory.change_personallink")


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(PortalAdmin):
    """A new wording gets the next number; one that has begun to count stays as people were shown it."""

    list_display = ("number", "valid_from")
    fields = ("valid_from", "text")

    def save_model(self, request, obj, form, change):
        if not change:
            obj.number = (PrivacyNotice.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None):
        has_begun = obj is not None and obj.has_begun(timezone.now())
        return not has_begun and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj) and super().has_delete_permission(request, obj)

    def get_form(self, request, obj=None, **options):
        form = super().get_form(request, obj, **options)
        if "valid_from" in form.base_fields:
            form.base_fields["valid_from"].validators = [_not_in_the_past]
        return form


def _not_in_the_past(day):
    if day < timezone.localdate():
        raise ValidationError("Nhập hôm nay hoặc một ngày sau: điều đã báo trước đây không đổi được nữa.")


def _model_name(label: str) -> str:
    """A model's Vietnamese name; an entry may be older than the renaming of its model."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label


class ObjectTypeFilter(admin.SimpleListFilter):
    """By what was acted on; listed from the models, because counting a trail of years is slow."""

    title = "loại đối tượng"
    parameter_name = "object_type"

    def lookups(self, request, model_admin):
        models = [model._meta for model in admin.site._registry]
        return sorted((meta.label_lower, str(meta.verbose_name)) for meta in models)

    def queryset(self, request, queryset):
        return queryset.filter(object_type=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_label", "acted_for", "done", "object_label")
    list_filter = ("at", ObjectTypeFilter)
    search_fields = ("actor_label", "acted_for", "object_label", "action")
    # There are millions: nobody counts them all, nor looks at each to offer the months that have some
    # (date_hierarchy).
    paginator = Pages
    show_full_result_count = False
    fields = (
        "at",
        "actor_label",
        "acted_for",
        "done",
        "object_label",
        "kind",
        "object_id",
        "ip",
        "changes_shown",
    )

    @admin.display(description="việc", ordering="action")
    def done(self, obj):
        return name_of(obj.action)

    @admin.display(description="loại đối tượng")
    def kind(self, obj):
        return _model_name(obj.object_type)

    @admin.display(description="thay đổi")
    def changes_shown(self, obj):
        if not obj.changes:
            return "–"
        rows = (
            (
                field_name(obj.object_type, name),
                *("" if value is None else value_name(obj.object_type, name, value) for value in pair),
            )
            for name, pair in sorted(obj.changes.items())
        )
        return format_html(
            "<table><thead><tr><th>Trường</th><th>Trước</th><th>Sau</th></tr></thead><tbody>{}</tbody></table>",
            format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", rows),
        )
