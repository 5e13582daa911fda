"""A letter as the bytes that go over the wire."""

import hashlib
import re
from email.header import Header
from email.message import EmailMessage
from email.message import Message as Headers
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape

from correspondence.models import Attachment, Message
from directory import links


class Undeliverable(Exception):
    """The letter cannot be made, and trying later would not help; the text is shown to staff."""


class _EncodedHeader(str):
    """A header whose text is encoded here, once, and left alone by the email package.

    Its own folding (Python 3.11) drops the quotes of a long name with commas, so that one recipient becomes
    many, and decodes words that somebody typed as ``=?…?=``.
    """

    __slots__ = ("name",)

    def __new__(cls, name: str, text: str, address: str = ""):
        plain = re.fullmatch(r"[A-Za-z0-9 ]{0,60}", text)
        encoded = text if plain else Header(text, "utf-8", header_name=name).encode(linesep="\r\n")
        self = super().__new__(
            cls, f"{encoded}\r\n <{address}>" if encoded and address else encoded or address
        )
        self.name = name
        return self

    def fold(self, *, policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def sender_address() -> str:
    """The envelope's sender: where bounces come back to."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def compose(message: Message) -> bytes:
    """The whole letter with its links filled in; made anew for each try, so no usable link is ever stored.

    Raises:
        Undeliverable: an attachment is missing or not what it was, or the link in the letter is dead.
    """
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _EncodedHeader("From", name, address)
    mail["To"] = _EncodedHeader("To", message.recipient_name, message.address)
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    mail["Subject"] = _EncodedHeader("Subject", message.subject)
    mail["Date"] = format_datetime(timezone.localtime())
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    url = _url_in(message)
    mail.set_content(message.text.replace("{link}", url))
    if message.html:
        mail.add_alternative(message.html.replace("{link}", escape(url)), subtype="html")
    for attachment in message.attachments.all():
        _attach(mail, attachment)
    return mail.as_bytes()


def _url_in(message: Message) -> str:
    """The address behind ``{link}``."""
    if message.link is None:
        return f"{settings.PUBLIC_URL}{message.link_path}"
    if not message.link.is_live(timezone.now()):
        raise Undeliverable(
            "Không gửi: đường dẫn cá nhân trong thư đã hết hạn hoặc đã được thay bằng đường dẫn mới."
        )
    return f"{settings.PUBLIC_URL}{links.path_of(message.link)}"


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    headers = Headers()
    headers["Content-Type"] = attachment.content_type
    (_, _), *params = headers.get_params()
    mail.add_attachment(
        read_attachment(attachment),
        maintype=headers.get_content_maintype(),
        subtype=headers.get_content_subtype(),
        filename=attachment.name,
        params=dict(params),
    )


def read_attachment(attachment: Attachment) -> bytes:
    """The file's bytes; a copy of a document is the one that was issued, or it is not sent.

    Raises:
        Undeliverable: the stored file is gone or was changed.
    """
    copy = attachment.copy
    if copy is None:
        return bytes(attachment.content)
    try:
        with copy.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise Undeliverable(f"Không gửi: không tìm thấy tệp “{attachment.name}” trong kho.") from None
    if hashlib.sha256(content).hexdigest() != copy.sha256:
        raise Undeliverable(
            f"Không gửi: tệp “{attachment.name}” không còn đúng như lúc ban hành (mã băm không khớp)."
        )
    return content
