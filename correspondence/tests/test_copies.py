"""Copies: asked for at once, made by workers, in the end on a letter or said on it."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from correspondence import copies, documents
from correspondence.models import DocumentCopy, Message, OfficialDocument, SignedCopy
from correspondence.outbox import CopyAttachment
from correspondence.sending import claim_due
from correspondence.tests import papers
from correspondence.tests.letters import state_of, write

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def issued(world):
    return papers.issued(OfficialDocument.Kind.INVITATION, world.letterhead)


def ask(document, recipient="Sở Công Thương tỉnh Đắk Lắk", **changes) -> DocumentCopy:
    return copies.ask_for_copy(document=document, recipient=recipient, **changes)


def test_a_copy_is_a_row_first_and_a_file_later(world, issued):
    copy = ask(issued, organisation=world.dak_lak.so)
    assert copy.is_pending
    assert copy.file_name == "Giấy mời – Sở Công Thương tỉnh Đắk Lắk.pdf"
    assert copies.render_pending() == 1
    copy.refresh_from_db()
    with copy.file.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF-1.7")
    assert (copy.size, copy.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert ask(issued) == copy
    assert copies.render_pending() == 0


def test_a_letter_waits_for_its_pdf(issued):
    message = write(attachments=[CopyAttachment(ask(issued))])
    other = write("test:2")
    assert claim_due(worker="w", limit=9, at=timezone.now()) == [other]
    copies.render_pending()
    assert claim_due(worker="w", limit=9, at=timezone.now()) == [message]


def test_many_copies_are_asked_for_at_once(world, issued, django_assert_max_num_queries):
    before = ask(issued, world.dak_lak.so.name)
    recipients = {world.dak_lak.so.name: world.dak_lak.so, world.ca_mau.so.name: world.ca_mau.so}
    with django_assert_max_num_queries(5):
        found = copies.ask_for_copies(document=issued, recipients=recipients)
    assert found[world.dak_lak.so.name] == before
    assert found[world.ca_mau.so.name].organisation == world.ca_mau.so
    assert DocumentCopy.objects.count() == 2


def test_a_signed_copy_is_what_is_sent(issued, an):
    asked_before = ask(issued)
    content = b"%PDF-1.7 signed"
    signed = SignedCopy.objects.create(
        document=issued,
        file=ContentFile(content, "signed.pdf"),
        file_name="signed.pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=an,
    )
    copy = ask(issued)
    assert not copy.is_pending
    assert (copy.sha256, copy.file.name, copy.signed) == (signed.sha256, signed.file.name, signed)
    assert ask(issued) == copy
    # What was asked for before the paper was signed is the signed paper as well.
    copies.render_pending()
    asked_before.refresh_from_db()
    assert asked_before.sha256 == signed.sha256


def test_a_recalled_document_fails_its_letters(issued):
    message = write(attachments=[CopyAttachment(ask(issued))])
    OfficialDocument.objects.update(state=OfficialDocument.State.RECALLED)
    copies.render_pending()
    assert state_of(message) == State.FAILED
    assert "không còn hiệu lực" in message.answer


def test_a_pdf_that_cannot_be_made_is_said_on_its_letters(issued, monkeypatch):
    def fail(document, recipient, code):
        raise RuntimeError("lạ")

    message = write(attachments=[CopyAttachment(ask(issued))])
    held = write("test:2", held=True, attachments=[CopyAttachment(ask(issued))])
    with monkeypatch.context() as broken:
        broken.setattr(documents, "render_pdf", fail)
        assert copies.render_pending() == 1
    assert state_of(message) == state_of(held) == State.FAILED
    assert message.answer == "Không làm được tệp PDF kèm thư. RuntimeError"
    # Nobody waits for it now; when staff try again, it is made.
    assert copies.render_pending() == 0
    Message.objects.filter(pk=message.pk).update(state=State.QUEUED)
    assert copies.render_pending() == 1
    assert not DocumentCopy.objects.pending().exists()


def test_a_copy_that_cannot_be_made_does_not_hold_up_the_others(issued, world):
    stuck = ask(issued)  # no letter carries it
    OfficialDocument.objects.update(state=OfficialDocument.State.RECALLED)
    other = ask(papers.issued(OfficialDocument.Kind.INVITATION, world.letterhead, number=6))
    assert copies.render_pending() == 2
    for copy in (stuck, other):
        copy.refresh_from_db()
    assert (stuck.is_pending, other.is_pending) == (True, False)
