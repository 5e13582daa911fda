"""Accounts at the staff's desk, with the letter that lets a person in."""

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse
from django.utils import timezone

from correspondence.account_imports import InvitingAccountResource, InvitingAdmin, InvitingMandateResource
from correspondence.accounts import invite_account
from directory import second_factor
from directory.admin_base import FreshLogin, HandedOver, ImportExportAdmin, ValidityFilter
from directory.admin_users import UserAdmin, UserForm
from directory.models import Mandate, User
from directory.services import close_account, left_alone_without


class AccountForm(UserForm):
    send_letter = forms.BooleanField(
        label="Gửi thư đặt mật khẩu ngay",
        required=False,
        initial=True,
        help_text="Chưa có thư này thì không ai vào được tài khoản; gửi sau bằng thao tác trong danh sách.",
    )


@admin.register(Mandate)
class MandateAdmin(FreshLogin, InvitingAdmin, HandedOver, ImportExportAdmin):
    """Who may act for whom: one list for all provinces, filled from a spreadsheet or on an account's page."""

    resource_classes = (InvitingMandateResource,)
    read_action = "mandate.read"
    list_display = ("user", "organisation", "role", "is_backup", "handing_over")
    list_filter = (ValidityFilter, "role", "is_backup")
    list_select_related = ("user", "organisation")
    search_fields = ("user__search", "organisation__search")
    ordering = ("organisation__sort_key", "user__sort_key")
    autocomplete_fields = ("user", "organisation")
    fields = ("user", "organisation", "role", "is_backup", "valid_from", "valid_to")

    def get_readonly_fields(self, request, obj=None):
        """A mandate given is ended and given anew, so that the past stays true."""
        return ("user", "organisation", "role") if obj else ()


@admin.register(User)
class AccountAdmin(InvitingAdmin, ImportExportAdmin, UserAdmin):
    form = AccountForm
    resource_classes = (InvitingAccountResource,)
    actions = ("send_set_password_letters", "remove_second_factors", "close_accounts")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        *others, _history = fieldsets  # a new account has none
        return (*others, ("Thư", {"fields": ("send_letter",)}))

    def save_related(self, request, form, formsets, change):
        """After the mandates: the letter says for whom the account acts."""
        super().save_related(request, form, formsets, change)
        if not change and form.cleaned_data.get("send_letter") and form.instance.is_active:
            invite_account(user=form.instance, actor=request.user, at=timezone.now())
            self.message_user(request, f"Thư đặt mật khẩu được gửi tới {form.instance.email}.")

    @admin.action(description="Gửi thư đặt mật khẩu", permissions=("change",))
    def send_set_password_letters(self, request, queryset):
        """Ask first: who gets a letter, who does not, and that earlier links die."""
        chosen = list(queryset)
        users = [user for user in chosen if user.is_active and self.has_change_permission(request, user)]
        if not users:
            self.message_user(
                request,
                "Không gửi thư nào: không có tài khoản đang hoạt động nào được chọn.",
                messages.WARNING,
            )
            return None
        if request.POST.get("confirmed"):
            for user in users:
                invite_account(user=user, actor=request.user, at=timezone.now())
            self.message_user(request, f"Đã đưa {len(users)} thư đặt mật khẩu vào hàng chờ.")
            return None
        return TemplateResponse(
            request,
            "admin/correspondence/send_set_password_letters.html",
            {
                **self.admin_site.each_context(request),
                "title": "Gửi thư đặt mật khẩu",
                "opts": self.opts,
                "users": users,
                "skipped": [user for user in chosen if user not in users],
                "media": self.media,
            },
        )

    @admin.action(
        description="Gỡ lớp xác thực thứ hai (người giữ đã mất điện thoại, khóa)", permissions=("change",)
    )
    def remove_second_factors(self, request, queryset):
        """Ask first: it is how somebody who lost the telephone comes back, and how an impostor would try to."""
        chosen = list(queryset)
        users = [
            user
            for user in chosen
            if user != request.user
            and self.has_change_permission(request, user)
            and second_factor.has_one(user)
        ]
        if not users:
            self.message_user(
                request,
                "Không gỡ gì: không có tài khoản nào được chọn đang dùng lớp xác thực thứ hai mà gỡ được.",
                messages.WARNING,
            )
            return None
        if request.POST.get("confirmed"):
            for user in users:
                second_factor.remove_all(user=user, actor=request.user)
            self.message_user(request, f"Đã gỡ lớp xác thực thứ hai của {len(users)} tài khoản.")
            return None
        return TemplateResponse(
            request,
            "admin/correspondence/remove_second_factors.html",
            {
                **self.admin_site.each_context(request),
                "title": "Gỡ lớp xác thực thứ hai",
                "opts": self.opts,
                "users": users,
                "skipped": [user for user in chosen if user not in users],
                "media": self.media,
            },
        )

    @admin.action(description="Khóa tài khoản", permissions=("change",))
    def close_accounts(self, request, queryset):
        """Ask first. One's own account and those above one's rights are left alone."""
        chosen = list(queryset)
        users = [
            user
            for user in chosen
            if user.is_active and user != request.user and self.has_change_permission(request, user)
        ]
        if not users:
            self.message_user(
                request,
                "Không khóa tài khoản nào: không có tài khoản nào được chọn mà khóa được.",
                messages.WARNING,
            )
            return None
        if request.POST.get("confirmed"):
            closed = sum(close_account(user=user, actor=request.user) for user in users)
            self.message_user(request, f"Đã khóa {closed} tài khoản.")
            return None
        return TemplateResponse(
            request,
            "admin/correspondence/close_accounts.html",
            {
                **self.admin_site.each_context(request),
                "title": "Khóa tài khoản",
                "opts": self.opts,
                "users": users,
                "left_alone": left_alone_without(users, timezone.localdate()),
                "skipped": [user for user in chosen if user not in users],
                "media": self.media,
            },
        )
