import datetime as dt
import re
from io import BytesIO

import pytest
from django.utils import timezone

from conferences.drafts import sheets
from conferences.drafts.table import Table, table_of
from conferences.models import Opinion
from conferences.services import dispositions, drafts, opinions
from conferences.services.opinions import Row
from conferences.tests.drafting import by, clause_of, make_draft, send

DAY = dt.datetime(2026, 12, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def draft(conference, world, an, binh, cuc):
    made = make_draft(
        conference, an, organisations=[world.dak_lak.so, world.ca_mau.so, world.dak_lak.ubnd_tinh]
    )
    send(made, world.dak_lak.so, binh, {"Khoản 1 Điều 2": "Bỏ cụm từ\n“không có dân cư”", "": "Nhất trí"})
    send(made, world.ca_mau.so, cuc, {"Khoản 1 Điều 2": "Giữ nguyên", "Điều 1": "<b>Mở rộng</b> phạm vi"})
    for label, disposition, reply in (
        ("Khoản 1 Điều 2", "explained", "Giải trình: theo Luật Đất đai."),
        ("Điều 1", "accepted", ""),
    ):
        dispositions.answer(
            draft=made,
            opinions=Opinion.objects.filter(clause__label=label).values_list("pk", flat=True),
            disposition=disposition,
            reply=reply,
            actor=an,
            at=timezone.now(),
        )
    return made


ROWS = [
    ("1", "Ý kiến chung", "Sở Công Thương tỉnh Đắk Lắk", "Nhất trí", ""),
    (
        "2",
        "Điều 1. Phạm vi điều chỉnh",
        "Sở Công Thương tỉnh Cà Mau",
        "<b>Mở rộng</b> phạm vi",
        "Tiếp thu.",
    ),
    (
        "3",
        "Khoản 1 Điều 2",
        "Sở Công Thương tỉnh Cà Mau",
        "Giữ nguyên",
        "Giải trình: theo Luật Đất đai.",
    ),
    (
        "4",
        "Khoản 1 Điều 2",
        "Sở Công Thương tỉnh Đắk Lắk",
        "Bỏ cụm từ\n“không có dân cư”",
        "Giải trình: theo Luật Đất đai.",
    ),
]
SUMMARY = [
    "Tổng số cơ quan, đơn vị được gửi lấy ý kiến: 3. Đã trả lời: 2, gồm 0 cơ quan, đơn vị thống nhất với dự thảo "
    "và 2 cơ quan, đơn vị có ý kiến.",
    "Tổng số ý kiến: 4 (tiếp thu 1, giải trình 2).",
]


def test_the_table_is_in_the_order_of_the_draft(draft):
    table = table_of(draft)
    assert [
        (str(row.number), row.group, row.line.subject, row.line.opinion, row.line.answer)
        for row in table.rows
    ] == ROWS
    assert table.summary == SUMMARY
    assert table.silent == ["Ủy ban nhân dân tỉnh Đắk Lắk"]
    assert Table.from_json(table.as_json()) == table


def test_the_word_file_has_the_customary_columns(draft):
    import docx

    document = docx.Document(BytesIO(sheets.docx_of(draft, table_of(draft), DAY)))
    section = document.sections[0]
    assert section.page_width > section.page_height
    grid = document.tables[-1]
    texts = [tuple(cell.text for cell in row.cells) for row in grid.rows]
    assert texts[0] == (
        "STT",
        "Nhóm vấn đề, điều, khoản",
        "Chủ thể góp ý",
        "Nội dung góp ý",
        "Nội dung tiếp thu, giải trình",
    )
    # A cell that spans two rows is read in both.
    assert texts[1:] == ROWS
    assert grid.rows[3].cells[1]._tc is grid.rows[4].cells[1]._tc
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[1:6] == [
        "BẢNG TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH",
        f"đối với {draft.title}",
        "(Tính đến ngày 20/12/2026)",
        *SUMMARY,
    ]
    head = document.tables[0].rows[0].cells
    assert head[0].text.split("\n")[0] == "BỘ CÔNG THƯƠNG"
    # Programs that lay a table out by its columns read these.
    assert [round(column.width.mm) for column in grid.columns] == list(sheets.WIDTHS)
    assert head[1].text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"


def test_the_pdf_says_the_same(draft):
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(sheets.pdf_of(draft, table_of(draft), DAY)))
    page = reader.pages[0]
    assert page.mediabox.width > page.mediabox.height
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    for words in (*SUMMARY, "BẢNG TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH", "(Tính đến ngày 20/12/2026)"):
        assert words in text
    for row in ROWS:
        for cell in row[2:]:
            # A cell's words stand together however its lines are broken.
            assert " ".join(cell.split()) in text, cell


def test_letters_that_the_font_lacks_do_not_stop_the_pdf(conference, world, an, binh):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so])
    send(draft, world.dak_lak.so, binh, {"": "Tốt 👍 漢 " + "dài" * 3000})
    table = table_of(draft)
    assert sheets.pdf_of(draft, table, DAY).startswith(b"%PDF")
    assert sheets.docx_of(draft, table, DAY).startswith(b"PK")


def test_an_opinion_on_an_older_version_stands_beside_its_clause(draft, world, an, binh):
    version = drafts.start_version(
        draft=draft, text="Điều 1. Phạm vi\nMới.\nĐiều 2. Giải thích\n1. Cụm.", actor=an
    )
    drafts.issue_version(version=version, actor=an, at=timezone.now())
    sheet = draft.sheets.get(organisation=world.dak_lak.so)
    opinions.submit(
        sheet=sheet,
        rows=[
            Row(clause_of(draft, "Khoản 1 Điều 2").pk, "Về bản mới"),
            Row(Opinion.objects.filter(sheet=sheet, clause__isnull=False).get().clause_id, "Về bản cũ"),
        ],
        agrees=False,
        version=sheet.version,
        author=by(binh),
        at=timezone.now(),
    )
    labels = [group.label for group in table_of(draft).groups]
    assert labels == ["Điều 1. Phạm vi điều chỉnh (bản 1)", "Khoản 1 Điều 2", "Khoản 1 Điều 2 (bản 1)"]


def test_those_who_agree_are_named(conference, world, an, binh):
    draft = make_draft(conference, an, organisations=[world.dak_lak.so, world.ca_mau.so])
    send(draft, world.dak_lak.so, binh, agrees=True)
    table = table_of(draft)
    assert table.summary[-1] == "Thống nhất, không có ý kiến khác: Sở Công Thương tỉnh Đắk Lắk."
    assert list(table.rows) == []
    assert sheets.docx_of(draft, table, DAY).startswith(b"PK")


def test_no_person_is_named(draft):
    stored = str(table_of(draft).as_json())
    for name in ("Bình", "Cúc", "An"):
        assert name not in stored


def test_the_table_costs_the_same_for_one_and_for_many(draft, world, an, binh, django_assert_num_queries):
    with django_assert_num_queries(4):
        table_of(draft)
