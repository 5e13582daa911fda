"""What another mail server says of a letter that came back or is late: RFC 3464, and the prose of older servers.

Pure functions over bytes that anybody may have sent. The mail is parsed with the lenient policy, which raises
on nothing that stands in a mail; what it means is decided here.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Part
from email.utils import parseaddr, parsedate_to_datetime

# A report stands before the letter that it returns; what comes after so much is that letter's attachments.
MAX_BYTES = 1_000_000
MAX_TEXT = 200_000
MAX_WORDS = 1000
MAX_GUESSES = 20

_MESSAGE_ID = re.compile(r"<[^<>\s]{3,190}>")
# As ``outbox.message_id_of`` makes them: what to look for in prose.
_OUR_MESSAGE_ID = re.compile(r"\b([0-9a-f]{40}@[A-Za-z0-9.-]{3,100})\b")
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_ADDRESS_TYPE = re.compile(r"^\s*(?:rfc822|utf-8)\s*;\s*", re.IGNORECASE)
_TEXT_TYPE = re.compile(r"^\s*[\w-]+\s*;\s*")
_MAILERS = ("mailer-daemon", "postmaster", "mail-daemon")


class Unreadable(Exception):
    """A delivery report that does not say what it must; the text is for whoever looks after the mailbox."""


@dataclass(frozen=True)
class Report:
    """What became of one letter.

    Arguments:
        report_id: tells this report from all others.
        message_ids: of the letter, the surest first; older servers leave us to guess.
        recipients: to whom it could not be delivered; empty when the server does not say.
        is_final: it will not be tried again.
        status: ``5.1.1`` (RFC 3463), or empty.
        words: the server's.
        sent_at: by the server's clock.
    """

    report_id: str
    message_ids: tuple[str, ...]
    recipients: frozenset[str]
    is_final: bool
    status: str
    words: str
    sent_at: dt.datetime | None

    @property
    def is_about_the_address(self) -> bool:
        """Whether the address itself is dead: not a full mailbox, too big a letter, a rule about us, or a
        server that was away for too long."""
        passing = ("4.", "5.7.", "5.2.2", "5.2.3", "5.3.4")
        return self.is_final and not self.status.startswith(passing)


def read(content: bytes) -> Report | None:
    """The report in a mail; None for any other mail: letters of people, automatic answers, receipts.

    Raises:
        Unreadable: a report that names no letter or no outcome.
    """
    content = content[:MAX_BYTES]
    try:
        mail = message_from_bytes(content)
        status = _find(mail, "message/delivery-status")
        if status is not None:
            return _standard(mail, status, content)
        if mail.get_param("report-type") == "delivery-status":
            raise Unreadable("a delivery report without its machine-readable part")
        if _is_from_a_mailer(mail):
            return _prose(mail, content)
    except RecursionError:
        raise Unreadable("parts are nested too deep") from None
    return None


# ── RFC 3464 ────────────────────────────────────────────────────────────────────────────────────────


def _standard(mail: Part, status: Part, content: bytes) -> Report | None:
    blocks = status.get_payload()
    groups = [block for block in blocks if isinstance(block, Part)] if isinstance(blocks, list) else []
    recipients = [group for group in groups if group.get("Action") or group.get("Status")]
    if not recipients:
        raise Unreadable("a delivery report without recipients")
    bad = [group for group in recipients if _outcome(group) is not None]
    if not bad:
        return None  # delivered, relayed or expanded
    # A letter of ours has one recipient; behind a list there may be several, and one failure is a failure.
    worst = max(bad, key=lambda group: _outcome(group) is True)
    message_ids = _returned_ids(mail, groups[0])
    if not message_ids:
        raise Unreadable("a delivery report that names no letter")
    return Report(
        report_id=_report_id(mail, content),
        message_ids=message_ids,
        recipients=frozenset(
            address
            for group in bad
            for name in ("Final-Recipient", "Original-Recipient")
            if (address := _ADDRESS_TYPE.sub("", _header(group, name)).strip("<> ").lower())
        ),
        is_final=_outcome(worst) is True,
        status=(_STATUS.findall(_header(worst, "Status")) or [""])[0],
        words=_words(_TEXT_TYPE.sub("", _header(worst, "Diagnostic-Code")) or _text_of(mail)),
        sent_at=_date(mail),
    )


def _outcome(group: Part) -> bool | None:
    """True: failed for good; False: delayed; None: it arrived."""
    action, status = _header(group, "Action").lower(), _header(group, "Status")
    if action in ("failed", "delayed"):
        return action == "failed"
    if action in ("delivered", "relayed", "expanded"):
        return None
    return {"5": True, "4": False}.get(status[:1])


def _returned_ids(mail: Part, per_message: Part) -> tuple[str, ...]:
    """Message-IDs of the letter: from what was returned of it, then from the report's own headers."""
    found = []
    if (returned := _find(mail, "message/rfc822", "message/global")) is not None:
        inner = returned.get_payload()
        found += [_header(inner[0], "Message-ID")] if isinstance(inner, list) and inner else []
    if (headers := _find(mail, "text/rfc822-headers", "message/rfc822-headers")) is not None:
        found.append(_header(message_from_bytes(_content(headers).lstrip()), "Message-ID"))
    found += [_header(per_message, "X-Original-Message-ID"), _header(mail, "In-Reply-To")]
    found += reversed(_MESSAGE_ID.findall(_header(mail, "References")))
    ids = [match[0] for each in found if (match := _MESSAGE_ID.search(each))]
    return tuple(dict.fromkeys([*ids, *_ids_in_text(mail)]))[:MAX_GUESSES]


# ── prose ───────────────────────────────────────────────────────────────────────────────────────────


def _is_from_a_mailer(mail: Part) -> bool:
    """Whether a server wrote the mail because of a delivery. A person on leave also has a server that answers."""
    if mail.get("X-Failed-Recipients"):
        return True
    local = parseaddr(_header(mail, "From"))[1].rpartition("@")[0].lower()
    return local in _MAILERS and mail.get_content_type() != "multipart/report"


def _prose(mail: Part, content: bytes) -> Report | None:
    """A report in words alone (qmail, Exim); None: the server writes about something else."""
    text = _text_of(mail)
    status = (_STATUS.findall(text) or [""])[0]
    failed = _header(mail, "X-Failed-Recipients")
    message_ids = _returned_ids(mail, mail)
    if not message_ids:
        return None
    if not (status or failed):
        raise Unreadable("a mail server's words about a letter that do not say what became of it")
    return Report(
        report_id=_report_id(mail, content),
        message_ids=message_ids,
        recipients=frozenset(each.strip("<> \t").lower() for each in failed.split(",") if each.strip()),
        is_final=not status.startswith("4"),
        status=status,
        words=_words(text),
        sent_at=_date(mail),
    )


# ── what a mail is made of ──────────────────────────────────────────────────────────────────────────


def _find(mail: Part, *content_types: str) -> Part | None:
    """The first part of a type. Not inside the returned letter: what stands there is the letter's own."""
    kind = mail.get_content_type()
    if kind in content_types:
        return mail
    if mail.is_multipart() and kind.startswith("multipart/"):
        for part in mail.get_payload():
            if (found := _find(part, *content_types)) is not None:
                return found
    return None


def _header(part: Part, name: str) -> str:
    return " ".join(str(part.get(name, "")).replace("\0", "").split())


def _content(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    if payload is not None:
        return payload
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and inner else b""


def _text_of(mail: Part) -> str:
    """What the server says to people."""
    part = _find(mail, "text/plain") or _find(mail, "text/html")
    if part is None:
        return ""
    content = _content(part)[:MAX_TEXT]
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _ids_in_text(mail: Part) -> list[str]:
    return [f"<{found}>" for found in _OUR_MESSAGE_ID.findall(_text_of(mail))]


def _words(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:MAX_WORDS]


def _report_id(mail: Part, content: bytes) -> str:
    match = _MESSAGE_ID.search(_header(mail, "Message-ID"))
    return match[0] if match else f"sha256:{hashlib.sha256(content).hexdigest()}"


def _date(mail: Part) -> dt.datetime | None:
    try:
        date = parsedate_to_datetime(_header(mail, "Date"))
    except (TypeError, ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)
