"""From words to a letter: one frame, a text part and an HTML part."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from hoinghi.text import nfc


@dataclass(frozen=True)
class Letter:
    """What ``outbox.enqueue`` carries; ``{link}`` in the parts is filled when the letter is handed over."""

    subject: str
    text: str
    html: str


def render_letter(template: str, context: dict) -> Letter:
    """Render templates/mail/<template>.txt and .html, which stand in the frame mail/base.

    Arguments:
        context: what mail/base.html lists; ``subject`` is required.
    """
    return Letter(
        # One line, whatever a name in it holds: a subject is a header.
        subject=" ".join(nfc(context["subject"]).split()),
        text=render_to_string(f"mail/{template}.txt", context),
        html=render_to_string(f"mail/{template}.html", context),
    )
