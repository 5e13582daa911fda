"""What SECURITY_CONTACT may name; apart from the page that shows it, because settings are read before all else."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

UNFIT = frozenset(" <>\"'\r\n")


def read_contacts(texts: list[str]) -> list[str]:
    """As security.txt writes them: ``https:`` and ``tel:`` addresses, mailboxes with or without ``mailto:``.

    Raises:
        ValueError: one of them is nothing of these.
    """
    return [_contact(text.strip()) for text in texts if text.strip()]


def _contact(text: str) -> str:
    if text.startswith(("https://", "tel:+")) and text.isascii() and not UNFIT & {*text}:
        return text
    mailbox = text.removeprefix("mailto:")
    try:
        validate_email(mailbox)
    except ValidationError:
        raise ValueError(f"{text!r} is no mailbox, and no address with https: or tel:+.") from None
    return f"mailto:{mailbox}"
