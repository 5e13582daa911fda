from allauth.account.adapter import DefaultAccountAdapter
from django.utils import timezone

from correspondence.accounts import mail_new_password


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
