"""What is refused of every upload besides its type: what a scanner finds, and what is a state secret."""

import io
import zipfile

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hoinghi import scanning
from hoinghi.files import examine
from hoinghi.images import photo
from hoinghi.secrecy import ClassificationField, stamp_in
from hoinghi.tests.clamd import EICAR, FakeClamd
from hoinghi.workbooks import RefusedWorkbook, check_file


def pdf_of(*lines: str, name: str = "Báo cáo.pdf") -> SimpleUploadedFile:
    from weasyprint import HTML

    text = "".join(f"<p>{line}</p>" for line in lines)
    return SimpleUploadedFile(name, HTML(string=f"<html lang=vi>{text}").write_pdf())


def docx_of(*lines: str, name: str = "Báo cáo.docx") -> SimpleUploadedFile:
    from docx import Document

    document, buffer = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def infected(name: str = "Báo cáo.docx") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr("note.txt", EICAR)
    return SimpleUploadedFile(name, buffer.getvalue())


class TestScanning:
    @pytest.fixture
    def clamd(self, settings):
        with FakeClamd() as clamd:
            settings.CLAMAV_URL = clamd.url
            yield clamd

    def test_a_clean_file_is_taken_and_was_seen_whole(self, clamd):
        upload = SimpleUploadedFile("x.pdf", b"%PDF-1.7" + bytes(range(256)) * 1000)
        examined = examine(upload)
        assert clamd.streams == [upload.read()]
        assert (examined.size, upload.tell()) == (256_008, 256_008)

    def test_a_form_and_a_service_ask_once(self, clamd):
        upload = SimpleUploadedFile("x.pdf", b"%PDF-1.7")
        examine(upload)
        examine(upload)
        assert len(clamd.streams) == 1

    def test_an_infected_one_is_refused_by_name(self, clamd):
        with pytest.raises(ValidationError, match=r"“Báo cáo.docx” có mã độc \(Eicar-Test-Signature\)"):
            examine(infected())

    def test_nobody_looks_where_none_is_named(self, settings):
        settings.CLAMAV_URL = ""
        assert examine(infected()).name == "Báo cáo.docx"

    def test_without_the_scanner_nothing_is_taken(self, settings):
        with FakeClamd() as gone:
            settings.CLAMAV_URL = gone.url
        with pytest.raises(
            ValidationError, match="Chưa kiểm tra được mã độc trong “x.pdf” nên chưa nhận tệp"
        ):
            examine(SimpleUploadedFile("x.pdf", b"%PDF-1.7"))

    @pytest.mark.parametrize(
        "answer", [b"stream: Broken.Engine ERROR\0", b"nonsense\0", b"\0", b"stream: OK but\0"]
    )
    def test_any_other_answer_is_none(self, clamd, answer):
        clamd.answer = answer
        with pytest.raises(ValidationError, match="Chưa kiểm tra được mã độc"):
            examine(SimpleUploadedFile("x.pdf", b"%PDF-1.7"))

    def test_a_file_too_large_for_it_is_refused_and_does_not_hang(self, settings):
        with FakeClamd(most=100_000) as clamd:
            settings.CLAMAV_URL = clamd.url
            with pytest.raises(ValidationError, match="Chưa kiểm tra được mã độc"):
                examine(SimpleUploadedFile("x.pdf", b"%PDF-1.7" + bytes(8_000_000)))

    def test_photos_and_workbooks_are_shown_to_it_too(self, clamd):
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30)).save(buffer, "PNG")
        photo(SimpleUploadedFile("x.png", buffer.getvalue()))
        with pytest.raises(RefusedWorkbook, match="có mã độc"):
            check_file(infected("Danh sách.xlsx"))
        assert len(clamd.streams) == 2

    def test_it_is_asked_whether_it_lives(self, clamd, settings):
        assert scanning.answers()
        settings.CLAMAV_URL = "tcp://127.0.0.1:9"
        assert not scanning.answers()

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("tcp://clamav", ("clamav", 3310)),
            ("tcp://10.0.0.5:3311", ("10.0.0.5", 3311)),
            ("unix:///run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ],
    )
    def test_where_it_is(self, url, expected):
        assert scanning.read_url(url) == expected

    @pytest.mark.parametrize("url", ["clamav:3310", "http://clamav", "tcp://", "unix:"])
    def test_an_address_that_is_none_is_named(self, url):
        with pytest.raises(ImproperlyConfigured, match="CLAMAV_URL"):
            scanning.read_url(url)


class TestSecrets:
    @pytest.fixture(autouse=True)
    def read(self, settings):
        settings.READ_STAMPS = True

    @pytest.mark.parametrize("make", [pdf_of, docx_of])
    @pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
    def test_a_stamped_document_is_refused(self, make, stamp):
        upload = make("BỘ CÔNG THƯƠNG", "Số: 12/BC-BCT", stamp, "BÁO CÁO", "Kính gửi: Chính phủ")
        with pytest.raises(ValidationError, match=f"có dấu “{stamp.capitalize()}” nên không được nhận"):
            examine(upload)

    @pytest.mark.parametrize("make", [pdf_of, docx_of])
    def test_one_that_speaks_of_secrets_is_not(self, make):
        examine(make("BÁO CÁO", "Không đăng tài liệu MẬT.", "Bảo vệ bí mật nhà nước", "1. Mật độ xây dựng"))

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Độ mật: Tối mật", "Tối mật"),
            ("Độ mật: Không", ""),
            ("[ MẬT ]", "Mật"),
            ("MA\u0302\u0323T", "Mật"),  # decomposed letters
            ("Mật", ""),
            ("BÍ MẬT NHÀ NƯỚC", ""),
            ("DANH MỤC BÍ\nMẬT NHÀ NƯỚC", ""),
        ],
    )
    def test_what_a_stamp_is(self, text, expected):
        assert stamp_in(text) == expected

    def test_what_cannot_be_read_has_none(self):
        assert examine(SimpleUploadedFile("x.pdf", b"%PDF-1.7 broken")).size == 15

    def test_a_field_says_which_level_it_is(self):
        field = ClassificationField()
        assert field.clean("") == field.clean("none") == "none"
        for level in ("mat", "toi_mat", "tuyet_mat"):
            with pytest.raises(ValidationError, match="không được đưa lên Cổng"):
                field.clean(level)
