"""Accounts from a list: whoever can't log in yet gets the letter to set a password, all in one go."""

import datetime as dt

from django import forms
from django.utils import timezone
from import_export.forms import ConfirmImportForm

from correspondence.accounts import invite_account
from directory.models import User
from directory.resources import AccountResource, MandateResource


class ConfirmForm(ConfirmImportForm):
    send_letters = forms.BooleanField(
        label="Gửi thư đặt mật khẩu ngay",
        required=False,
        initial=True,
        help_text="Chưa có thư này thì không ai vào được tài khoản; gửi sau ở danh sách tài khoản.",
    )


class InvitesAccounts:
    """For resources whose rows name accounts. The result has them as ``to_invite``, in a preview as well."""

    def account_of(self, instance) -> User:
        raise NotImplementedError

    def before_import(self, dataset, **kwargs):
        super().before_import(dataset, **kwargs)
        self._named: dict[str, User] = {}

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        user = self.account_of(instance)
        self._named[user.email.lower()] = user

    def after_import(self, dataset, result, **kwargs):
        super().after_import(dataset, result, **kwargs)
        result.to_invite = [user for user in self._named.values() if waits_for_letter(user)]
        is_done = not (result.has_errors() or result.has_validation_errors() or kwargs["dry_run"])
        if is_done and kwargs.get("send_letters"):
            invite_all(result.to_invite, actor=kwargs["user"], at=timezone.now())


def waits_for_letter(user: User) -> bool:
    """The account can't be entered and nobody was told how."""
    return user.is_active and user.invited_at is None and not user.has_usable_password()


def invite_all(users: list[User], *, actor: User, at: dt.datetime) -> None:
    for user in users:
        invite_account(user=user, actor=actor, at=at)


class InvitingMandateResource(InvitesAccounts, MandateResource):
    def account_of(self, instance) -> User:
        return instance.user


class InvitingAccountResource(InvitesAccounts, AccountResource):
    def account_of(self, instance) -> User:
        return instance


class InvitingAdmin:
    """For pages whose rows name accounts: the preview says who gets a letter, the confirmation sends them."""

    confirm_form_class = ConfirmForm

    def get_import_data_kwargs(self, **kwargs):
        form = kwargs.get("form")
        wanted = isinstance(form, ConfirmForm) and form.cleaned_data["send_letters"]
        return super().get_import_data_kwargs(**kwargs) | {"send_letters": wanted}

    def process_result(self, result, request):
        sent = request.POST.get("send_letters") and getattr(result, "to_invite", [])
        answer = super().process_result(result, request)
        if sent and not (result.has_errors() or result.has_validation_errors()):
            self.message_user(request, f"Đã đưa {len(sent)} thư đặt mật khẩu vào hàng gửi.")
        return answer
