"""From the values of a document to the page that is printed: whether it can be, and how its lines are laid out."""

import re
from itertools import count

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import Context, Engine
from django.utils.functional import SimpleLazyObject

from correspondence import verification
from correspondence.models import OfficialDocument
from correspondence.nd30 import BY_HAND, FORMS
from correspondence.typesetting import balanced, unprintable
from hoinghi.text import format_long_date, format_phones, nfc, upper

# The columns of nd30.css, in mm and pt.
ISSUER = {"size": 13, "width": 63.7}
SIGNER = {"size": 14, "width": 97.4}
SUBJECT = {"size": 14, "width": 150}

BLANK_DATE = "ngày     tháng     năm" + " " * 8
DOTTED_DATE = "ngày …… tháng …… năm ………"
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


def check(document: OfficialDocument, *, to_issue: bool = False) -> None:
    """Refuse a document that would be printed with a gap.

    Arguments:
        to_issue: whether what a draft may leave to be filled in must be there as well.

    Raises:
        ValidationError: names every missing value, or the characters that the font lacks.
    """
    form, content = FORMS[document.kind], document.content
    missing = [name for field, name in form.fields.items() if not getattr(document, field).strip()]
    needed = form.required | (form.filled_in if to_issue else {})
    missing += [name for key, name in needed.items() if not content.get(key)]
    missing += [
        line.get("label") or "tên của một mục"
        for line in content.get("lines") or ()
        if not (line.get("label") and (line.get("text") or line.get("items")))
    ]
    if appendix := content.get("appendix"):
        missing += [
            f"{name} của phụ lục"
            for key, name in (("title", "tên"), ("paragraphs", "nội dung"))
            if not appendix.get(key)
        ]
    if missing:
        raise ValidationError(f"Văn bản còn thiếu: {', '.join(missing)}. Bổ sung rồi làm lại.")
    printed = {key: value for key, value in content.items() if key != BY_HAND}
    fields = (*form.fields, "parent_name", "drafting_unit", "signer_name", "recipients")
    _refuse_unprintable(" ".join([*_texts(printed), *(getattr(document, field) for field in fields)]))


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
    check(document, to_issue=not document.is_draft)
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
        "about_lines": balanced(f"V/v {document.subject}", bold=False, **ISSUER),
        "recipient": recipient or DOTS,
        "content": _content(document),
        "appendix": _appendix(document),
        "signer_lines": [
            part for line in document.signer_title.splitlines() for part in balanced(line, **SIGNER)
        ],
        "signer_name": document.signer_name,
        "recipient_lines": _recipient_lines(document.recipients),
    }


def _content(document: OfficialDocument) -> dict:
    """What the kind's page names; a key that may be missing is there, empty."""
    form, content = FORMS[document.kind], document.content
    dotted = {key: content.get(key) or DOTS for key in form.filled_in}
    defaults = {"phones": False, "address_line": ""}
    laid_out = {
        "lines": [_line(line) for line in content.get("lines", ())],
        "paragraphs": [_paragraph(text) for text in _paragraphs(document)],
        "addressees": _listed(content.get("addressees", ())),
        "present": _listed(content.get("present", ())),
        "unit_lines": balanced(upper(content.get("unit", "")), **SIGNER),
        "sections": _numbered(content.get("sections", ())),
    }
    return defaults | content | dotted | laid_out


def _line(line: dict) -> dict:
    # In a template `line.items` without such a key would be the method of dict.
    return {"label": line["label"], "text": line.get("text", ""), "items": line.get("items", [])}


# "1. Thời gian, địa điểm": the heading of a numbered part has no full stop; a numbered sentence has one.
_HEADING = re.compile(r"(?:[IVX]+|\d{1,2})\. .{1,120}[^.;:,]")


def _paragraph(text: str) -> dict:
    style = "heading" if _HEADING.fullmatch(text) else "leads" if text.endswith(":") else ""
    return {"text": text, "style": style}


def _listed(places: list[str]) -> list[str]:
    """Several places one below the other, "- …;", the last one with a full stop; a single one stands alone."""
    if len(places) < 2:
        return list(places)
    return [f"- {place}{'.' if number == len(places) else ';'}" for number, place in enumerate(places, 1)]


def _numbered(sections: list[dict]) -> list[dict]:
    """The sections of a list of people, who are numbered through; telephones as they are read."""
    numbers = count(1)
    return [
        section
        | {
            "people": [
                person | {"number": next(numbers), "phone": format_phones(person.get("phone", ""))}
                for person in section["people"]
            ]
        }
        for section in sections
    ]


def _paragraphs(document: OfficialDocument) -> list[str]:
    """The paragraphs, and at their end which document this one replaces (Điều 18: by an equivalent one).

    Where no closing sentence of its own follows, the last paragraph stays the last.
    """
    paragraphs = list(document.content.get("paragraphs", ()))
    if document.replaces is not None:
        place = len(paragraphs) if document.content.get("closing") else len(paragraphs) - 1
        paragraphs.insert(place, f"{document.get_kind_display()} này thay thế {_cited(document.replaces)}.")
    return paragraphs


def _cited(document: OfficialDocument) -> str:
    """ "Giấy mời số 05/GM-BCT ngày 05 tháng 01 năm 2026 của Bộ Công Thương"; dots until it has a number."""
    date = format_long_date(document.issued_on) if document.issued_on else DOTTED_DATE
    number = document.notation if document.number else f"……{document.notation.strip()}"
    return f"{document.get_kind_display()} số {number} {date} của {document.issuer.name}"


def _appendix(document: OfficialDocument) -> dict | None:
    appendix = document.content.get("appendix")
    return appendix and {
        "title_lines": balanced(upper(appendix["title"]), **SUBJECT),
        "cited_lines": balanced(f"(Kèm theo {_cited(document)})", bold=False, **SUBJECT),
        "paragraphs": [_paragraph(text) for text in appendix["paragraphs"]],
    }


def _recipient_lines(recipients: str) -> list[str]:
    """Nơi nhận as printed, however it was typed: "- Như trên;", the last one with a full stop."""
    places = [place for line in recipients.splitlines() if (place := line.strip(" -–+;."))]
    return [f"- {place}{'.' if number == len(places) else ';'}" for number, place in enumerate(places, 1)]
