"""From the values of a document to the page that is printed: what each kind needs, and how it is laid out."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import Context, Engine
from django.utils.functional import SimpleLazyObject

from correspondence import verification
from correspondence.models import OfficialDocument
from correspondence.typesetting import balanced, unprintable
from hoinghi.text import format_long_date, nfc, upper


@dataclass(frozen=True)
class Form:
    """A form of NĐ 30/2020, Phụ lục III.

    Arguments:
        template: its page, in templates/pdf.
        required: keys of the content that must be there → what staff call them.
        per_recipient: whether it prints whom it goes to; else all get the same file.
    """

    template: str
    required: dict[str, str]
    per_recipient: bool = False


FORMS = {
    OfficialDocument.Kind.INVITATION: Form(
        "pdf/giay_moi.html",
        {
            "organiser": "cơ quan mời",
            "event": "tên hội nghị",
            "lines": "chủ trì, thời gian, địa điểm",
            "closing": "câu kết",
        },
        per_recipient=True,
    ),
}
# Fields of the document itself that every form prints.
REQUIRED_FIELDS = ("issuer_name", "symbol", "place", "subject", "signer_title", "recipients")

# The columns of nd30.css, in mm and pt.
ISSUER = {"size": 13, "width": 63.7}
SIGNER = {"size": 14, "width": 97.4}
SUBJECT = {"size": 14, "width": 150}

BLANK_DATE = "ngày     tháng     năm" + " " * 8
DOTS = "…" * 10


class _Strict(str):
    """What the template engine prints for a name that it does not know: nothing, it stops.

    Django asks whether "%s" stands in it and then formats it with the name.
    """

    def __mod__(self, variable):
        raise KeyError(f"a document's template names “{variable}”, which has no value")


# Its own engine: no context processors, no tags that reach into the project, and nothing silently blank.
_engine = SimpleLazyObject(
    lambda: Engine(dirs=[settings.BASE_DIR / "templates"], string_if_invalid=_Strict("%s"))
)


def clean(value):
    """Content in the one spelling that is stored and printed (``hoinghi.text.nfc``), all the way down."""
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value


def check(document: OfficialDocument) -> None:
    """Refuse a document that would be printed with a gap.

    Raises:
        ValidationError: names every missing value, or the characters that the font lacks.
    """
    missing = [
        document._meta.get_field(field).verbose_name.removesuffix(" (như in)")
        for field in REQUIRED_FIELDS
        if not getattr(document, field).strip()
    ]
    content = document.content
    missing += [label for key, label in FORMS[document.kind].required.items() if not content.get(key)]
    missing += [
        line.get("label") or "tên của một mục"
        for line in content.get("lines") or ()
        if not (line.get("label") and (line.get("text") or line.get("items")))
    ]
    if missing:
        raise ValidationError(f"Văn bản còn thiếu: {', '.join(missing)}. Bổ sung rồi làm lại.")
    fields = (*REQUIRED_FIELDS, "parent_name", "signer_name")
    _refuse_unprintable(" ".join([*_texts(content), *(getattr(document, field) for field in fields)]))


def _texts(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in _texts(item)]


def _refuse_unprintable(text: str) -> None:
    if strange := unprintable(text):
        raise ValidationError(
            f"Phông chữ của văn bản không có ký tự: {' '.join(strange)}. Thay bằng chữ hoặc dấu thông thường."
        )


def page(document: OfficialDocument, recipient: str = "", code: str = "") -> str:
    """The document as the HTML page that ``correspondence.pdf`` sets.

    Arguments:
        recipient: who it goes to, where the form prints him.
        code: by which the copy can be checked in public; without one nothing is said about checking.

    Raises:
        ValidationError: a value is missing or cannot be printed.
    """
    check(document)
    recipient = nfc(recipient)
    _refuse_unprintable(recipient)
    values = _values(document, recipient) | {"verification": _verification(code) if code else None}
    return _engine.get_template(FORMS[document.kind].template).render(Context(values))


def _verification(code: str) -> dict[str, str]:
    return {
        "qr": verification.qr_of(code),
        "code": verification.grouped(code),
        "address": verification.short_address(),
    }


def _values(document: OfficialDocument, recipient: str) -> dict:
    kind = document.get_kind_display()
    number = document.notation.strip() if document.number else "dự thảo"
    return {
        "title": f"{kind} {number}: {document.subject}",
        "issuer": document.issuer.name,
        "subject": document.subject,
        "parent_lines": balanced(document.parent_name, **ISSUER),
        "issuer_lines": balanced(document.issuer_name, **ISSUER),
        "notation": document.notation,
        "place": document.place,
        "date": format_long_date(document.issued_on) if document.issued_on else BLANK_DATE,
        "kind_title": upper(kind),
        "subject_lines": balanced(document.subject, **SUBJECT),
        "recipient": recipient or DOTS,
        "content": document.content | {"lines": [_line(line) for line in document.content.get("lines", ())]},
        "signer_lines": [
            part for line in document.signer_title.splitlines() for part in balanced(line, **SIGNER)
        ],
        "signer_name": document.signer_name,
        "recipient_lines": _recipient_lines(document.recipients),
    }


def _line(line: dict) -> dict:
    # In a template `line.items` without such a key would be the method of dict.
    return {"label": line["label"], "text": line.get("text", ""), "items": line.get("items", [])}


def _recipient_lines(recipients: str) -> list[str]:
    """Nơi nhận as printed, however it was typed: "- Như trên;", the last one with a full stop."""
    places = [place for line in recipients.splitlines() if (place := line.strip(" -–+;."))]
    return [f"- {place}{'.' if number == len(places) else ';'}" for number, place in enumerate(places, 1)]
