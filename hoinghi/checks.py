"""System checks for settings that must agree with one another; ``manage.py check`` and ``migrate`` show them."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Warning as CheckWarning
from django.core.checks import register
from django.http.request import validate_host


@register
def production_is_not_half_local(app_configs, **kwargs) -> list[CheckWarning]:
    """Values that are right on a desk and wrong in production, where they would only show in the letters."""
    if not settings.PRODUCTION:
        return []
    found = []
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme != "https" or not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        found.append(
            CheckWarning(
                f"PUBLIC_URL is {settings.PUBLIC_URL!r}; links in letters and documents start with it.",
                hint="Set it to the https address of the portal; its host must be in ALLOWED_HOSTS.",
                id="hoinghi.W001",
            )
        )
    if settings.EMAIL_HOST in ("localhost", "127.0.0.1") and settings.EMAIL_PORT == 1025:
        found.append(
            CheckWarning(
                "EMAIL_URL is not set; letters go to a mail catcher that production does not have.",
                hint="Set it to the mail server: smtp+tls://user:password@host:587.",
                id="hoinghi.W002",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".example"):
        found.append(
            CheckWarning(
                f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}; nobody can answer there.",
                hint="Set it to the portal's own mailbox.",
                id="hoinghi.W003",
            )
        )
    return found
