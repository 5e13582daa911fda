"""Words out of uploaded files: real ones are read, broken and malicious ones stay a note for the staff."""

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
import zlib

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as settings_of_examples
from hypothesis import strategies as st

from conferences import extracting
from conferences.models import ExtractedText, Findable, Material, MaterialVersion
from conferences.services import add_material_version
from conferences.tests.files import docx, pdf
from hoinghi import extract

WORDS = "Báo cáo về cụm công nghiệp tỉnh Đắk Lắk"
State = ExtractedText.State


def real_pdf(text: str = WORDS) -> bytes:
    from correspondence.pdf import render

    return render(f'<html lang="vi"><head><title>x</title></head><body><p>{text}</p></body></html>')


def real_docx(*paragraphs: str) -> bytes:
    from docx import Document

    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def lying_docx() -> bytes:
    """300 MB of XML in a few hundred kB, with a small size written into the directory."""
    bomb = (
        b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        + b"<w:p/>" * 50_000_000
    )
    packed = bytearray(zipped("word/document.xml", bomb))
    for header, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = packed.rindex(header) + offset
        packed[place : place + 4] = (1000).to_bytes(4, "little")
    return bytes(packed)


def laughing_docx() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return zipped(
        "word/document.xml",
        f'<!DOCTYPE x [<!ENTITY l0 "haha">{entities}]><w:document xmlns:w="x"><w:p>&l11;</w:p></w:document>'.encode(),
    )


def pdf_bomb() -> bytes:
    """A page whose text unpacks to 800 MB."""
    compressor = zlib.compressobj(9)
    stream = b"".join(compressor.compress(b"(a) Tj " * 1_000_000) for _ in range(120)) + compressor.flush()
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    head += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    head += b"4 0 obj<</Filter/FlateDecode/Length "
    return (
        head
        + str(len(stream)).encode()
        + b">>stream\n"
        + stream
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )


def locked_pdf() -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.encrypt("bi-mat", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def answer_of(kind: str, content: bytes, tmp_path) -> dict:
    """What the reader's own process says; "" is what the portal makes of a process that was ended."""
    path = tmp_path / f"x.{kind}"
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "hoinghi.extract", kind, str(path)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=90,
    )
    return json.loads(done.stdout or "{}")


@pytest.fixture(scope="class")
def damaged(tmp_path_factory):
    """Files to be damaged, and where to."""
    return {"pdf": real_pdf(), "docx": real_docx(WORDS), "folder": tmp_path_factory.mktemp("damaged")}


class TestReader:
    def test_a_pdf_and_a_word_file_are_read(self, tmp_path):
        assert WORDS in answer_of("pdf", real_pdf(), tmp_path)["text"]
        text = answer_of("docx", real_docx(WORDS, "", "Đoạn\thai"), tmp_path)["text"]
        assert text == f"{WORDS}\nĐoạn hai"

    @pytest.mark.parametrize(
        ("kind", "content", "said"),
        [
            ("pdf", b"%PDF-1.7 not really", "hỏng"),
            ("pdf", b"", "hỏng"),
            ("pdf", locked_pdf(), "mật khẩu"),
            ("docx", b"PK\x03\x04 not really", "hỏng"),
            ("docx", zipped("khac.xml", b"<x/>"), "hỏng"),
            ("docx", zipped("word/document.xml", b"<w:p><not closed"), "hỏng"),
            ("docx", zipped("word/document.xml", b"<a>" * 200_000), "hỏng"),
            ("docx", laughing_docx(), "hỏng"),
        ],
        ids=["pdf", "empty", "locked", "zip", "other", "xml", "deep", "laughs"],
    )
    def test_broken_files_say_why(self, tmp_path, kind, content, said):
        assert said in answer_of(kind, content, tmp_path)["problem"]

    @pytest.mark.slow
    @pytest.mark.parametrize(("kind", "make"), [("docx", lying_docx), ("pdf", pdf_bomb)])
    def test_bombs_end_within_their_bounds(self, tmp_path, kind, make):
        answer = answer_of(kind, make(), tmp_path)
        assert "text" not in answer or len(answer["text"]) <= extract.MAX_LETTERS

    def test_a_declared_bomb_is_not_even_opened(self, tmp_path):
        content = zipped("word/document.xml", b" " * (extract.MAX_XML + 1))
        assert answer_of("docx", content, tmp_path) == {"problem": "tệp giải nén ra quá lớn"}

    def test_a_long_text_is_cut(self, tmp_path):
        text = answer_of("docx", real_docx(*["chữ " * 20_000] * 6), tmp_path)["text"]
        assert extract.MAX_LETTERS - 10 <= len(text) <= extract.MAX_LETTERS

    @settings_of_examples(max_examples=60, deadline=None)
    @given(kind=st.sampled_from(["pdf", "docx"]), noise=st.binary(min_size=1, max_size=60), data=st.data())
    def test_a_file_that_was_damaged_anywhere_is_read_or_refused(self, damaged, kind, noise, data):
        content = bytearray(damaged[kind])
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 400))] = noise
        path = damaged["folder"] / f"x.{kind}"
        path.write_bytes(content)
        answer = extract.read(kind, str(path))
        assert answer.keys() in ({"text"}, {"problem"})
        "".join(answer.values()).encode()  # no lone half of a letter
        assert "\0" not in "".join(answer.values())

    def test_nothing_that_a_database_refuses(self, tmp_path, monkeypatch):
        monkeypatch.setitem(extract.READERS, "pdf", lambda path: iter(["a\0b\ud800c", "  \n ", "d"]))
        assert extract.read("pdf", "x") == {"text": "a bc\nd"}


@pytest.mark.django_db
class TestRows:
    @pytest.fixture
    def version(self, conference, an):
        material = Material.objects.create(conference=conference, title="Báo cáo", visibility="public")
        upload = pdf("bao-cao.pdf")
        upload.file = io.BytesIO(real_pdf())
        upload.size = len(upload.file.getvalue())
        return add_material_version(material=material, upload=upload, actor=an)

    def test_a_worker_reads_what_waits_and_makes_it_findable(self, version):
        assert extracting.read_waiting() == 1
        row = ExtractedText.objects.get()
        assert (row.state, row.problem, row.leased_until) == (State.READ, "", None)
        assert WORDS in row.text
        assert "cum cong nghiep" in Findable.objects.get(material=version.material).folded_body
        assert extracting.read_waiting() == 0

    def test_what_cannot_be_read_is_noted_and_found_by_its_name(self, version):
        MaterialVersion.objects.update(file="khong-con.pdf")
        extracting.read_waiting()
        row = ExtractedText.objects.get()
        assert (row.state, row.text) == (State.UNREADABLE, "")
        assert row.problem
        assert Findable.objects.get(material=version.material).title == "Báo cáo"

    def test_a_scan_has_no_words(self, conference, an):
        material = Material.objects.create(conference=conference, title="Bản quét", visibility="public")
        add_material_version(material=material, upload=pdf(), actor=an)
        extracting.read_waiting()
        assert ExtractedText.objects.get().state == State.EMPTY

    def test_only_the_newest_version_and_only_what_has_words(self, version, an):
        newest = add_material_version(material=version.material, upload=docx(), actor=an)
        picture = Material.objects.create(conference=version.material.conference, title="Ảnh")
        MaterialVersion.objects.create(
            material=picture, number=1, file_name="a.png", content_type="image/png", size=1, sha256="0"
        )
        extracting.note_new_files()
        assert ExtractedText.objects.get().version == newest

    def test_a_file_that_a_worker_holds_is_left_to_it_until_its_lease_ends(self, version):
        now = timezone.now()
        extracting.note_new_files()
        assert extracting._take(now) is not None
        assert extracting._take(now) is None
        assert extracting._take(now + extracting.LEASE + dt.timedelta(seconds=1)) is not None

    def test_a_file_that_kills_its_reader_is_given_up(self, version):
        extracting.note_new_files()
        ExtractedText.objects.update(attempts=extracting.ATTEMPTS)
        extracting.read_waiting()
        assert ExtractedText.objects.get().state == State.UNREADABLE

    def test_a_reader_that_does_not_answer_is_ended(self, version, monkeypatch):
        monkeypatch.setattr(extracting, "TIMEOUT_SECONDS", 0.001)
        extracting.read_waiting()
        assert ExtractedText.objects.get().problem == "đọc quá lâu"
