"""A letter as the bytes that go over the wire.

By the older half of the email package, like Django's own mails: ``EmailMessage`` takes twice the time, and its
folding (Python 3.11) drops the quotes of a long name with commas, so that one recipient becomes many.
"""

import hashlib
from email.header import Header
from email.message import Message as Part
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, parseaddr
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape

from correspondence.models import Attachment, Message, OfficialDocument
from correspondence.policies import obstacle_to_sending
from directory import links

WIRE = compat32.clone(linesep="\r\n")


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
    mail = _body(message)
    if attachments := message.attachments.all():
        mail = MIMEMultipart("mixed", _subparts=[mail, *map(_attached, attachments)])
    mail["From"] = _mailbox("From", *parseaddr(settings.DEFAULT_FROM_EMAIL))
    mail["To"] = _mailbox("To", message.recipient_name, message.address)
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    mail["Subject"] = Header(message.subject, "utf-8", header_name="Subject")
    mail["Date"] = format_datetime(timezone.localtime())
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    return mail.as_bytes(policy=WIRE)


def _mailbox(header: str, name: str, address: str) -> Header | str:
    """A name and an address; the name always encoded, so that nothing in it needs quotes."""
    if not name:
        return address
    mailbox = Header(name, "utf-8", header_name=header)
    mailbox.append(f"<{address}>", "us-ascii")
    return mailbox


def _body(message: Message) -> Part:
    url = _url_in(message)
    text = _text(message.text.replace("{link}", url), "plain")
    if not message.html:
        return text
    html = _text(message.html.replace("{link}", escape(url)), "html")
    return MIMEMultipart("alternative", _subparts=[text, html])


def _text(text: str, subtype: str) -> Part:
    # Inside base64 nobody else makes the line ends what the standard wants.
    return MIMEText(text.replace("\r\n", "\n").replace("\n", "\r\n"), subtype, "utf-8")


def _url_in(message: Message) -> str:
    """The address behind ``{link}``."""
    if message.link is None:
        return f"{settings.PUBLIC_URL}{message.link_path}"
    if not message.link.is_live(timezone.now()):
        raise Undeliverable(
            "Không gửi: đường dẫn cá nhân trong thư đã hết hạn hoặc đã được thay bằng đường dẫn mới."
        )
    return f"{settings.PUBLIC_URL}{links.path_of(message.link)}"


def _attached(attachment: Attachment) -> Part:
    part = MIMEApplication(read_attachment(attachment))
    part.replace_header("Content-Type", attachment.content_type)
    # RFC 2231, in one line: that has room for some hundred Vietnamese letters.
    name = Path(attachment.name)
    short = f"{name.stem[:80]}{name.suffix[:10]}"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", short))
    return part


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
