import base64
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils import timezone

from correspondence.accounts import mail_new_password
from hoinghi import sealing

SECOND_FACTOR = "second factor"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by staff; nobody signs up. What is mailed goes through the outbox."""

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        # Staff go to their desk, everybody else to the page that lists what waits for them.
        return "/quan-tri/" if request.user.is_staff else "/loi-moi/"

    def send_password_reset_mail(self, user, email, context):
        """Instead of allauth's own link: ours is revoked when used, replaced, or when staff say so."""
        mail_new_password(user=user, at=timezone.now())


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps are encrypted with a key made from SECRET_KEY: a stolen dump opens no account."""

    def get_totp_issuer(self):
        return settings.MFA_TOTP_ISSUER

    def _get_site_name(self):
        return settings.MFA_TOTP_ISSUER

    def encrypt(self, text):
        return sealing.seal(text, SECOND_FACTOR)

    def decrypt(self, encrypted_text):
        try:
            return sealing.unseal(encrypted_text, SECOND_FACTOR)
        except sealing.Unreadable:
            # SECRET_KEY was changed: a key that fits nothing, so that the codes are wrong and no page breaks.
            return base64.b32encode(secrets.token_bytes(20)).decode()
