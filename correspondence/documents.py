"""Official documents: drafted from data, numbered by the clerk, then fixed copy by copy (NĐ 30/2020/NĐ-CP).

draft → issued. A draft can be edited and printed with blanks for number and date; an issued document never
changes (a trigger guards it), and each recipient's PDF is rendered once and kept with its SHA-256.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from correspondence import drafting, pdf, printing
from correspondence.handling import stop_letters_with
from correspondence.models import Letterhead, OfficialDocument
from correspondence.nd30 import FORMS
from directory.audit import record
from directory.models import Organisation, User
from hoinghi.files import clean_name
from hoinghi.text import format_date, nfc

MAX_NUMBER = 99_999
# What a clerk may still put right in a draft; the rest comes from the data that the document is drafted from.
EDITABLE = ("subject", "drafting_unit", "signer_title", "signer_name", "recipients")


class NotADraft(Exception):
    """The document has been issued meanwhile; nothing in it can change."""


@transaction.atomic
def draft(
    *,
    kind: str,
    letterhead: Letterhead,
    subject: str,
    content: dict,
    actor: User | str,
    replaces: OfficialDocument | None = None,
) -> OfficialDocument:
    """Write a draft with what the letterhead says today.

    Arguments:
        kind: a value of ``OfficialDocument.Kind``.
        subject: trích yếu.
        content: the values that the kind's form prints (``correspondence.nd30``).
        replaces: the document whose place it will take (``correspondence.lifecycle.replace``).

    Raises:
        ValidationError: a value is missing or cannot be printed; the message names it.
    """
    content = printing.clean(content)
    if FORMS[kind].has_address:
        content["address_line"] = letterhead.address_line
    document = OfficialDocument(
        kind=kind,
        letterhead=letterhead,
        issuer=letterhead.organisation,
        register=kind,
        parent_name=letterhead.parent_name,
        issuer_name=letterhead.name,
        symbol=letterhead.symbol,
        drafting_unit=letterhead.drafting_unit,
        place=letterhead.place,
        subject=nfc(subject),
        content=content,
        signer_title=letterhead.signer_title,
        signer_name=letterhead.signer_name,
        recipients=letterhead.recipients,
        replaces=replaces,
    )
    printing.check(document)
    document.save()
    record(actor=actor, action="document.draft", target=document, changes={"subject": [None, subject]})
    return document


@transaction.atomic
def edit_draft(*, document: OfficialDocument, values: dict[str, str], actor: User) -> OfficialDocument:
    """Put a draft right: subject, signer, recipients, and the texts that its kind lets staff write.

    Arguments:
        values: field → text, of the fields in ``EDITABLE`` and the kind's ``Form.editable``.

    Raises:
        NotADraft: it has been issued meanwhile.
        ValidationError: the document could not be printed with these values.
    """
    _lock_draft(document)
    changes = {}
    for field in EDITABLE:
        before, after = getattr(document, field), nfc(values.get(field, getattr(document, field)), lines=True)
        if after != before:
            changes[field] = [before, after]
            setattr(document, field, after)
    if "subject" in changes:
        drafting.keep_subject(document, before=changes["subject"][0])
    changes |= drafting.put(document, values)
    printing.check(document)
    document.save(update_fields=[*EDITABLE, "content", "updated_at"])
    if changes:
        record(actor=actor, action="document.edit", target=document, changes=changes)
    return document


@transaction.atomic
def restore_draft(*, document: OfficialDocument, actor: User) -> OfficialDocument:
    """Take back what staff wrote by hand: the draft says what the data say.

    Raises:
        NotADraft: it has been issued meanwhile.
        ValidationError: the document could not be printed with these values.
    """
    _lock_draft(document)
    drafting.restore(document)
    printing.check(document)
    document.save(update_fields=["subject", "content", "updated_at"])
    record(actor=actor, action="document.restore", target=document)
    return document


@transaction.atomic
def rewrite_draft(
    *, document: OfficialDocument, content: dict, actor: User | str, subject: str | None = None
) -> bool:
    """Put new values into a draft whose matter has changed; answers whether anything is different.

    What staff have written by hand stays; the draft then says that somebody has to look at it.

    Arguments:
        subject: the new trích yếu; None when it is the old one.

    Raises:
        NotADraft: it has been issued meanwhile.
        ValidationError: the document could not be printed with these values.
    """
    _lock_draft(document)
    before = (document.subject, document.content)
    drafting.merge(document, document.subject if subject is None else nfc(subject), printing.clean(content))
    if (document.subject, document.content) == before:
        return False
    printing.check(document)
    document.save(update_fields=["subject", "content", "updated_at"])
    record(actor=actor, action="document.rewrite", target=document)
    return True


def suggest_number(*, issuer: Organisation, register: str, year: int) -> int:
    """The number after the highest one given in this register and year."""
    given = OfficialDocument.objects.filter(issuer=issuer, register=register, issued_on__year=year)
    return (given.aggregate(highest=Max("number"))["highest"] or 0) + 1


@transaction.atomic
def issue(
    *, document: OfficialDocument, number: int, issued_on: dt.date, actor: User | str, at: dt.datetime
) -> OfficialDocument:
    """Enter number and date; from now on the document is fixed, and the one that it replaces is in force no longer.

    Raises:
        NotADraft: it has been issued already.
        ValidationError: number or date cannot be (keys ``number``, ``issued_on``), or a value is missing.
    """
    _lock_register(document)
    _lock_draft(document)
    printing.check(document, to_issue=True)
    _refuse_outdated(document)
    _refuse_wrong_date(document, issued_on, at)
    _refuse_wrong_number(document, number, issued_on.year)
    document.number, document.issued_on, document.state = number, issued_on, OfficialDocument.State.ISSUED
    document.save(update_fields=["number", "issued_on", "state", "updated_at"])
    record(
        actor=actor,
        action="document.issue",
        target=document,
        changes={"number": [None, number], "issued_on": [None, issued_on.isoformat()]},
    )
    if document.replaces_id:
        _take_the_place(document, actor)
    return document


def _take_the_place(document: OfficialDocument, actor: User) -> None:
    """Retire the document that the new one replaces; one that was recalled meanwhile stays recalled."""
    old = OfficialDocument.objects.select_for_update(no_key=True).get(pk=document.replaces_id)
    if old.state == OfficialDocument.State.ISSUED:
        old.state = OfficialDocument.State.REPLACED
        old.save(update_fields=["state", "updated_at"])
        stopped = stop_letters_with(old)
        record(
            actor=actor,
            action="document.replaced",
            target=old,
            changes={"replaced_by": [None, str(document)], "letters_stopped": [0, stopped]},
        )


def _lock_register(document: OfficialDocument) -> None:
    """One clerk at a time in an issuer's registers: without it two see the same number free.

    The unique constraint would refuse the second one too, but as an error, not with a word to the clerk.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=document.issuer_id)


def _lock_draft(document: OfficialDocument) -> None:
    """Read the caller's document anew, locked: what was in memory may be an hour old."""
    document.refresh_from_db(from_queryset=OfficialDocument.objects.select_for_update(no_key=True))
    if not document.is_draft:
        raise NotADraft(
            f"{document} đã được ban hành ngày {format_date(document.issued_on)}, không sửa được nữa."
        )


@transaction.atomic
def issue_next(
    *, document: OfficialDocument, issued_on: dt.date, actor: User | str, at: dt.datetime
) -> OfficialDocument:
    """Issue a document that the portal numbers by itself, under the next number of its register.

    Raises:
        NotADraft, ValidationError: as ``issue``.
    """
    _lock_register(document)
    number = suggest_number(issuer=document.issuer, register=document.register, year=issued_on.year)
    return issue(document=document, number=number, issued_on=issued_on, actor=actor, at=at)


def _refuse_outdated(document: OfficialDocument) -> None:
    if labels := drafting.outdated(document):
        raise ValidationError(
            f"Dữ liệu đã thay đổi sau khi bản thảo được sửa tay ({', '.join(labels).lower()}). "
            "Mở trang sửa bản thảo, so lại rồi lưu, sau đó ban hành."
        )


def _refuse_wrong_date(document: OfficialDocument, issued_on: dt.date, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    if issued_on > today:
        raise ValidationError(
            {"issued_on": f"Ngày ban hành không được sau hôm nay ({format_date(today)}). Nhập lại ngày ký."}
        )
    letterhead = document.letterhead
    if not letterhead.is_valid_on(issued_on):
        raise ValidationError(
            {
                "issued_on": f"Mẫu đầu văn bản “{letterhead}” không có hiệu lực vào ngày {format_date(issued_on)}. "
                "Kiểm tra lại ngày, hoặc soạn lại văn bản theo mẫu đang có hiệu lực."
            }
        )


def _refuse_wrong_number(document: OfficialDocument, number: int, year: int) -> None:
    if not 1 <= number <= MAX_NUMBER:
        raise ValidationError({"number": "Số văn bản phải từ 1 đến 99999."})
    register = OfficialDocument.objects.filter(issuer=document.issuer, register=document.register)
    holder = register.filter(issued_on__year=year, number=number).first()
    if holder is not None:
        free = suggest_number(issuer=document.issuer, register=document.register, year=year)
        raise ValidationError(
            {
                "number": f"Số {holder.notation} đã cấp ngày {format_date(holder.issued_on)} cho “{holder.subject}”. "
                f"Số tiếp theo còn trống là {free:02d}."
            }
        )


def render_pdf(document: OfficialDocument, recipient: str = "", code: str = "") -> bytes:
    """The document as PDF; without a recipient his place is dotted, in a draft number and date are blank.

    Arguments:
        code: of the copy that this is; it carries the QR by which anyone can check it.

    Raises:
        ValidationError: a value is missing or cannot be printed.
    """
    return pdf.render(printing.page(document, recipient, code))


def file_name(document: OfficialDocument, recipient: str = "") -> str:
    """What the PDF is called on the recipient's disk: ``Giấy mời – Sở Công Thương tỉnh Đắk Lắk.pdf``."""
    stem = f"{document.get_kind_display()} – {recipient or _nameless(document)}"
    # File systems end a name at 255 bytes, and a Vietnamese letter may take three.
    while len(stem.encode()) > 240:
        stem = stem.rpartition(" ")[0] or stem[:80]
    return clean_name(f"{stem}.pdf")


def _nameless(document: OfficialDocument) -> str:
    if document.is_draft:
        return "dự thảo"
    per_recipient = printing.FORMS[document.kind].per_recipient
    return "bản mẫu" if per_recipient else document.notation.replace("/", "-")
