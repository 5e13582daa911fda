"""The QR on a copy and the public page behind it: what anybody learns about a paper in his hands."""

import datetime as dt
import hashlib
import io
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from correspondence import copies, documents, verification
from correspondence.models import OfficialDocument, SignedCopy
from correspondence.models.documents import verification_code
from correspondence.tests import measure
from correspondence.tests.test_documents import TITLE, make_draft, make_issued

State = OfficialDocument.State


@pytest.fixture
def issued(world, an):
    return make_issued(world.letterhead, an)


@pytest.fixture
def copy(world, issued):
    so = world.dak_lak.so
    return copies.copy_for(document=issued, recipient=so.name, organisation=so)


def content_of(copy) -> bytes:
    with copy.file.open("rb") as file:
        return file.read()


def sign(document, content: bytes = b"%PDF-1.7 signed") -> SignedCopy:
    signed = SignedCopy(document=document, file_name="ban-ky.pdf", size=len(content), sha256=sha256(content))
    signed.file.save("ban-ky.pdf", io.BytesIO(content), save=True)
    return signed


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def page_of(copy) -> str:
    return reverse("verify", args=[copy.code])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def upload(client, copy, content: bytes, name: str = "Giấy mời.pdf"):
    return client.post(page_of(copy), {"tep": SimpleUploadedFile(name, content, "application/pdf")})


# ── the QR ──────────────────────────────────────────────────────────────────────────────────────────


def scan(pdf: bytes, tmp_path, dots_per_inch: int = 150) -> list[str]:
    """What a telephone reads from the printed pages."""
    import zxingcpp
    from PIL import Image

    (tmp_path / "page.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dots_per_inch), "-png", tmp_path / "page.pdf", tmp_path / "page"]
    subprocess.run(command, check=True, timeout=60)
    pictures = sorted(tmp_path.glob("page*.png"))
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(Image.open(picture))]


def test_the_qr_leads_to_the_copys_page(copy, settings, tmp_path):
    address = verification.url_of(copy)
    assert address == f"{settings.PUBLIC_URL}/xac-minh/{copy.code}/"
    assert scan(content_of(copy), tmp_path) == [address]


def test_every_code_can_be_read(issued, settings, tmp_path):
    """One mask serves all codes; a long host makes the picture finer."""
    settings.PUBLIC_URL = "https://hoi-nghi-truc-tuyen.cuc-cong-thuong-dia-phuong.moit.gov.vn"
    for number in range(8):
        code = verification_code()
        folder = tmp_path / str(number)
        folder.mkdir()
        pdf = documents.render_pdf(issued, "Sở Công Thương", code)
        assert scan(pdf, folder) == [f"{settings.PUBLIC_URL}/xac-minh/{code}/"]


def test_code_and_address_stand_beside_it_below_the_text(copy):
    (page,) = measure.pages(content_of(copy))
    words = [run for run in page.runs if run.y > 297 - 20]
    assert " ".join(run.text.strip() for run in words) == (
        f"Mã xác minh: {verification.grouped(copy.code)} Kiểm tra văn bản tại: 127.0.0.1:8000/xac-minh"
    )
    assert all(run.size == 8 and run.y < 297 - 4 and run.x > 35 + 14 for run in words)


def test_the_qr_meets_no_text_above_the_line_of_the_address(world, an, tmp_path):
    import zxingcpp
    from PIL import Image

    world.letterhead.drafting_unit = "ĐCK"
    world.letterhead.address_line = "54 Hai Bà Trưng, phường Cửa Nam, Hà Nội; ĐT: 024.22202222; " * 2
    world.letterhead.save()
    document = documents.draft(
        kind=OfficialDocument.Kind.OFFICIAL_LETTER,
        letterhead=world.letterhead,
        subject="báo cáo",
        content={"addressees": ["Sở Công Thương"], "paragraphs": ["Đề nghị Quý cơ quan báo cáo./."] * 60},
        actor=an,
    )
    pdf = documents.render_pdf(document, "", verification_code())
    scan(pdf, tmp_path)
    (code,) = zxingcpp.read_barcodes(Image.open(sorted(tmp_path.glob("page*.png"))[0]))
    mm = 25.4 / 150
    left, right = code.position.top_left.x * mm, code.position.top_right.x * mm
    top, bottom = code.position.top_left.y * mm, code.position.bottom_left.y * mm
    assert right - left > 12
    assert bottom < 297 - 3  # some printers leave that much white
    for run in measure.pages(pdf)[0].runs:
        above, below = run.y < top - 1, run.y - run.size * measure.MM > bottom + 1
        assert above or below or run.x > right + 1 or run.right < left - 1, run


def test_the_qr_takes_no_room_from_the_text(issued):
    with_it = measure.pages(documents.render_pdf(issued, "Sở Công Thương", verification_code()))
    without = measure.pages(documents.render_pdf(issued, "Sở Công Thương"))
    assert [run for run in with_it[0].runs if run.y <= 277] == without[0].runs


def test_only_the_first_page_carries_it(world, tmp_path):
    document = make_draft(world.letterhead, paragraphs=["Đề nghị Quý cơ quan chuẩn bị ý kiến."] * 60)
    pdf = documents.render_pdf(document, "Sở Công Thương", verification_code())
    assert len(measure.pages(pdf)) > 1
    assert len(scan(pdf, tmp_path)) == 1
    assert [len([run for run in page.runs if run.y > 277]) > 0 for page in measure.pages(pdf)][:2] == [
        True,
        False,
    ]


def test_a_reader_of_the_screen_hears_what_it_is(copy):
    assert measure.alternatives(content_of(copy)) == [
        "Mã QR: kiểm tra văn bản này tại 127.0.0.1:8000/xac-minh"
    ]


def test_a_draft_carries_none(world, tmp_path):
    assert scan(documents.render_pdf(make_draft(world.letterhead)), tmp_path) == []


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


def test_anybody_learns_what_was_issued_and_nothing_about_persons(client, world, issued):
    person = copies.copy_for(document=issued, recipient="đồng chí Trần Thị Em, Giám đốc")
    response = client.get(page_of(person))
    page = text_of(response)
    for said in (
        "Giấy mời 05/GM-BCT",
        "05/01/2026",
        "Bộ Công Thương",
        TITLE,
        person.sha256,
        "đang có hiệu lực",
        verification.grouped(person.code),
    ):
        assert said in page
    assert "Trần Thị Em" not in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_the_organisation_that_got_the_copy_is_named(client, copy):
    assert copy.organisation.name in text_of(client.get(page_of(copy)))


def test_a_replaced_document_names_the_new_one(client, world, an, issued, copy):
    new = make_draft(world.letterhead, subject="Hội nghị đã đổi ngày")
    OfficialDocument.objects.filter(pk=new.pk).update(replaces=issued)
    draft = text_of(client.get(page_of(copy)))
    assert "Hội nghị đã đổi ngày" not in draft
    new.refresh_from_db()
    documents.issue(document=new, number=6, issued_on=dt.date(2026, 1, 6), actor=an, at=timezone.now())
    OfficialDocument.objects.filter(pk=issued.pk).update(state=State.REPLACED)
    page = text_of(client.get(page_of(copy)))
    assert "không còn hiệu lực" in page
    assert "Giấy mời 06/GM-BCT</b> ngày 06/01/2026" in page
    others = copies.copy_for(document=new, recipient=world.ca_mau.so.name, organisation=world.ca_mau.so)
    assert page_of(others) not in text_of(client.get(page_of(copy)))
    own = copies.copy_for(document=new, recipient=copy.recipient, organisation=copy.organisation)
    assert f'<a href="{page_of(own)}">Giấy mời 06/GM-BCT</a> ngày 06/01/2026' in text_of(
        client.get(page_of(copy))
    )
    assert "Giấy mời 05/GM-BCT ngày 05/01/2026" in text_of(client.get(page_of(own)))


def test_a_recalled_document_says_when(client, issued, copy):
    OfficialDocument.objects.filter(pk=issued.pk).update(
        state=State.RECALLED, recalled_at=dt.datetime(2026, 1, 7, 2, tzinfo=dt.UTC), recall_reason="Sai ngày"
    )
    page = text_of(client.get(page_of(copy)))
    assert "đã bị thu hồi" in page
    assert "9h00 ngày 07/01/2026" in page


def test_a_signed_copy_is_listed(client, issued, copy):
    signed = sign(issued)
    assert signed.sha256 in text_of(client.get(page_of(copy)))


def test_the_code_may_be_typed_small_and_in_groups(client, copy):
    typed = verification.grouped(copy.code).lower()
    assert client.get(reverse("verify-form"), {"ma": typed})["Location"] == page_of(copy)
    assert client.get(reverse("verify", args=[copy.code.lower()])).status_code == 200


@pytest.mark.parametrize("typed", ["ABCD", "A2BC 3DEF 4GHJ 5KL0", "x" * 500])
def test_what_cannot_be_a_code_is_said_at_the_field(client, db, typed):
    page = text_of(client.get(reverse("verify-form"), {"ma": typed}))
    assert "Mã xác minh gồm 16 chữ và số" in page
    assert 'aria-invalid="true"' in page
    assert "x" * 61 not in page


def test_an_unknown_code_is_a_polite_404_with_the_form(client, copy):
    for method in (client.get, client.post):
        response = method(reverse("verify", args=["A2BC3DEF4GHJ5KLM"]))
        assert response.status_code == 404
        page = text_of(response)
        assert "Không có văn bản nào mang mã này" in page
        assert 'value="A2BC3DEF4GHJ5KLM"' in page
        assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_one_copy_or_three_cost_the_same_queries(client, issued, copy):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page_of(copy)).status_code == 200
        return len(captured)

    sign(issued, b"%PDF 1")
    queries()  # the frame of the page is read once
    one = queries()
    for number in (2, 3):
        copies.copy_for(document=issued, recipient=f"Sở Công Thương {number}")
        sign(issued, b"%%PDF %d" % number)
    assert queries() == one


# ── a file ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_file_that_was_sent_is_known(client, issued, copy):
    assert "Tệp đúng là bản đã ban hành" in text_of(upload(client, copy, content_of(copy)))
    other = copies.copy_for(document=issued, recipient="Sở Công Thương tỉnh Cà Mau")
    assert "Tệp đúng là bản đã ban hành" in text_of(upload(client, copy, content_of(other)))


def test_the_signed_file_is_known(client, issued, copy):
    sign(issued, b"%PDF-1.7 signed")
    assert "Tệp đúng là bản đã ký" in text_of(upload(client, copy, b"%PDF-1.7 signed"))


def test_one_changed_byte_is_noticed(client, copy):
    content = bytearray(content_of(copy))
    content[len(content) // 2] ^= 1
    page = text_of(upload(client, copy, bytes(content)))
    assert "Tệp không khớp" in page
    assert sha256(bytes(content)) in page
    assert "“Giấy mời.pdf”" in page


def test_a_file_of_another_document_does_not_match(client, world, an, copy):
    other = copies.copy_for(document=make_issued(world.letterhead, an, number=6), recipient="Sở")
    assert "Tệp không khớp" in text_of(upload(client, copy, content_of(other)))


def test_a_right_file_of_a_recalled_document_is_no_comfort(client, issued, copy):
    content = content_of(copy)
    OfficialDocument.objects.filter(pk=issued.pk).update(state=State.RECALLED)
    page = text_of(upload(client, copy, content))
    assert "Tệp đúng là bản đã ban hành" in page
    assert "Nhưng văn bản không còn hiệu lực" in page


@pytest.mark.parametrize("data", [{}, {"tep": ""}, {"tep": SimpleUploadedFile("x.pdf", b"")}])
def test_no_file_is_said_at_the_field(client, copy, data):
    response = client.post(page_of(copy), data)
    assert response.status_code == 200
    assert "Chọn tệp PDF đã nhận được" in text_of(response)


def test_a_large_file_is_read_in_pieces_and_kept_nowhere(client, copy, tmp_path, settings):
    """12 MB: more than Django keeps in memory, so its own handler would write it to a file."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "missing")
    content = b"%PDF" + b"x" * (12 * 1024 * 1024)
    page = text_of(upload(client, copy, content))
    assert sha256(content) in page


def test_the_form_works_without_login_and_only_from_the_page(copy):
    browser = Client(enforce_csrf_checks=True)
    file = SimpleUploadedFile("x.pdf", b"%PDF")
    assert browser.post(page_of(copy), {"tep": file}).status_code == 403
    browser.get(page_of(copy))
    token = browser.cookies["csrftoken"].value
    file.seek(0)
    answer = browser.post(page_of(copy), {"tep": file, "csrfmiddlewaretoken": token})
    assert "Tệp không khớp" in text_of(answer)
