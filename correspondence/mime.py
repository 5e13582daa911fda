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

from correspondence import labels
from correspondence.models import Attachment, Message
from correspondence.policies import obstacle_to_sending
from directory import links
from hoinghi.text import VIETNAM

# What every program shows without wrapping, and the longest line of base64.
LINE = 76


class Undeliverable(Exception):
    """The letter cannot be made, and trying later would not help; the text is shown to staff."""


def sender_address() -> str:
    """The envelope's sender: where bounces come back to."""
    return _name_and_address(settings.DEFAULT_FROM_EMAIL)[1]


@lru_cache(maxsize=8)  # the same for every letter
def _name_and_address(mailbox: str) -> tuple[str, str]:
    return parseaddr(mailbox)


def compose(message: Message) -> bytes:
    """The whole letter with its links filled in; made anew for each try, so no usable link is ever stored.

    Raises:
        Undeliverable: an attachment is missing or not what it was, or the link in the letter is dead.
    """
    files = [(attachment, read_attachment(attachment)) for attachment in message.attachments.all()]
    part = _body(message, files)
    if files:
        part = _multipart("mixed", [part, *(_attached(*file) for file in files)])
    headers = [
        ("From", _mailbox("From", *_name_and_address(settings.DEFAULT_FROM_EMAIL))),
        ("To", _mailbox("To", message.recipient_name, message.address)),
        ("Reply-To", message.reply_to),
        ("Subject", _encoded("Subject", message.subject)),
        ("Date", format_datetime(timezone.now().astimezone(VIETNAM))),
        ("Message-ID", message.message_id),
        ("Content-Language", "vi"),
        ("Auto-Submitted", "auto-generated"),
        # Exchange does not look at the header above before it answers for somebody on leave.
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("List-Unsubscribe", _no_more(message)),
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


def _no_more(message: Message) -> str:
    """How to get no more reminders: a letter to the contact of the conference, who decides."""
    if not labels.is_reminder(message.kind) or not message.reply_to:
        return ""
    subject = quote(f"Đề nghị không gửi thư nhắc ({message.topic})", safe="")
    return f"\r\n <mailto:{message.reply_to}?subject={subject}>"


def _body(message: Message, files: list[tuple[Attachment, bytes]]) -> bytes:
    """The letter as text, as HTML and, when it invites to or calls off an event, as that.

    Outlook and Gmail take an event into the calendar from here only; other programs from the attached file.
    """
    url = _url_in(message)
    parts = [_text(wrapped(message.text.replace("{link}", url)), "plain")]
    if message.html:
        parts.append(_text(message.html.replace("{link}", escape(url)), "html"))
    parts += [
        _part(content, attachment.content_type)
        for attachment, content in files
        if _asks(attachment.content_type)
    ]
    return parts[0] if len(parts) == 1 else _multipart("alternative", parts)


def wrapped(text: str) -> str:
    """Plain text in lines that need no wrapping by whoever shows it; addresses are never broken."""
    # By hand: textwrap would take as long as all the rest of a letter.
    return "\n".join(line if len(line) <= LINE else _wrapped_line(line) for line in text.split("\n"))


def _wrapped_line(line: str) -> str:
    indent = "  " if line.startswith("- ") else ""
    lines, current = [], ""
    for word in line.split():
        if current and len(current) + len(word) >= LINE:
            lines.append(current)
            current = indent + word
        else:
            current = f"{current} {word}" if current else word
    return "\n".join([*lines, current])


@lru_cache
def _asks(content_type: str) -> bool:
    """Whether a file is an event that the recipient is invited to, or that is called off (RFC 6047)."""
    kind, *parameters = (each.strip() for each in content_type.split(";"))
    return kind == "text/calendar" and not {"method=REQUEST", "method=CANCEL"}.isdisjoint(parameters)


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


def _attached(attachment: Attachment, content: bytes) -> bytes:
    # An event that stands in the body goes along as a mere file, or it would be taken in twice.
    kind = "application/ics" if _asks(attachment.content_type) else attachment.content_type
    old, new = _file_names(attachment.name)
    return _part(content, f"{kind};\r\n {old}", f"Content-Disposition: attachment;\r\n {new}")


@lru_cache(maxsize=1024)
def _file_names(name: str) -> tuple[str, str]:
    """A file's name as old programs look for it, beside the type and encoded as in a header (old Outlooks, many
    a web mail), and by RFC 2231, in one line: that has room for some hundred Vietnamese letters."""
    path = Path(name)
    short = f"{path.stem[:80]}{path.suffix[:10]}"
    words = Header(short, "utf-8", maxlinelen=70).encode(linesep="\r\n")
    return f'name="{words}"', f"filename*=utf-8''{quote(short, safe='')}"


def read_attachment(attachment: Attachment) -> bytes:
    """The file's bytes; a copy of a document is the one that was issued, or it is not sent.

    Raises:
        Undeliverable: the document is in force no longer, or the stored file is gone or was changed.
    """
    copy = attachment.copy
    if copy is None:
        return bytes(attachment.content)
    # As it was when the letter was claimed; a recall since then has cancelled the letter.
    if obstacle := obstacle_to_sending(copy.document):
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
