"""Whom to tell of a weakness of the portal (RFC 9116)."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hoinghi.access import access, anyone

# Whoever finds a copy that is older asks again. The standard wants less than a year.
GOOD_FOR = dt.timedelta(days=180)


@require_safe
@access(anyone)
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contacts of SECURITY_CONTACT, the most wanted first; without any there is nothing here."""
    if not settings.SECURITY_CONTACT:
        raise Http404("No contact")
    expires = (timezone.now() + GOOD_FOR).astimezone(dt.UTC)
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: vi, en",
        f"Canonical: {settings.PUBLIC_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
