"""What becomes of an issued document: signed, replaced, recalled; and which letters still go."""

import datetime as dt
import hashlib
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from correspondence import copies, documents, handling, lifecycle, mime, sending
from correspondence.models import DocumentCopy, Message, OfficialDocument, SignedCopy
from correspondence.outbox import CopyAttachment
from correspondence.tests import measure
from correspondence.tests.letters import state_of, wait_for_a_waiting_lock, write
from correspondence.tests.test_documents import issue, make_draft, make_issued, run_together
from directory.models import AuditEntry

State = OfficialDocument.State
AT = dt.datetime(2026, 1, 7, 2, tzinfo=dt.UTC)
PDF = b"%PDF-1.7 scan"


@pytest.fixture
def issued(world, an):
    return make_issued(world.letterhead, an)


@pytest.fixture
def copy(world, issued):
    so = world.dak_lak.so
    return copies.copy_for(document=issued, recipient=so.name, organisation=so)


def scan(content: bytes = PDF, name: str = "Giấy mời đã ký.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def sign(document, actor, content: bytes = PDF) -> SignedCopy:
    return lifecycle.add_signed_copy(document=document, upload=scan(content), actor=actor)


def recall(document, actor, **options) -> OfficialDocument:
    return lifecycle.recall(document=document, reason="Ghi sai ngày", actor=actor, at=AT, **options)


def letter(copy, key: str = "invite:1", **changes) -> Message:
    return write(key, attachments=[CopyAttachment(copy)], **changes)


def stored_files() -> set[str]:
    return {str(path) for path in Path(settings.MEDIA_ROOT).rglob("*.pdf")}


# ── signed ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_signed_copy_is_kept_with_its_hash_and_recorded(issued, an):
    signed = sign(issued, an)
    assert (signed.size, signed.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (signed.file_name, signed.uploaded_by) == ("Giấy mời đã ký.pdf", an)
    with signed.file.open("rb") as file:
        assert file.read() == PDF
    assert AuditEntry.objects.get(action="document.sign").changes == {"sha256": [None, signed.sha256]}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("anh.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "không phải PDF"),
        ("giay-moi.pdf", b"PK\x03\x04 not a pdf", "không đúng với phần mở rộng"),
        ("giay-moi.pdf", b"", "rỗng"),
        ("giay-moi.exe", b"MZ", "không được nhận"),
    ],
)
def test_only_a_pdf_is_taken(issued, an, name, content, said):
    with pytest.raises(ValidationError, match=said):
        lifecycle.add_signed_copy(document=issued, upload=scan(content, name), actor=an)
    assert not SignedCopy.objects.exists()


def test_the_same_file_twice_is_noticed(issued, an):
    sign(issued, an)
    before = stored_files()
    with pytest.raises(ValidationError, match="đã được tải lên lúc"):
        sign(issued, an)
    assert stored_files() == before


def test_only_what_is_in_force_can_be_signed(world, issued, an):
    with pytest.raises(lifecycle.NotInForce, match="Dự thảo"):
        sign(make_draft(world.letterhead), an)
    recall(issued, an)
    with pytest.raises(lifecycle.NotInForce, match="Đã thu hồi"):
        sign(issued, an)


def test_no_file_is_left_when_its_row_cannot_be_written(issued, an, monkeypatch):
    def refuse(**entry):
        raise InternalError("the audit trail is full")

    before = stored_files()
    monkeypatch.setattr(lifecycle, "record", refuse)
    with pytest.raises(InternalError):
        sign(issued, an)
    assert not SignedCopy.objects.exists()
    assert stored_files() == before


def test_what_was_signed_is_what_is_sent_from_then_on(issued, copy, an):
    waiting, gone = letter(copy), letter(copy, "invite:2", address="x@gov.example")
    Message.objects.filter(pk=gone.pk).update(state=Message.State.SENT)
    signed = sign(issued, an)
    assert mime.read_attachment(waiting.attachments.get()) == PDF
    assert gone.attachments.get().copy == copy
    newer = sign(issued, an, b"%PDF-1.7 second")
    assert mime.read_attachment(waiting.attachments.get()) == b"%PDF-1.7 second"
    fresh = copies.copy_for(document=issued, recipient=copy.recipient)
    assert (fresh.signed, fresh.sha256) == (newer, newer.sha256)
    assert fresh.sha256 != signed.sha256


def test_the_database_keeps_a_signed_copy(issued, an):
    signed = sign(issued, an)
    for change in ({"sha256": "0" * 64}, {"file": "x.pdf"}, {"file_name": "x.pdf"}):
        with pytest.raises(InternalError, match="never changed"), transaction.atomic():
            SignedCopy.objects.update(**change)
    with pytest.raises(InternalError, match="never changed"), transaction.atomic():
        signed.delete()
    SignedCopy.objects.update(uploaded_by=None)  # an account may go


def test_the_database_lets_a_pending_copy_be_filled_once(issued):
    waiting = copies.ask_for_copy(document=issued, recipient="Sở Công Thương")
    with pytest.raises(InternalError, match="never changed"), transaction.atomic():
        DocumentCopy.objects.filter(pk=waiting.pk).update(recipient="Khác", sha256="1" * 64)
    DocumentCopy.objects.filter(pk=waiting.pk).update(file="x.pdf", size=3, sha256="1" * 64)
    with pytest.raises(InternalError, match="never changed"), transaction.atomic():
        DocumentCopy.objects.filter(pk=waiting.pk).update(sha256="2" * 64)


# ── replaced ────────────────────────────────────────────────────────────────────────────────────────


def test_a_replacement_starts_as_a_draft_with_the_old_content(issued, an):
    new = lifecycle.replace(document=issued, actor=an)
    assert (new.state, new.number, new.replaces) == ("draft", None, issued)
    for field in ("kind", "subject", "content", "signer_title", "recipients", "letterhead", "symbol"):
        assert getattr(new, field) == getattr(issued, field), field
    issued.refresh_from_db()
    assert issued.state == State.ISSUED
    assert AuditEntry.objects.filter(action="document.replace", object_id=str(issued.pk)).exists()


def test_the_new_document_says_in_print_what_it_replaces(issued, an):
    new = lifecycle.replace(document=issued, actor=an)
    text = " ".join(run.text for page in measure.pages(documents.render_pdf(new)) for run in page.runs)
    assert "Giấy mời này thay thế Giấy mời số 05/GM-BCT" in " ".join(text.split())


def test_the_signer_that_staff_typed_is_kept(world, an):
    draft = make_draft(world.letterhead)
    documents.edit_draft(document=draft, values={"signer_name": "Nguyễn Văn Mẫu"}, actor=an)
    new = lifecycle.replace(document=issue(draft, an), actor=an)
    assert new.signer_name == "Nguyễn Văn Mẫu"


def test_an_expired_letterhead_gives_way_to_the_present_one(world, issued, an):
    old = world.letterhead
    old.valid_to = dt.date(2026, 1, 31)
    old.save()
    old.pk, old.valid_from, old.valid_to, old.signer_title = None, dt.date(2026, 2, 1), None, "BỘ TRƯỞNG"
    old.save()
    new = lifecycle.replace(document=issued, actor=an)
    assert (new.letterhead, new.signer_title) == (old, "BỘ TRƯỞNG")


def test_issuing_the_new_one_retires_the_old_one_and_its_letters(issued, copy, an):
    waiting = letter(copy)
    new = lifecycle.replace(document=issued, actor=an)
    assert state_of(waiting) == Message.State.QUEUED
    issue(new, an, number=6, issued_on=dt.date(2026, 1, 6))
    issued.refresh_from_db()
    assert issued.state == State.REPLACED
    assert state_of(waiting) == Message.State.CANCELLED
    assert waiting.answer == "Không gửi: Giấy mời 05/GM-BCT kèm thư đã thay thế."
    entry = AuditEntry.objects.get(action="document.replaced")
    assert entry.changes == {"replaced_by": [None, "Giấy mời 06/GM-BCT"], "letters_stopped": [0, 1]}


def test_only_an_issued_document_is_replaced_and_only_once(world, issued, an):
    with pytest.raises(lifecycle.NotInForce):
        lifecycle.replace(document=make_draft(world.letterhead), actor=an)
    new = lifecycle.replace(document=issued, actor=an)
    with pytest.raises(lifecycle.AlreadyReplaced) as refused:
        lifecycle.replace(document=issued, actor=an)
    assert refused.value.draft == new
    issue(new, an, number=6)
    with pytest.raises(lifecycle.NotInForce, match="Đã thay thế"):
        lifecycle.replace(document=issued, actor=an)
    # A draft that was thrown away makes room for another.
    second = lifecycle.replace(document=new, actor=an)
    second.delete()
    lifecycle.replace(document=new, actor=an)


def test_a_document_that_was_recalled_meanwhile_stays_recalled(issued, an):
    new = lifecycle.replace(document=issued, actor=an)
    recall(issued, an)
    issue(new, an, number=6)
    issued.refresh_from_db()
    assert issued.state == State.RECALLED


# ── recalled ────────────────────────────────────────────────────────────────────────────────────────


def test_a_recall_has_a_time_and_a_reason(issued, an):
    recall(issued, an)
    issued.refresh_from_db()
    assert (issued.state, issued.recalled_at, issued.recall_reason) == (State.RECALLED, AT, "Ghi sai ngày")
    entry = AuditEntry.objects.get(action="document.recall")
    assert entry.changes == {"reason": ["", "Ghi sai ngày"], "letters_stopped": [0, 0], "told": [0, 0]}


def test_a_recall_without_a_reason_is_refused(issued, an):
    with pytest.raises(ValidationError, match="Nhập lý do"):
        lifecycle.recall(document=issued, reason=" \n ", actor=an, at=AT)
    issued.refresh_from_db()
    assert issued.state == State.ISSUED


def test_only_what_is_in_force_is_recalled(world, issued, an):
    with pytest.raises(lifecycle.NotInForce):
        recall(make_draft(world.letterhead), an)
    recall(issued, an)
    with pytest.raises(lifecycle.NotInForce, match="Đã thu hồi"):
        recall(issued, an)
    with pytest.raises(copies.NotIssued):
        copies.copy_for(document=issued, recipient="Sở Công Thương")


def test_the_database_lets_an_issued_document_only_be_recalled_or_replaced(issued, an):
    def change(**values):
        OfficialDocument.objects.filter(pk=issued.pk).update(**values)

    for values in (
        {"recall_reason": "Sai"},
        {"recalled_at": AT},
        {"state": State.REPLACED, "recall_reason": "Sai"},
        {"state": State.RECALLED, "subject": "Khác"},
        {"replaces": issued.pk},
    ):
        with pytest.raises(InternalError, match="never changed"), transaction.atomic():
            change(**values)
    recall(issued, an)
    for values in ({"state": State.ISSUED}, {"state": State.REPLACED}, {"recall_reason": "Khác"}):
        with pytest.raises(InternalError, match="never changed"), transaction.atomic():
            change(**values)


def test_letters_that_have_not_gone_are_stopped(issued, copy, an, smtp_server):
    queued, held = letter(copy), letter(copy, "invite:2", held=True)
    other = write("other:1", address="other@gov.example")
    recall(issued, an)
    assert (state_of(queued), state_of(held)) == (Message.State.CANCELLED, Message.State.CANCELLED)
    assert queued.answer == "Không gửi: Giấy mời 05/GM-BCT kèm thư đã thu hồi."
    sending.send_due(at=timezone.now())
    assert [envelope.rcpt_tos for envelope in smtp_server.envelopes] == [["other@gov.example"]]
    assert state_of(other) == Message.State.SENT


def test_a_letter_that_a_worker_holds_is_stopped_before_it_is_handed_over(issued, copy, an, smtp_server):
    letter(copy)
    (claimed,) = sending.claim_due(worker="w", limit=1, at=timezone.now())
    recall(issued, an)
    sending.send_claimed([claimed], worker="w")
    assert smtp_server.envelopes == []
    assert state_of(claimed) == Message.State.CANCELLED
    assert "kèm thư đã thu hồi" in claimed.answer


def test_sending_again_does_not_help(issued, copy, an, smtp_server):
    message = letter(copy)
    Message.objects.update(state=Message.State.SENT)
    recall(issued, an)
    again = handling.send_again(message=message, number=1, actor=an, at=timezone.now())
    sending.send_due(at=timezone.now())
    assert smtp_server.envelopes == []
    assert state_of(again) == Message.State.FAILED


def test_those_who_have_it_are_told_once_each(world, issued, copy, an, smtp_server):
    contact = world.dak_lak.so.contacts.get()
    first = letter(copy, contact=contact, address=contact.email, reply_to="lien@moit.example")
    second = letter(copy, "invite:1:again1", contact=contact, address=contact.email)
    waiting = letter(copy, "invite:3", address="chua-nhan@gov.example")
    Message.objects.filter(pk__in=[first.pk, second.pk]).update(state=Message.State.SENT)
    assert lifecycle.holders(issued) == [second]
    assert list(lifecycle.waiting_letters(issued)) == [waiting]
    recall(issued, an, tell=True)
    told = Message.objects.get(kind="document_recalled")
    assert (told.address, told.topic) == (contact.email, second.topic)
    assert told.subject == "Thu hồi Giấy mời số 05/GM-BCT ngày 05/01/2026"
    assert "Lý do: Ghi sai ngày" in told.text
    sending.send_due(at=timezone.now())
    (mail,) = smtp_server.mails
    body = mail.get_body(("plain",)).get_content()
    assert reverse("verify", args=[copy.code]) in body
    assert not list(mail.iter_attachments())


def test_nobody_is_told_unless_asked(issued, copy, an):
    letter(copy)
    Message.objects.update(state=Message.State.SENT)
    recall(issued, an)
    assert not Message.objects.filter(kind="document_recalled").exists()


# ── races ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_two_people_replace_a_document_at_once(world, an, monkeypatch):
    """Both have looked whether there is a replacement before either has written one, if nothing hinders them."""
    outcomes = replace_twice(world, an, monkeypatch)
    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyReplaced", "OfficialDocument"]
    assert OfficialDocument.objects.filter(replaces__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_there_are_two_replacements(world, an, monkeypatch):
    monkeypatch.setattr(lifecycle, "_lock_in_force", lambda document: document.refresh_from_db())
    replace_twice(world, an, monkeypatch)
    assert OfficialDocument.objects.filter(replaces__isnull=False).count() == 2


def replace_twice(world, an, monkeypatch) -> list:
    document = make_issued(world.letterhead, an)
    both_looked = threading.Barrier(2)
    draft = documents.draft

    def draft_after_both(**arguments):
        with suppress(threading.BrokenBarrierError):  # the other one is kept out, as it should be
            both_looked.wait(timeout=1)
        return draft(**arguments)

    monkeypatch.setattr(documents, "draft", draft_after_both)

    def replace():
        return lifecycle.replace(document=OfficialDocument.objects.get(pk=document.pk), actor=an)

    return run_together(replace, replace)


@pytest.mark.django_db(transaction=True)
def test_a_recall_and_an_issue_of_the_replacement_exclude_each_other(world, an):
    old = make_issued(world.letterhead, an)
    new = lifecycle.replace(document=old, actor=an)
    results = []
    thread = threading.Thread(target=lambda: results.extend(run_together(lambda: issue(new, an, number=6))))
    with transaction.atomic():
        recall(OfficialDocument.objects.get(pk=old.pk), an)
        thread.start()
        run_together(wait_for_a_waiting_lock)
    thread.join(30)
    assert [each.state for each in results] == [State.ISSUED]
    old.refresh_from_db()
    assert old.state == State.RECALLED
