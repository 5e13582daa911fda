"""A letter as the bytes that go over the wire.

Put together by hand: the email package takes ten times as long over a letter with a PDF, and the newer half of
it (Python 3.11) drops the quotes of a long name with commas, so that one recipient becomes many. Every part is
base64, so nothing in it is ever taken for a boundary or a command; every name in a header is an encoded word.
"""

import hashlib
import secrets
from binascii import b2a_base64
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape

from correspondence.models import Attachment, Message, OfficialDocument
from correspondence.policies import obstacle_to_sending
from directory import links

LINE = 76


class Undeliverable(Exception):
    """The letter cannot be made, and trying later would not help; the text is shown to staff."""


def sender_address() -> str:
    """The envelope's sender: where bounces come back to."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def compose(message: Message) -> bytes:
    """The whole letter with its links filled in; made anew for each try, so no usable link is ever stored.

    Raises:
        Undeliverable: an attachment is missing or not what it was, or the link in the letter is dead.
    """
    part = _body(message)
    if attachments := message.attachments.all():
        part = _multipart("mixed", [part, *map(_attached, attachments)])
    headers = [
        ("From", _mailbox("From", *parseaddr(settings.DEFAULT_FROM_EMAIL))),
        ("To", _mailbox("To", message.recipient_name, message.address)),
        ("Reply-To", message.reply_to),
        ("Subject", _encoded("Subject", message.subject)),
        ("Date", format_datetime(timezone.localtime())),
        ("Message-ID", message.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]
    return "".join(f"{name}: {value}\r\n" for name, value in headers if value).encode("ascii") + part


def _mailbox(header: str, name: str, address: str) -> str:
    """A name and an address; the name always encoded, so that nothing in it needs quotes."""
    return f"{_encoded(header, name)}\r\n <{address}>" if name else address


@lru_cache(maxsize=1024)  # the letters of one mailing have most of them in common
def _encoded(header: str, text: str) -> str:
    """Encoded words (RFC 2047) in as many lines as they need after the header's name."""
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _body(message: Message) -> bytes:
    url = _url_in(message)
    text = _text(message.text.replace("{link}", url), "plain")
    if not message.html:
        return text
    html = _text(message.html.replace("{link}", escape(url)), "html")
    return _multipart("alternative", [text, html])


def _text(text: str, subtype: str) -> bytes:
    # Inside base64 nobody else makes the line ends what the standard wants.
    content = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return _part(content, f"text/{subtype}; charset=utf-8")


def _part(content: bytes, content_type: str, *headers: str) -> bytes:
    lines = [f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64", *headers, "", ""]
    encoded = b2a_base64(content, newline=False)
    wrapped = [encoded[start : start + LINE] for start in range(0, len(encoded), LINE)]
    return "\r\n".join(lines).encode("ascii") + b"\r\n".join(wrapped) + b"\r\n"


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    boundary = f"=_{secrets.token_hex(12)}"
    start = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    between = f"--{boundary}\r\n".encode()
    return b"".join([start.encode(), *(between + part for part in parts), f"--{boundary}--\r\n".encode()])


def _url_in(message: Message) -> str:
    """The address behind ``{link}``."""
    if message.link is None:
        return f"{settings.PUBLIC_URL}{message.link_path}"
    if not message.link.is_live(timezone.now()):
        raise Undeliverable(
            "Không gửi: đường dẫn cá nhân trong thư đã hết hạn hoặc đã được thay bằng đường dẫn mới."
        )
    return f"{settings.PUBLIC_URL}{links.path_of(message.link)}"


def _attached(attachment: Attachment) -> bytes:
    # RFC 2231, in one line: that has room for some hundred Vietnamese letters.
    name = Path(attachment.name)
    short = quote(f"{name.stem[:80]}{name.suffix[:10]}", safe="")
    return _part(
        read_attachment(attachment),
        attachment.content_type,
        f"Content-Disposition: attachment; filename*=utf-8''{short}",
    )


def read_attachment(attachment: Attachment) -> bytes:
    """The file's bytes; a copy of a document is the one that was issued, or it is not sent.

    Raises:
        Undeliverable: the document is in force no longer, or the stored file is gone or was changed.
    """
    copy = attachment.copy
    if copy is None:
        return bytes(attachment.content)
    # As it is at this moment: the letter may have been claimed a while ago.
    if obstacle := obstacle_to_sending(OfficialDocument.objects.get(pk=copy.document_id)):
        raise Undeliverable(obstacle)
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
