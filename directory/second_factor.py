"""The second factor: who must have one, and the middleware that lets nobody work without it.

allauth keeps the factors (authenticator app, passkeys, recovery codes) and asks for them at login. Whoever has
none yet and must have one reaches only the pages where it is set up.
"""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect

from directory.audit import record
from directory.models import Mandate, User

# The set-up pages and what they need: saying the password again, leaving.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "healthz",
    "readyz",
    "help",
    "privacy",
    "privacy-version",
}


def must_have_one(user) -> bool:
    """Whether the settings ask this account for a second factor."""
    if not user.is_authenticated:
        return False
    if user.is_staff:
        return settings.MFA_REQUIRED_FOR_STAFF
    return settings.MFA_REQUIRED_FOR_MANDATES and Mandate.objects.filter(user=user).exists()


def has_one(user) -> bool:
    """Recovery codes alone are none: they stand in for a factor that got lost."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def _is_anybody_asked() -> bool:
    return settings.MFA_REQUIRED_FOR_STAFF or settings.MFA_REQUIRED_FOR_MANDATES


@transaction.atomic
def remove_all(*, user: User, actor: User) -> int:
    """Take all factors from an account whose holder has lost them; answers how many there were.

    The next login asks for the password alone and then, where one is required, for a new factor.
    """
    number, _ = Authenticator.objects.filter(user=user).delete()
    record(actor=actor, action="user.remove_second_factor", target=user, changes={"factors": [number, 0]})
    return number


def note_change(*, action: str):
    """A receiver for allauth's signals, which are the only place where its own pages can be written down."""

    def receive(sender, *, user, authenticator, **kwargs):
        record(actor=user, action=action, target=user, changes={"type": [None, str(authenticator.type)]})

    return receive


class SecondFactorMiddleware:
    """Stands before the middleware that asks the policies, and before staff look with other eyes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not _is_anybody_asked():
            return None  # a page for everybody stays one that anybody may cache
        if request.resolver_match.view_name in OPEN or not must_have_one(request.user):
            return None
        if has_one(request.user):
            return None
        messages.warning(
            request, "Tài khoản này phải có lớp xác thực thứ hai. Thiết lập một lần rồi làm việc tiếp."
        )
        return redirect("mfa_index")
