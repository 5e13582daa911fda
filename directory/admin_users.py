"""Accounts at the staff's desk. Registered by ``correspondence``, which mails the set-password link."""

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group

from directory.admin_base import FreshLogin, HandedOver, PortalAdmin, PortalInline
from directory.models import Mandate, User
from directory.roles import staff_without_role
from hoinghi.forms import PhoneField


class UserForm(forms.ModelForm):
    """No password here: the person sets it through the link, and nobody else ever knows it."""

    phone = PhoneField(label="Điện thoại", required=False, max_length=100)
    groups = forms.ModelMultipleChoiceField(
        label="Nhóm",
        queryset=Group.objects.order_by("pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Vai trò của cán bộ. Một người giữ được nhiều vai trò; chưa có vai trò nào thì chỉ xem.",
    )

    class Meta:
        model = User
        fields = (
            "full_name",
            "email",
            "job_title",
            "phone",
            "is_staff",
            "is_active",
            "is_superuser",
            "groups",
        )

    def save(self, commit=True):
        if not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)


class GroupAdmin(FreshLogin, PortalAdmin, auth_admin.GroupAdmin):
    """Groups of rights, with the portal's audit trail."""


class LoginFilter(admin.SimpleListFilter):
    """Who has never come: the letter got lost, or the person has changed."""

    title = "đăng nhập"
    parameter_name = "login"

    def lookups(self, request, model_admin):
        return [("never", "Chưa đăng nhập lần nào"), ("once", "Đã đăng nhập")]

    def queryset(self, request, queryset):
        match self.value():
            case "never":
                return queryset.filter(last_login__isnull=True)
            case "once":
                return queryset.filter(last_login__isnull=False)
        return queryset


class RoleFilter(admin.SimpleListFilter):
    """Staff by what they may do; those without a role only look."""

    title = "vai trò cán bộ"
    parameter_name = "role"
    NONE = "none"

    def lookups(self, request, model_admin):
        groups = Group.objects.order_by("pk").values_list("pk", "name")
        return [(self.NONE, "Chưa có"), *((str(pk), name) for pk, name in groups)]

    def queryset(self, request, queryset):
        if self.value() == self.NONE:
            return queryset.filter(pk__in=staff_without_role().values("pk"))
        chosen = self.value() or ""
        return queryset.filter(groups=chosen) if chosen.isdecimal() else queryset


class MandateInline(HandedOver, PortalInline):
    model = Mandate
    readonly_fields = ("handing_over",)
    autocomplete_fields = ("organisation",)


class UserAdmin(FreshLogin, PortalAdmin):
    form = UserForm
    audit_page = "audit-account"
    read_action = "user.read"
    inlines = (MandateInline,)
    list_display = ("full_name", "email", "acts_for", "is_staff", "is_active", "invited_at", "last_login")
    list_filter = (LoginFilter, RoleFilter, "is_staff", "is_active", "mandates__role")
    search_fields = ("search", "mandates__organisation__search")
    readonly_fields = ("invited_at", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("full_name", "email", "job_title", "phone", "is_active")}),
        ("Đơn vị tổ chức", {"fields": ("is_staff", "is_superuser", "groups")}),
        ("Lịch sử", {"fields": ("date_joined", "invited_at", "last_login")}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("mandates__organisation")

    @admin.display(description="thay mặt")
    def acts_for(self, obj):
        return obj.organisation_names() or "–"

    def get_readonly_fields(self, request, obj=None):
        """Only who holds all rights gives rights to the desk."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, "is_staff", "is_superuser", "groups")

    def has_change_permission(self, request, obj=None):
        """Changing an address is taking the account over, so those of staff are the superusers' own."""
        above = obj is not None and obj.is_staff and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """An account is switched off: the audit trail and the lists that it sent name it."""
        return False
