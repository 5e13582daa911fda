"""The demo's mailbox: the mails that bin/run caught instead of sending them (``HOINGHI_DEMO`` only).

Files are named by their time of arrival, so that names in reverse order are the newest first.
"""

import datetime as dt
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property, wraps
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hoinghi.access import access, anyone
from hoinghi.files import content_disposition
from hoinghi.text import fold

PER_PAGE = 40
# Layout of mails lives in style attributes. Nothing runs or loads here, and the page has no origin.
MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups "
    "allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class CaughtMail:
    path: Path
    headers_only: bool = False

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def message(self) -> EmailMessage:
        with self.path.open("rb") as file:
            return BytesParser(policy=policy.default).parse(file, headersonly=self.headers_only)

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.path.stat().st_mtime, dt.UTC)

    @property
    def subject(self) -> str:
        return self.message["Subject"] or ""

    @property
    def sender(self) -> str:
        return self.message["From"] or ""

    @property
    def to(self) -> str:
        """Whom the letter names; else where it was really sent."""
        return self.message["To"] or self.envelope_to

    @property
    def reply_to(self) -> str:
        return self.message["Reply-To"] or ""

    @property
    def envelope_to(self) -> str:
        return self.message["X-Envelope-To"] or ""

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""

    @property
    def attachments(self) -> list[EmailMessage]:
        return list(self.message.iter_attachments())

    @property
    def file_names(self) -> list[str]:
        return [part.get_filename() or "tep" for part in self.attachments]


def mailbox() -> list[CaughtMail]:
    folder = settings.HOINGHI_HOME / "mail"
    return [CaughtMail(path, headers_only=True) for path in sorted(folder.glob("*.eml"), reverse=True)]


def _get_mail_or_404(name: str) -> CaughtMail:
    path = settings.HOINGHI_HOME / "mail" / f"{name}.eml"
    if not path.is_file():
        raise Http404("No such mail")
    return CaughtMail(path)


def demo_only(view):
    """Outside the demo these pages do not exist: mails carry personal links."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404("No demo")
        return view(request, *args, **kwargs)

    return access(anyone)(checked)


@demo_only
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    query = fold(request.GET.get("q", ""))
    mails = [mail for mail in mailbox() if query in fold(f"{mail.to} {mail.subject}")]
    page = Paginator(mails, PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "correspondence/demo_mail.html", {"page": page, "query": request.GET.get("q", "")})


@demo_only
@require_safe
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "correspondence/demo_mail_page.html", {"mail": _get_mail_or_404(name)})


@demo_only
@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, for the frame of ``mail_page``; its links open in the whole window."""
    html = _get_mail_or_404(name).html
    if not html:
        raise Http404("No HTML part")
    response = HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
    response["Content-Security-Policy"] = MAIL_CSP
    response["X-Content-Type-Options"] = "nosniff"
    return response


@demo_only
@require_safe
def mail_file(request: HttpRequest, name: str, number: int) -> HttpResponse:
    mail = _get_mail_or_404(name)
    if number >= len(mail.attachments):
        raise Http404("No such file")
    part = mail.attachments[number]
    return HttpResponse(
        part.get_payload(decode=True),
        content_type=part.get_content_type(),
        headers={
            "Content-Disposition": content_disposition(mail.file_names[number]),
            "X-Content-Type-Options": "nosniff",
        },
    )
