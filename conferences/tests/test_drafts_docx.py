import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from conferences.drafts.docx import read
from conferences.tests import word_files
from conferences.tests.word_files import docx_of


def test_paragraphs_are_lines():
    assert read(docx_of("Điều 1. Phạm vi", "", "1. Khoản một")) == "Điều 1. Phạm vi\n1. Khoản một"


def test_a_row_of_a_table_is_a_line():
    def change(document):
        table = document.add_table(rows=2, cols=2)
        for row, texts in zip(table.rows, [("BỘ CÔNG THƯƠNG", "CỘNG HÒA"), ("Số: ", "")], strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text

    assert read(docx_of("Trước", change=change)) == "Trước\nBỘ CÔNG THƯƠNG | CỘNG HÒA\nSố:"


def test_numbers_that_word_counts_are_there():
    def change(document):
        for text in ("Cụm công nghiệp", "Chủ đầu tư"):
            document.add_paragraph(text, style="List Number")
        document.add_paragraph("Ý khác", style="List Bullet")

    assert read(docx_of("Điều 1. Giải thích", change=change)).split("\n") == [
        "Điều 1. Giải thích",
        "1. Cụm công nghiệp",
        "2. Chủ đầu tư",
        "- Ý khác",
    ]


def test_what_is_inserted_is_there_and_what_is_deleted_is_not():
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def change(document):
        paragraph = document.add_paragraph("Diện tích ")._p
        for tag, text in (("ins", "<w:t>75 ha</w:t>"), ("del", "<w:delText>70 ha</w:delText>")):
            paragraph.append(parse_xml(f'<w:{tag} {space} w:id="1" w:author="x"><w:r>{text}</w:r></w:{tag}>'))

    assert read(docx_of(change=change)) == "Diện tích 75 ha"


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (word_files.bomb, "quá lớn"),
        (word_files.broken, "tệp hỏng"),
        (lambda: docx_of("", name="trong.docx"), "không có chữ nào"),
        (lambda: SimpleUploadedFile("a.docx", b"khong phai zip"), "không đúng với phần mở rộng"),
        (lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.7\n"), "không phải tệp .docx"),
        (lambda: SimpleUploadedFile("a.docx", b""), "rỗng"),
        (lambda: SimpleUploadedFile("a.exe", b"MZ"), "không được nhận"),
    ],
)
def test_other_files_are_refused_with_a_way_out(upload, said):
    with pytest.raises(ValidationError, match=said):
        read(upload())


def test_entities_are_not_unfolded():
    """The nest of entities comes to gigabytes; whether it is refused or left out, nothing of it is there."""
    try:
        text = read(word_files.laughing())
    except ValidationError:
        return
    assert len(text) < 100
