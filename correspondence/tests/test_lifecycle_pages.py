"""The staff's pages for what becomes of a document: signed, replaced, recalled; and the copy that is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from correspondence import copies, lifecycle, verification
from correspondence.models import Message, OfficialDocument
from correspondence.outbox import CopyAttachment
from correspondence.tests import measure
from correspondence.tests.letters import write
from correspondence.tests.test_document_pages import url
from correspondence.tests.test_documents import make_draft, make_issued

FATES = ("document-sign", "document-replace", "document-recall")


@pytest.fixture
def document(world):
    return make_draft(world.letterhead)


@pytest.fixture
def issued(world, an):
    return make_issued(world.letterhead, an)


@pytest.fixture
def desk(client, an):
    """An's browser."""
    client.force_login(an)
    return client


def pdf(content: bytes = b"%PDF-1.7 signed", name: str = "đã ký.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.parametrize("name", FATES)
def test_a_page_that_was_only_opened_finds_no_fault(desk, issued, name):
    page = desk.get(url(name, issued)).content.decode()
    assert "error-summary" not in page
    assert "is-invalid" not in page


@pytest.mark.parametrize("name", FATES)
def test_only_what_is_in_force_can_be_signed_replaced_or_recalled(desk, document, issued, an, name):
    for method in (desk.get, desk.post):
        response = method(url(name, document))
        assert response.status_code == 409
        assert "Văn bản chưa ban hành" in response.content.decode()
    lifecycle.recall(document=issued, reason="Sai", actor=an, at=timezone.now())
    for method in (desk.get, desk.post):
        response = method(url(name, issued))
        assert response.status_code == 409
        assert "đang ở trạng thái “Đã thu hồi”" in response.content.decode()


def test_uploading_what_was_signed(desk, issued):
    response = desk.post(url("document-sign", issued), {"upload": pdf()}, follow=True)
    page = response.content.decode()
    assert "Đã lưu bản đã ký." in page
    signed = issued.signed_copies.get()
    assert url("document-signed", signed) in page
    assert signed.sha256 in page
    answer = desk.get(url("document-signed", signed))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 signed"
    assert "%C4%91%C3%A3%20k%C3%BD.pdf" in answer["Content-Disposition"]
    assert desk.get(url("document-preview", issued)).content == b"%PDF-1.7 signed"


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (None, "Chọn tệp PDF đã ký."),
        (pdf(b"PK\x03\x04", "x.pdf"), "không đúng với phần mở rộng"),
        (pdf(b"abc", "x.txt"), "không phải PDF"),
        (pdf(b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "x.png"), "không phải PDF"),
        (pdf(b"", "x.pdf"), "rỗng"),
    ],
)
def test_a_file_that_cannot_be_is_said_at_the_field(desk, issued, upload, said):
    page = desk.post(url("document-sign", issued), {"upload": upload} if upload else {}).content.decode()
    assert said in page
    assert 'aria-invalid="true"' in page
    assert not issued.signed_copies.exists()


def test_replacing(desk, issued):
    page = desk.get(url("document-replace", issued)).content.decode()
    assert "vẫn có hiệu lực cho đến khi dự thảo được ban hành" in page
    response = desk.post(url("document-replace", issued), follow=True)
    new = issued.replaced_by.get()
    assert response.redirect_chain == [(url("document", new), 302)]
    assert "dự thảo này thay thế" in response.content.decode()
    assert url("document", new) in desk.get(url("document", issued)).content.decode()
    for method in (desk.get, desk.post):
        response = method(url("document-replace", issued))
        assert response.status_code == 409
        assert url("document", new) in response.content.decode()
    assert issued.replaced_by.count() == 1


def test_recalling(desk, issued):
    copy = copies.copy_for(document=issued, recipient="Sở Công Thương tỉnh Đắk Lắk")
    sent, waiting = (write(f"x:{n}", attachments=[CopyAttachment(copy)]) for n in (1, 2))
    Message.objects.filter(pk=sent.pk).update(state=Message.State.SENT)
    page = " ".join(desk.get(url("document-recall", issued)).content.decode().split())
    for said in ("<b>1 thư</b> kèm văn bản này chưa đi", "<b>1 địa chỉ</b> đã nhận văn bản", sent.address):
        assert said in page
    response = desk.post(
        url("document-recall", issued), {"reason": "Ghi sai ngày", "tell": "on"}, follow=True
    )
    page = response.content.decode()
    for said in ("Đã thu hồi Giấy mời 05/GM-BCT.", "Lý do: Ghi sai ngày"):
        assert said in page
    waiting.refresh_from_db()
    assert waiting.state == Message.State.CANCELLED
    assert Message.objects.filter(kind="document_recalled", address=sent.address).count() == 1


def test_a_recall_without_a_reason_keeps_what_was_chosen(desk, issued):
    response = desk.post(url("document-recall", issued), {"reason": " "})
    assert "Nhập lý do thu hồi." in response.content.decode()
    issued.refresh_from_db()
    assert issued.state == OfficialDocument.State.ISSUED


def test_the_preview_of_an_issued_document_is_the_copy_that_is_kept(desk, issued, an):
    first = desk.get(url("document-preview", issued)).content
    kept = issued.copies.get()
    assert (kept.recipient, desk.get(url("document-preview", issued)).content) == ("", first)
    assert verification.grouped(kept.code) in measure.reader(first).pages[0].extract_text()
    lifecycle.recall(document=issued, reason="Sai", actor=an, at=timezone.now())
    assert desk.get(url("document-preview", issued)).content == first


def test_a_copy_that_is_still_to_be_made_is_not_offered(desk, issued):
    copy = copies.ask_for_copy(document=issued, recipient="Sở Công Thương tỉnh Đắk Lắk")
    page = desk.get(url("document", issued)).content.decode()
    assert "Đang tạo tệp" in page
    assert url("document-copy", copy) not in page
    assert desk.get(url("document-copy", copy)).status_code == 404
