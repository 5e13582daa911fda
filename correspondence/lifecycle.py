"""What becomes of an official document once it is issued: signed, replaced, recalled (NĐ 30/2020, Điều 18).

issued → replaced | recalled, and nothing else: a trigger guards it. What has been sent stays sent; letters that
still wait with a copy of a document that is in force no longer are stopped.
"""

import datetime as dt
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from correspondence import copies, documents, letters, verification
from correspondence.handling import stop_letters_with
from correspondence.models import Attachment, Letterhead, Message, OfficialDocument, SignedCopy
from correspondence.outbox import OutgoingLetter, enqueue_many
from correspondence.waking import SEND, wake_on_commit
from directory.audit import record
from directory.models import User
from hoinghi.files import dropped_on_failure, examine
from hoinghi.text import format_date, format_moment, nfc

State = OfficialDocument.State
# Letters that the recipient has, or may have.
GONE = (Message.State.SENDING, Message.State.SENT, Message.State.UNKNOWN)
# Those that no worker holds.
CHANGEABLE = (Message.State.DRAFT, Message.State.QUEUED, Message.State.FAILED)
WAITING = (Message.State.DRAFT, Message.State.QUEUED, Message.State.CLAIMED)

# Told of every replacement, in its transaction: (old document, draft that will replace it, actor).
Heir = Callable[[OfficialDocument, OfficialDocument, User], None]
_heirs: list[Heir] = []


class NotInForce(Exception):
    """The document is a draft, or has been replaced or recalled; the text is for the person who tried."""


class AlreadyReplaced(Exception):
    """A draft that will replace the document is there already."""

    def __init__(self, draft: OfficialDocument):
        super().__init__(f"Đã có dự thảo thay thế, soạn lúc {format_moment(draft.created_at)}.")
        self.draft = draft


def register_heir(heir: Heir) -> None:
    """Let an app that ties documents to its own rows tie the replacement to them too (``AppConfig.ready``)."""
    _heirs.append(heir)


def _lock_in_force(document: OfficialDocument) -> None:
    """Read the caller's document anew, locked.

    Raises:
        NotInForce: it is not issued, or not in force any more.
    """
    document.refresh_from_db(from_queryset=OfficialDocument.objects.select_for_update(no_key=True))
    if document.state != State.ISSUED:
        raise NotInForce(f"{document} đang ở trạng thái “{document.get_state_display()}”.")


# ── signed ──────────────────────────────────────────────────────────────────────────────────────────


def add_signed_copy(*, document: OfficialDocument, upload, actor: User) -> SignedCopy:
    """Keep the signed document, a scan or a digitally signed PDF; the newest one is what is sent from now on.

    Raises:
        NotInForce: it is not issued, or not in force any more.
        ValidationError: the file is no PDF, or has been taken already.
    """
    examined = examine(upload)
    if examined.content_type != "application/pdf":
        raise ValidationError(f"“{examined.name}” không phải PDF. Lưu bản quét hoặc bản ký số thành PDF.")
    signed = SignedCopy(
        document=document,
        file_name=examined.name,
        size=examined.size,
        sha256=examined.sha256,
        uploaded_by=actor,
    )
    with dropped_on_failure(signed.file), transaction.atomic():
        _lock_in_force(document)
        if known := document.signed_copies.filter(sha256=examined.sha256).first():
            raise ValidationError(f"Tệp này đã được tải lên lúc {format_moment(known.uploaded_at)}.")
        signed.file.save(examined.disk_name, upload, save=False)
        signed.save()
        changes = {"sha256": [None, signed.sha256]}
        record(actor=actor, action="document.sign", target=document, changes=changes)
        _send_signed_copies(document)
    return signed


def _send_signed_copies(document: OfficialDocument) -> None:
    """Letters that have not gone take what was signed along, in place of the copy that they were written with."""
    carrying = Attachment.objects.filter(copy__document=document).values("message")
    letters_there = Message.objects.filter(pk__in=carrying, state__in=CHANGEABLE)
    locked = list(letters_there.select_for_update().values_list("pk", flat=True))
    attachments = list(
        Attachment.objects.filter(message__in=locked, copy__document=document).select_related(
            "copy__organisation"
        )
    )
    if not attachments:
        return
    recipients = {each.copy.recipient: each.copy.organisation for each in attachments}
    signed = copies.ask_for_copies(document=document, recipients=recipients)
    for each in attachments:
        each.copy = signed[each.copy.recipient]
    Attachment.objects.bulk_update(attachments, ["copy"])
    wake_on_commit(SEND)


# ── replaced ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def replace(*, document: OfficialDocument, actor: User) -> OfficialDocument:
    """Draft the document that will take this one's place; issuing it makes this one ``replaced``.

    Raises:
        NotInForce: it is not issued, or not in force any more.
        AlreadyReplaced: the draft is there already.
        ValidationError: the old values cannot be printed any more.
    """
    _lock_in_force(document)
    if draft := document.replaced_by.first():
        raise AlreadyReplaced(draft)
    new = documents.draft(
        kind=document.kind,
        letterhead=_present_letterhead(document.letterhead),
        subject=document.subject,
        content=document.content,
        actor=actor,
        replaces=document,
    )
    if new.letterhead_id == document.letterhead_id:
        # Who signs, and whom it goes to, was put right by hand in the old one.
        kept = {field: getattr(document, field) for field in ("signer_title", "signer_name", "recipients")}
        documents.edit_draft(document=new, values=kept, actor=actor)
    for heir in _heirs:
        heir(document, new, actor)
    record(actor=actor, action="document.replace", target=document, changes={"draft": [None, new.pk]})
    return new


def _present_letterhead(letterhead: Letterhead) -> Letterhead:
    """The same letterhead, or once it has expired its unit's present one."""
    today = timezone.localdate()
    if letterhead.is_valid_on(today):
        return letterhead
    present = Letterhead.objects.as_of(today).filter(organisation=letterhead.organisation_id)
    return present.order_by("pk").first() or letterhead


# ── recalled ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def recall(
    *, document: OfficialDocument, reason: str, actor: User, at: dt.datetime, tell: bool = False
) -> OfficialDocument:
    """Take a document back.

    Arguments:
        reason: printed nowhere but in the letters that tell of the recall, and on the staff's page.
        tell: write to everybody who already has it.

    Raises:
        NotInForce: it is not issued, or not in force any more.
        ValidationError: no reason was given.
    """
    reason = nfc(reason, lines=True)
    if not reason:
        raise ValidationError({"reason": "Nhập lý do thu hồi."})
    _lock_in_force(document)
    document.state, document.recalled_at, document.recall_reason = State.RECALLED, at, reason
    document.save(update_fields=["state", "recalled_at", "recall_reason", "updated_at"])
    stopped = stop_letters_with(document)
    told = _tell_holders(document, at) if tell else 0
    record(
        actor=actor,
        action="document.recall",
        target=document,
        changes={"reason": ["", reason], "letters_stopped": [0, stopped], "told": [0, told]},
    )
    return document


def waiting_letters(document: OfficialDocument) -> QuerySet[Message]:
    """Letters with a copy of the document that have not gone; a recall or a replacement stops them."""
    return Message.objects.filter(attachments__copy__document=document, state__in=WAITING).distinct()


def holders(document: OfficialDocument) -> list[Message]:
    """The last letter to each address that brought the document there, or may have."""
    gone = Message.objects.filter(attachments__copy__document=document, state__in=GONE)
    gone = gone.select_related("contact", "user").prefetch_related("attachments__copy").order_by("pk")
    by_address = {message.address: message for message in gone}
    return sorted(by_address.values(), key=lambda message: (message.recipient_name, message.address))


def _tell_holders(document: OfficialDocument, at: dt.datetime) -> int:
    return enqueue_many((_recall_letter(document, message) for message in holders(document)), at=at)


def _recall_letter(document: OfficialDocument, message: Message) -> OutgoingLetter:
    """What whoever got ``message`` with the document is told; it leads to the page of his own copy."""
    attached = [each.copy for each in message.attachments.all() if each.copy_id]
    copy = next(copy for copy in attached if copy.document_id == document.pk)
    letter = letters.write_letter("document_recalled", *recall_filling(document, message.recipient_name))
    return OutgoingLetter(
        key=f"recall:{document.pk}:{message.address}",
        topic=message.topic,
        kind="document_recalled",
        address=message.contact.email if message.contact else message.address,
        recipient_name=message.recipient_name,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        parts=letter.parts,
        contact=message.contact,
        user=message.user,
        link_path=verification.path_of(copy.code),
        reply_to=message.reply_to,
    )


def recall_filling(document: OfficialDocument, recipient: str) -> tuple[dict[str, str], dict]:
    """Values and frame of the letter that tells of a recall (``letters.write_letter``)."""
    issuer = document.issuer.name
    values = {
        "recipient": recipient,
        "kind": document.get_kind_display(),
        "notation": document.notation.strip(),
        "issued_on": format_date(document.issued_on),
        "subject": document.subject,
        "issuer": issuer,
        "reason": document.recall_reason,
    }
    return values, {"link": "{link}", "organisation": issuer, "signature": issuer}


def sample(code: str) -> tuple[dict[str, str], dict] | None:
    """The last issued document, as if it were recalled: for the preview of the text (``texts.register_texts``)."""
    document = OfficialDocument.objects.exclude(state=State.DRAFT).select_related("issuer").first()
    if document is None:
        return None
    document.recall_reason = document.recall_reason or "Thời gian ghi trong văn bản không đúng."
    copy = document.copies.exclude(recipient="").first()
    return recall_filling(document, copy.recipient if copy else "Sở Công Thương")
