"""From words to a letter: one frame, a text part and an HTML part."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from django.template.loader import render_to_string
from django.utils.text import Truncator

from correspondence import texts
from correspondence.models import Message
from directory import notices
from hoinghi.text import nfc

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Letter:
    """What ``outbox.enqueue`` carries; ``{link}`` in the parts is filled when the letter is handed over.

    ``parts`` is what it was rendered from: kept with the message, so that a held letter can be edited and
    rendered anew.
    """

    subject: str
    text: str
    html: str
    parts: dict


def render_letter(template: str, context: dict) -> Letter:
    """Render templates/mail/<template>.txt and .html.

    Arguments:
        context: what mail/letter.html lists; ``subject`` is required.
    """
    # One line, whatever a name in it holds: a subject is a header. Names are long; the column has an end.
    subject = Truncator(nfc(context["subject"])).chars(Message._meta.get_field("subject").max_length)
    return Letter(
        subject=subject,
        # However many parts of it are missing, one blank line stands between the others.
        text=_BLANK_LINES.sub("\n\n", render_to_string(f"mail/{template}.txt", context)).strip() + "\n",
        html=render_to_string(f"mail/{template}.html", context),
        parts=context,
    )


def write_letter(code: str, values: Mapping[str, str], frame: dict) -> Letter:
    """A letter in the words of ``code`` (``correspondence.texts``), with ``frame`` around them.

    Arguments:
        values: what is put in at the placeholders of the text.
        frame: the rest of the context of ``mail/letter``: facts, link, signature, contact.
    """
    (letter,) = write_letters(code, [(values, frame)])
    return letter


def write_letters(code: str, fillings: Iterable[tuple[Mapping[str, str], dict]]) -> list[Letter]:
    """Letters in the same words to many; the words are looked up once."""
    fillings = list(fillings)
    words = texts.write_many(code, [values for values, _ in fillings])
    privacy = notices.line_for_letters()
    return [
        render_letter("letter", frame | asdict(each) | {"privacy": privacy})
        for (_, frame), each in zip(fillings, words, strict=True)
    ]
