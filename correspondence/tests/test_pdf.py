"""The Giấy mời as it comes out of the printer, measured against NĐ 30/2020/NĐ-CP (Phụ lục I; Mẫu 1.7)."""

import datetime as dt
import socketserver
import threading
from http.server import BaseHTTPRequestHandler

import pytest
from django.conf import settings
from django.template import Engine

from correspondence import documents, pdf, printing
from correspondence.models import OfficialDocument
from correspondence.tests import measure
from correspondence.tests.test_documents import TITLE, invitation_content, make_draft, make_issued
from correspondence.typesetting import balanced, text_width, unprintable

RECIPIENT = "Sở Công Thương tỉnh Đắk Lắk"

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"


@pytest.fixture
def draft(world):
    return make_draft(world.letterhead)


@pytest.fixture
def issued(world, an):
    document = make_draft(world.letterhead)
    documents.edit_draft(document=document, values={"signer_name": "Nguyễn Văn Mẫu"}, actor=an)
    return documents.issue(
        document=document,
        number=5,
        issued_on=dt.date(2026, 1, 5),
        actor=an,
        at=dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC),
    )


@pytest.fixture
def page(issued):
    (page,) = measure.pages(documents.render_pdf(issued, RECIPIENT))
    return page


def text_of(content: bytes) -> str:
    text = "\n".join(page.extract_text() for page in measure.reader(content).pages)
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


# ── what it says ────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_text_of_an_invitation(page):
    assert [" ".join(run.text.split()) for run in page.runs] == [
        "BỘ CÔNG THƯƠNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/GM-BCT",
        "Hà Nội, ngày 05 tháng 01 năm 2026",
        "GIẤY MỜI",
        "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        "Bộ Công Thương trân trọng kính mời: Sở Công Thương tỉnh Đắk Lắk",
        "Tới dự Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp",
        "(CCN).",
        "Chủ trì: Bộ trưởng Bộ Công Thương.",
        "Thời gian: ½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6).",
        "Địa điểm:",
        "- Tại Bộ Công Thương: Phòng họp trực tuyến của Tổng cục Quản lý thị",
        "trường, số 91 Đinh Tiên Hoàng, Hoàn Kiếm, Hà Nội.",
        "- Tại địa phương: Phòng họp trực tuyến của Cục Quản lý thị trường các",
        "tỉnh, thành phố trực thuộc trung ương.",
        "Tài liệu Hội nghị đăng trên Cổng hội nghị.",
        "Bộ Công Thương trân trọng kính mời Quý cơ quan, đơn vị tới dự, tham",
        "gia ý kiến tại Hội nghị./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, ĐCK.",
        "TL. BỘ TRƯỞNG",
        "CỤC TRƯỞNG CỤC ĐỔI MỚI SÁNG TẠO,",
        "CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG",
        "Nguyễn Văn Mẫu",
    ]


def test_a_draft_leaves_number_date_and_recipient_blank(draft):
    (page,) = measure.pages(documents.render_pdf(draft))
    assert page.run("Số:").text == "Số:        /GM-BCT"
    assert page.run("Hà Nội").text.rstrip() == "Hà Nội, ngày     tháng     năm"
    assert page.run("Bộ Công Thương").text == "Bộ Công Thương trân trọng kính mời: …………………………"


@pytest.mark.parametrize(
    ("number", "day", "printed", "dated"),
    [
        (5, dt.date(2025, 2, 3), "Số: 05/GM-BCT", "Hà Nội, ngày 03 tháng 02 năm 2025"),
        (12, dt.date(2025, 3, 31), "Số: 12/GM-BCT", "Hà Nội, ngày 31 tháng 3 năm 2025"),
        (148, dt.date(2025, 10, 21), "Số: 148/GM-BCT", "Hà Nội, ngày 21 tháng 10 năm 2025"),
    ],
)
def test_leading_zeros(world, an, number, day, printed, dated):
    document = make_issued(world.letterhead, an, number=number, issued_on=day)
    text = text_of(documents.render_pdf(document, RECIPIENT))
    assert printed in text
    assert dated in text


def test_nơi_nhận_is_punctuated_however_it_was_typed():
    typed = "- Như trên;\nLãnh đạo Bộ (để b/c)\n\n – Lưu: VT, ĐCK."
    assert printing._recipient_lines(typed) == ["- Như trên;", "- Lãnh đạo Bộ (để b/c);", "- Lưu: VT, ĐCK."]


def test_a_cục_stands_under_its_ministry(world):
    world.letterhead.parent_name = "BỘ CÔNG THƯƠNG"
    world.letterhead.name = "CỤC ĐỔI MỚI SÁNG TẠO, CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG"
    world.letterhead.symbol = "ĐCK"
    (page,) = measure.pages(documents.render_pdf(make_draft(world.letterhead)))
    parent, *name = page.runs[:4]
    assert (parent.text, parent.bold) == ("BỘ CÔNG THƯƠNG", False)
    assert [run.text for run in name] == ["CỤC ĐỔI MỚI SÁNG TẠO,", "CHUYỂN ĐỔI XANH", "VÀ KHUYẾN CÔNG"]
    assert all(run.bold and run.size == 13 and run.x >= 30 for run in name)
    assert page.run("Số:").text == "Số:        /GM-ĐCK"


# ── where it stands ─────────────────────────────────────────────────────────────────────────────────


def test_a4_with_the_margins_of_the_decree(page):
    assert (round(page.width, 1), round(page.height, 1)) == (210, 297)
    body = [run for run in page.runs if run.y > 65]
    assert min(run.x for run in body) == pytest.approx(35, abs=0.1)
    assert min(run.x for run in page.runs) >= 30
    # Justified lines are stretched, so only those that are not tell where the right edge is.
    assert max(run.right for run in page.runs) <= 195
    top = page.runs[0]
    assert 20 <= top.y - top.size * measure.MM <= 25.5
    assert max(run.y for run in page.runs) <= 297 - 20


@pytest.mark.parametrize(
    ("start", "size", "style"),
    [
        ("BỘ CÔNG THƯƠNG", 13, "Tinos-Bold"),
        ("CỘNG HÒA", 13, "Tinos-Bold"),
        ("Độc lập", 14, "Tinos-Bold"),
        ("Số:", 13, "Tinos"),
        ("Hà Nội, ngày", 14, "Tinos-Italic"),
        ("GIẤY MỜI", 14, "Tinos-Bold"),
        ("Hội nghị trực tuyến", 14, "Tinos-Bold"),
        ("Bộ Công Thương trân trọng", 14, "Tinos"),
        ("Nơi nhận:", 12, "Tinos-Bold-Italic"),
        ("- Như trên", 11, "Tinos"),
        ("TL. BỘ TRƯỞNG", 14, "Tinos-Bold"),
        ("Nguyễn Văn Mẫu", 14, "Tinos-Bold"),
    ],
)
def test_size_and_style(page, start, size, style):
    run = page.run(start)
    assert (run.size, run.font) == (size, style)


def test_what_stands_level_and_what_stands_centred(page):
    issuer, nation, motto = page.run("BỘ CÔNG"), page.run("CỘNG HÒA"), page.run("Độc lập")
    number, date = page.run("Số:"), page.run("Hà Nội, ngày")
    assert issuer.y == nation.y
    assert number.y == date.y
    assert page.run("Nơi nhận:").y == page.run("TL. BỘ TRƯỞNG").y
    assert issuer.middle == pytest.approx(number.middle, abs=0.3)
    assert nation.middle == pytest.approx(motto.middle, abs=0.5)
    assert nation.middle == pytest.approx(date.middle, abs=0.5)
    title, subject = page.run("GIẤY MỜI"), page.run("Hội nghị trực tuyến")
    assert title.middle == pytest.approx(112.5, abs=0.3)
    assert subject.middle == pytest.approx(112.5, abs=0.3)
    signer = [page.run(start) for start in ("TL. BỘ", "CỤC TRƯỞNG", "CHUYỂN ĐỔI", "Nguyễn Văn Mẫu")]
    assert all(run.middle == pytest.approx(signer[0].middle, abs=0.3) for run in signer)


def test_rules(page):
    under_issuer, under_motto, under_subject = sorted(page.rules, key=lambda rule: (rule.y, rule.x))
    motto, subject, issuer = page.run("Độc lập"), page.run("Hội nghị trực tuyến"), page.run("BỘ CÔNG")
    assert under_motto.width == pytest.approx(motto.width, abs=0.5)
    for rule, run in ((under_issuer, issuer), (under_subject, subject), (under_motto, motto)):
        assert 0.5 < rule.y - run.y < 3
        assert rule.middle == pytest.approx(run.middle, abs=0.4)
    for rule, run in ((under_issuer, issuer), (under_subject, subject)):
        assert 1 / 3 < rule.width / run.width < 1 / 2


def test_paragraphs(page):
    first, second = page.run("Bộ Công Thương trân trọng"), page.run("Tới dự")
    continued, third = page.run("(CCN)"), page.run("Chủ trì")
    assert first.x == pytest.approx(45, abs=0.1)  # 10 mm in
    assert continued.x == pytest.approx(35, abs=0.1)
    single = continued.y - second.y
    assert 14 * measure.MM <= single <= 14 * measure.MM * 1.5
    assert second.y - first.y - single == pytest.approx(6 * measure.MM, abs=0.1)
    assert third.y - continued.y - single == pytest.approx(6 * measure.MM, abs=0.1)


def test_there_is_room_for_the_signature(page):
    assert page.run("Nguyễn Văn Mẫu").y - page.run("CHUYỂN ĐỔI").y > 30


def test_more_pages_are_numbered_from_the_second_on_in_the_top_margin(world):
    document = make_draft(
        world.letterhead, paragraphs=["Đề nghị Quý cơ quan chuẩn bị ý kiến tham luận."] * 60
    )
    first, *rest = measure.pages(documents.render_pdf(document))
    assert not [run for run in first.runs if run.y < 25]
    assert len(rest) >= 2
    for number, page in enumerate(rest, start=2):
        (head,) = [run for run in page.runs if run.y < 25]
        assert (head.text, head.size, head.font) == (str(number), 14, "Tinos")
        assert head.middle == pytest.approx(35 + 155 / 2, abs=0.3)
    # The signature never stands on a page without text.
    last = rest[-1].runs
    assert [run.text for run in last if run.y > 25][0].startswith(("Đề nghị", "Bộ Công Thương"))
    assert rest[-1].run("TL. BỘ TRƯỞNG")


def test_long_names_flow(world, an):
    document = make_draft(
        world.letterhead,
        subject="Hội nghị lấy ý kiến đối với Dự thảo Nghị định thay thế Nghị định số 68/2017/NĐ-CP "
        "ngày 25 tháng 5 năm 2017 của Chính phủ về quản lý, phát triển cụm công nghiệp",
    )
    recipient = "đồng chí Công Tằng Tôn Nữ Thị Nguyệt Minh, Phó Chủ tịch Thường trực Ủy ban nhân dân " * 3
    (page,) = measure.pages(documents.render_pdf(document, recipient))
    assert max(run.right for run in page.runs) <= 195
    subject = page.runs[page.runs.index(page.run("GIẤY MỜI")) + 1 :][:3]
    assert min(run.width for run in subject) > 0.7 * max(run.width for run in subject)


def test_a_long_list_of_recipients_goes_on_under_the_signature(world, an):
    document = make_draft(world.letterhead)
    places = [f"Ủy ban nhân dân tỉnh {number}" for number in range(1, 64)]
    documents.edit_draft(document=document, values={"recipients": "\n".join(places)}, actor=an)
    first, second = measure.pages(documents.render_pdf(document))
    assert first.run("Nơi nhận:").y == first.run("TL. BỘ TRƯỞNG").y
    lines = [run for run in first.runs if run.text.startswith("- Ủy ban")]
    steps = {round(after.y - before.y, 1) for before, after in zip(lines, lines[1:], strict=False)}
    assert len(steps) == 1, "no gap in the list"
    assert second.run(f"- {places[-1]}.")


# ── the file ────────────────────────────────────────────────────────────────────────────────────────


def test_the_file_is_tagged_named_and_vietnamese(issued):
    reader = measure.reader(documents.render_pdf(issued, RECIPIENT))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == f"Giấy mời 05/GM-BCT: {TITLE}"
    assert reader.metadata.author == "Bộ Công Thương"
    assert b'pdfuaid:part="1"' in reader.xmp_metadata.stream.get_data()


def test_only_tinos_is_embedded(issued):
    for page in measure.reader(documents.render_pdf(issued, RECIPIENT)).pages:
        for font in page["/Resources"]["/Font"].values():
            assert font["/BaseFont"][8:] in ("Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-Bold-Italic")
            assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]


def test_all_134_vietnamese_letters_are_printed_and_read_back(world, an):
    letters = [char for char in VIETNAMESE if char not in "fjwz"]
    # 134: the letters that ASCII does not have, small and capital.
    own = [char for char in letters if ord(char) > 127]
    assert len(own) * 2 == 134
    for text in (" ".join(own), " ".join(own).upper()):
        document = make_draft(world.letterhead, paragraphs=[text], subject=text)
        documents.edit_draft(document=document, values={"signer_name": text, "recipients": text}, actor=an)
        read = text_of(documents.render_pdf(document)).replace("\n", " ")
        assert read.count(text[:60]) >= 2
        assert set(text) <= set(read)
    assert unprintable(VIETNAMESE + VIETNAMESE.upper()) == []


# ── nothing comes in from outside ───────────────────────────────────────────────────────────────────


@pytest.fixture
def stranger():
    """A web server that would love to be asked; its ``asked`` stays empty."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = asked
        server.url = f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_markup_in_a_value_is_printed_as_text(world, stranger, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("BÍ MẬT")
    hostile = (
        f'<img src="{stranger.url}a.png"><link rel="attachment" href="file://{secret}">'
        "<style>@import url(file:///etc/passwd)</style>{{ 7|add:7 }}{% include 'base.html' %}"
    )
    document = make_draft(world.letterhead, paragraphs=[hostile], subject=hostile, organiser=hostile)
    content = documents.render_pdf(document, hostile)
    text = " ".join(text_of(content).split())
    assert "<link" in text
    assert "7|add:7" in text
    assert "BÍ MẬT" not in text
    assert not measure.reader(content).attachments
    assert stranger.asked == []


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{url}">',
        '<link rel="stylesheet" href="{url}">',
        '<link rel="attachment" href="{url}">',
        '<a rel="attachment" href="{url}">x</a>',
        "<style>p {{ background: url({url}) }}</style><p>x",
        "<style>@import url({url});</style>",
        "<style>@font-face {{ font-family: X; src: url({url}) }} p {{ font-family: X }}</style><p>x",
        '<base href="{url}"><img src="a.png">',
        '<object data="{url}"></object>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/><use href="{url}#a"/></svg>',
    ],
)
def test_no_reference_is_ever_followed(markup, stranger, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("BÍ MẬT")
    for url in (stranger.url, secret.as_uri(), "file:///etc/passwd", "ftp://127.0.0.1/x"):
        html = f'<html lang="vi"><title>x</title>{markup.format(url=url)}'
        try:
            content = pdf.render(html)
        except pdf.OutsideReference:
            continue
        assert "BÍ MẬT".encode() not in content
        assert not measure.reader(content).attachments
        assert "root:" not in text_of(content)
    assert stranger.asked == []


def test_a_reference_is_an_error_that_a_worker_survives():
    with pytest.raises(pdf.OutsideReference):
        pdf.render('<html lang="vi"><title>x</title><img src="http://127.0.0.1:9/a.png" alt="x">')


def test_a_template_that_names_an_unknown_value_stops():
    engine = Engine(string_if_invalid=printing._engine.string_if_invalid)
    from django.template import Context

    with pytest.raises(KeyError, match="subjekt"):
        engine.from_string("{{ subjekt }}").render(Context({"subject": "x"}))


# ── breaking lines ──────────────────────────────────────────────────────────────────────────────────


def test_centred_lines_are_about_equally_long():
    text = "Hội nghị toàn quốc về quản lý và phát triển cụm công nghiệp trên địa bàn các tỉnh"
    first, second = balanced(text, size=14, width=135)
    assert f"{first} {second}" == text
    widths = [text_width(line, size=14, bold=True) for line in (first, second)]
    assert max(widths) <= 135
    assert min(widths) > 0.8 * max(widths)
    assert balanced("CỤC CÔNG THƯƠNG ĐỊA PHƯƠNG", size=13, width=63.7) == ["CỤC CÔNG THƯƠNG", "ĐỊA PHƯƠNG"]
    assert balanced("", size=14, width=135) == []
    assert balanced("Một từ", size=14, width=135) == ["Một từ"]
    assert balanced("Dàiquá" * 40, size=14, width=20) == ["Dàiquá" * 40]


def test_a_line_ends_where_a_reader_pauses():
    def lines(text, width=150):
        return balanced(text, size=14, width=width)

    conference = "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp"
    assert lines(f"Danh sách đại biểu tham dự {conference}") == [
        "Danh sách đại biểu tham dự Hội nghị trực tuyến",
        "về quản lý, phát triển cụm công nghiệp",
    ]
    assert lines("CỤC ĐỔI MỚI SÁNG TẠO, CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG", 97.4) == [
        "CỤC ĐỔI MỚI SÁNG TẠO,",
        "CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG",
    ]
    assert lines("(Kèm theo Giấy mời số 05/GM-BCT ngày 05 tháng 01 năm 2026 của Bộ Công Thương)") == [
        "(Kèm theo Giấy mời số 05/GM-BCT",
        "ngày 05 tháng 01 năm 2026 của Bộ Công Thương)",
    ]


def test_a_name_or_a_number_is_not_torn_apart():
    text = (
        "Hội nghị lấy ý kiến đối với Dự thảo Nghị định thay thế Nghị định số 68/2017/NĐ-CP ngày 25 tháng 5 "
        "của Bộ Công Thương, Ủy ban nhân dân tỉnh Đắk Lắk, Cà Mau"
    )
    together = [
        "Hội nghị",
        "Dự thảo",
        "Nghị định",
        "số 68/2017/NĐ-CP",
        "ngày 25",
        "tháng 5",
        "Bộ Công Thương,",
    ]
    for width in range(50, 156, 5):
        lines = balanced(text, size=14, width=width)
        assert " ".join(lines) == text
        broken = "|".join(lines)
        for words in (*together, "Ủy ban", "Đắk Lắk,", "Cà Mau"):
            assert broken.count(words) == text.count(words), (width, lines)


def test_every_kind_has_its_form():
    assert set(printing.FORMS) == set(OfficialDocument.Kind)
    assert set(printing.FORMS[OfficialDocument.Kind.INVITATION].required) <= set(invitation_content())
    # Only the Giấy mời prints whom it goes to.
    assert [kind for kind, form in printing.FORMS.items() if form.per_recipient] == ["GM"]
    for form in printing.FORMS.values():
        assert (settings.BASE_DIR / "templates" / form.template).is_file()
