"""Copies of issued documents: the row at once, so that letters can name it; the PDF later, by a worker.

A page takes its time to set, and hundreds of them would keep the clerk waiting who sends an invitation. A row
without a hash is the order for its PDF; letters that carry it wait (``Message.objects.due``).
"""

import hashlib
import logging
import time
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from correspondence import documents
from correspondence.models import Attachment, DocumentCopy, Message, OfficialDocument, SignedCopy
from correspondence.printing import FORMS
from correspondence.waking import PRINT, SEND, wake, wake_on_commit
from directory.audit import record
from directory.models import Organisation
from hoinghi.text import nfc, slugify

log = logging.getLogger(__name__)

State = Message.State

# Then a run makes room: a worker can be stopped between two runs, and letters have their turn.
RUN_SECONDS = 5
# Letters may go as soon as their PDFs are there; so many PDFs make a batch worth waking for.
WAKE_EVERY = 10
# To claim a row and commit it costs a twentieth of its PDF; who is asked for one of them waits for the others.
AT_ONCE = 4


class NotIssued(Exception):
    """Only an issued document has copies; a draft, or one that was recalled, never leaves the house."""


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────


def ask_for_copy(
    *, document: OfficialDocument, recipient: str, organisation: Organisation | None = None
) -> DocumentCopy:
    """The recipient's copy; its PDF is made by a worker when it is not there yet.

    Arguments:
        recipient: as printed after "kính mời:". Documents that do not print it have one copy for all.
        organisation: whose copy it is, when it is an organisation of the register.

    Raises:
        NotIssued: a draft never leaves the house.
    """
    return ask_for_copies(document=document, recipients={recipient: organisation})[recipient]


@transaction.atomic
def ask_for_copies(
    *, document: OfficialDocument, recipients: Mapping[str, Organisation | None]
) -> dict[str, DocumentCopy]:
    """The copies of many recipients at once, as ``ask_for_copy``; recipient → copy.

    Raises:
        NotIssued: a draft never leaves the house.
    """
    _refuse_unissued(document)
    printed = {recipient: _printed(document, recipient) for recipient in recipients}
    signed = document.signed_copies.first()
    rows = {
        printed[recipient]: _row(document, printed[recipient], organisation, signed)
        for recipient, organisation in recipients.items()
    }
    # In one order for all: two transactions that ask for the same copies must not wait for each other.
    DocumentCopy.objects.bulk_create((rows[name] for name in sorted(rows)), ignore_conflicts=True)
    found = DocumentCopy.objects.filter(document=document, signed=signed, recipient__in=rows)
    copies = {copy.recipient: copy for copy in found.select_related("document")}
    if any(copy.is_pending for copy in copies.values()):
        wake_on_commit(PRINT)
    return {recipient: copies[name] for recipient, name in printed.items()}


def _refuse_unissued(document: OfficialDocument) -> None:
    if document.state != OfficialDocument.State.ISSUED:
        raise NotIssued(f"{document} chưa ban hành hoặc không còn hiệu lực, không gửi được.")


def _printed(document: OfficialDocument, recipient: str) -> str:
    return nfc(recipient) if FORMS[document.kind].per_recipient else ""


def _row(
    document: OfficialDocument, recipient: str, organisation: Organisation | None, signed: SignedCopy | None
) -> DocumentCopy:
    copy = DocumentCopy(
        document=document,
        signed=signed,
        organisation=organisation if recipient else None,
        recipient=recipient,
        file_name=documents.file_name(document, recipient),
    )
    if signed is not None:
        _take_signed(copy, signed)
    return copy


def _take_signed(copy: DocumentCopy, signed: SignedCopy) -> None:
    """What was signed is what is sent: the very same bytes."""
    copy.file, copy.size, copy.sha256 = signed.file.name, signed.size, signed.sha256


def copy_for(
    *, document: OfficialDocument, recipient: str, organisation: Organisation | None = None
) -> DocumentCopy:
    """The recipient's copy with its PDF, made now when nobody has made it yet.

    Raises:
        NotIssued: a draft never leaves the house.
        ValidationError: it cannot be printed.
    """
    return made(ask_for_copy(document=document, recipient=recipient, organisation=organisation))


def made(copy: DocumentCopy) -> DocumentCopy:
    """The copy with its PDF, made now when no worker has come to it.

    Raises:
        NotIssued: it was asked for, but its document has been recalled or replaced before it was made.
        ValidationError: it cannot be printed.
    """
    if not copy.is_pending:
        return copy
    with transaction.atomic():
        # Waits for a worker that is making it.
        copy = _to_make().select_for_update(no_key=True, of=("self",)).get(pk=copy.pk)
        if copy.is_pending:
            _refuse_unissued(copy.document)
            _make(copy)
    return copy


def kept_copy(document: OfficialDocument) -> DocumentCopy | None:
    """The copy that belongs to nobody: what is kept, and printed to be signed.

    It is made when it is first asked for; a document that is in force no longer may have none.
    """
    if document.state == OfficialDocument.State.ISSUED:
        return copy_for(document=document, recipient="")
    return document.copies.exclude(sha256="").filter(recipient="").order_by("pk").last()


# ── making ──────────────────────────────────────────────────────────────────────────────────────────


def wanted() -> QuerySet[DocumentCopy]:
    """Copies whose PDF is to be made: somebody waits for it.

    When it could not be made, its letters have failed and it is left alone, until staff let one of them go
    again.
    """
    attachments = Attachment.objects.filter(copy=OuterRef("pk"))
    waiting = attachments.filter(message__state__in=[State.QUEUED, State.DRAFT])
    return DocumentCopy.objects.pending().filter(Exists(waiting) | ~Exists(attachments))


def render_pending() -> int:
    """Make PDFs until none is wanted or the run has lasted enough; answers how many were taken up.

    Any number of workers can do so at once: each takes rows that no other one holds.
    """
    taken, stop = 0, time.monotonic() + RUN_SECONDS
    # One that no letter waits for stays wanted; it must not hold up the others.
    failed: set[int] = set()
    while count := _render_some(failed):
        if taken == 0 and not failed:
            wake(PRINT)  # there may be more than one worker can make
        taken += count
        if taken % WAKE_EVERY < count:
            wake(SEND)
        if time.monotonic() > stop:
            wake(PRINT)
            break
    if taken % WAKE_EVERY:
        wake(SEND)
    return taken


@transaction.atomic
def _render_some(failed: set[int]) -> int:
    """Make a few PDFs in one transaction, and note in ``failed`` which cannot be made; how many were taken up."""
    copies = _to_make(wanted().exclude(pk__in=failed)).select_for_update(
        skip_locked=True, no_key=True, of=("self",)
    )
    taken = list(copies.order_by("pk")[:AT_ONCE])
    failed.update(copy.pk for copy in taken if not _render(copy))
    return len(taken)


def _render(copy: DocumentCopy) -> bool:
    """Make the copy's PDF, or say on its letters why it cannot be made."""
    try:
        _refuse_unissued(copy.document)
        _make(copy)
    except (DatabaseError, OSError):
        raise  # the database or the store is away: tried again by the next sweep
    except NotIssued as error:
        reason = str(error)
    except ValidationError as error:
        reason = " ".join(error.messages)
    except Exception as error:
        log.exception("copy %s cannot be made", copy.pk)
        reason = type(error).__name__
    else:
        return True
    _fail_letters(copy, reason)
    return False


def _to_make(copies: QuerySet[DocumentCopy] | None = None) -> QuerySet[DocumentCopy]:
    copies = DocumentCopy.objects.all() if copies is None else copies
    return copies.select_related("document__issuer")


def _make(copy: DocumentCopy) -> None:
    """Fill the row: from now on the trigger refuses every change."""
    signed = copy.document.signed_copies.first()
    if signed is not None:  # signed after the copy was asked for
        _take_signed(copy, signed)
        _save(copy)
        return
    content = documents.render_pdf(copy.document, copy.recipient, copy.code)
    copy.size, copy.sha256 = len(content), hashlib.sha256(content).hexdigest()
    # Each try has a file of its own: one whose lock was lost with its connection may still be writing.
    name = slugify(copy.file_name.removesuffix(".pdf"))[:80]
    copy.file.save(f"{name}.pdf", ContentFile(content), save=False)
    try:
        _save(copy)
    except DatabaseError:
        copy.file.delete(save=False)
        raise


def _save(copy: DocumentCopy) -> None:
    copy.save(update_fields=["file", "size", "sha256"])
    record(
        actor="hệ thống",
        action="document.copy",
        target=copy,
        changes={"recipient": [None, copy.recipient], "sha256": [None, copy.sha256]},
    )


def _fail_letters(copy: DocumentCopy, reason: str) -> None:
    letters = Message.objects.filter(attachments__copy=copy, state__in=[State.QUEUED, State.DRAFT])
    letters.update(state=State.FAILED, answer=f"Không làm được tệp PDF kèm thư. {reason}")
