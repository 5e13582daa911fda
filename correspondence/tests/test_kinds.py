"""Every kind of official document as it comes out of the printer, measured against NĐ 30/2020/NĐ-CP."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from correspondence import documents
from correspondence.models import OfficialDocument
from correspondence.nd30 import FORMS
from correspondence.tests import measure, papers
from correspondence.tests.test_documents import make_issued

Kind = OfficialDocument.Kind
LIST_KINDS = (Kind.DELEGATE_LIST, Kind.RECEIPT)
HEAD = ["BỘ CÔNG THƯƠNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]


@pytest.fixture
def letterhead(world):
    world.letterhead.signer_name = "Nguyễn Văn Mẫu"
    world.letterhead.recipients = "Như trên\nLãnh đạo Bộ (để b/c)\nLưu: VT, ĐCK"
    world.letterhead.save()
    return world.letterhead


def pages_of(document, **options) -> list[measure.Page]:
    return measure.pages(documents.render_pdf(document, **options))


def lines(page) -> list[str]:
    return [" ".join(run.text.split()) for run in page.runs]


# ── what each says ──────────────────────────────────────────────────────────────────────────────────


SIGNED = [
    "Nơi nhận:",
    "- Như trên;",
    "- Lãnh đạo Bộ (để b/c);",
    "- Lưu: VT, ĐCK.",
    "TL. BỘ TRƯỞNG",
    "CỤC TRƯỞNG CỤC ĐỔI MỚI SÁNG TẠO,",
    "CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG",
    "Nguyễn Văn Mẫu",
]
DATE = "Hà Nội, ngày 05 tháng 01 năm 2026"
TITLE = "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp"
BODY = [
    "Thực hiện chương trình công tác, Bộ Công Thương tổ chức Hội nghị",
    "trực tuyến về quản lý, phát triển cụm công nghiệp (CCN) nhằm đánh giá hệ",
    "thống chính sách hiện hành. Cụ thể như sau:",
    "1. Thời gian, địa điểm",
    "- Thời gian: ½ ngày, từ 8h00 ngày 02/7/2021 (Thứ 6).",
    "- Tại Bộ Công Thương: Phòng họp 210 nhà B, số 54 Hai Bà Trưng,",
    "Hoàn Kiếm, Hà Nội.",
    "2. Chủ trì Hội nghị: Bộ trưởng Bộ Công Thương.",
    "Bộ Công Thương trân trọng đề nghị Quý cơ quan phối hợp thực hiện./.",
]
GOLDEN = {
    Kind.OFFICIAL_LETTER: [
        *HEAD,
        "Số: 05/BCT-ĐCK",
        "V/v đề nghị cử đại biểu dự",
        "Hội nghị trực tuyến về quản lý,",
        "phát triển cụm công nghiệp",
        DATE,
        "Kính gửi: Sở Công Thương các tỉnh, thành phố trực thuộc trung ương",
        *BODY,
        *SIGNED,
    ],
    Kind.NOTICE: [*HEAD, "Số: 05/TB-BCT", DATE, "THÔNG BÁO", TITLE, *BODY, *SIGNED],
    Kind.DELEGATE_LIST: [
        *HEAD,
        "Số: 05/DS-BCT",
        DATE,
        "DANH SÁCH ĐẠI BIỂU",
        f"Tham dự {TITLE}",
        *("STT", "Họ và tên", "Chức vụ", "Đơn vị công tác", "Ghi chú"),
        "Tỉnh Đắk Lắk",
        *("1", "Trần Thị Bốn", "Giám đốc", "Sở Công Thương tỉnh", "Đắk Lắk"),
        *("2", "Công Tằng Tôn Nữ", "Nguyệt Minh", "Phó Chủ tịch", "Ủy ban nhân dân xã Ea", "Kar"),
        "Tỉnh Cà Mau",
        *("3", "Lê Văn Một", "Chủ tịch", "Công ty A", "Dự phòng"),
        "Danh sách có 02 đại biểu của 02 cơ quan, đơn vị; 01 người dự phòng./.",
        *SIGNED,
    ],
    Kind.RECEIPT: [
        *HEAD,
        "Số: 05/PTN-BCT",
        DATE,
        "PHIẾU TIẾP NHẬN",
        "Danh sách đại biểu tham dự Hội nghị trực tuyến",
        "về quản lý, phát triển cụm công nghiệp",
        "Cơ quan gửi: Sở Công Thương tỉnh Đắk Lắk.",
        "Người gửi: Nguyễn Thị Bình.",
        "Nhận lúc 8h00 ngày 05/01/2026 (giờ Hà Nội), lần gửi thứ 1.",
        *("STT", "Họ và tên", "Chức vụ", "Đơn vị công tác", "Điện thoại", "Ghi chú"),
        "Tỉnh Đắk Lắk",
        *("1", "Trần Thị Bốn", "Giám đốc", "Sở Công Thương", "tỉnh Đắk Lắk", "0912 345 678"),
        *("2", "Công Tằng Tôn", "Nữ Nguyệt Minh", "Phó Chủ tịch"),
        *("Ủy ban nhân dân", "xã Ea Kar", "0912 345 678"),
        "Phiếu này do hệ thống lập và đánh số tự động khi nhận danh sách, không",
        "cần chữ ký, con dấu./.",
        "CỤC ĐỔI MỚI SÁNG TẠO,",
        "CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG",
    ],
    Kind.MINUTES: [
        *HEAD,
        "Số: 05/BB-BCT",
        "BIÊN BẢN",
        TITLE,
        "Thời gian bắt đầu: 8h00 ngày 02/7/2021.",
        "Địa điểm: Phòng họp 210 nhà B, số 54 Hai Bà Trưng, Hà Nội.",
        "Thành phần tham dự:",
        "- Về phía Bộ Công Thương: Lãnh đạo Bộ;",
        "- Về phía địa phương: đại diện Sở Công Thương.",
        "Chủ trì: Ông Lê Văn A, Bộ trưởng Bộ Công Thương.",
        "Thư ký: Bà Trần Thị B, chuyên viên.",
        "Nội dung:",
        "- Phát biểu khai mạc: Bộ trưởng Bộ Công Thương.",
        "1. Kết luận",
        "Các đơn vị thực hiện.",
        "Hội nghị kết thúc vào 11h30, ngày 02/7/2021./.",
        *("THƯ KÝ", "Trần Thị B", "CHỦ TỌA", "Lê Văn A"),
        *SIGNED[:4],
    ],
}


@pytest.mark.parametrize("kind", GOLDEN)
def test_the_whole_text(letterhead, kind):
    (page,) = pages_of(papers.issued(kind, letterhead))
    assert lines(page) == GOLDEN[kind]


def test_the_golden_texts_cover_every_kind():
    """The Giấy mời's own is in test_pdf."""
    assert set(GOLDEN) | {Kind.INVITATION} == set(Kind) == set(papers.CONTENTS) == set(FORMS)


def test_an_appendix(letterhead):
    first, appendix = pages_of(papers.issued(Kind.INVITATION, letterhead), recipient="Sở Công Thương")
    assert "GIẤY MỜI" in lines(first)
    assert lines(appendix) == [
        "Phụ lục",
        "MỘT SỐ NỘI DUNG ĐỀ NGHỊ PHỐI HỢP THỰC HIỆN",
        "(Kèm theo Giấy mời số 05/GM-BCT",
        "ngày 05 tháng 01 năm 2026 của Bộ Công Thương)",
        "(1) Đề nghị Ủy ban nhân dân cấp tỉnh:",
        "- Chuẩn bị phòng họp trực tuyến.",
        "2. Tài liệu",
    ]


# ── what a draft leaves open ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.MINUTES])
def test_a_draft_leaves_number_and_date_blank(letterhead, kind):
    page = pages_of(papers.draft(kind, letterhead))[0]
    document = papers.draft(kind, letterhead)
    assert page.run("Số:").text == f"Số:        {document.notation.strip()}"
    assert page.run("Hà Nội").text.rstrip() == "Hà Nội, ngày     tháng     năm"


def test_an_appendix_of_a_draft_dots_number_and_date(letterhead):
    _, appendix = pages_of(papers.draft(Kind.INVITATION, letterhead))
    assert "(Kèm theo Giấy mời số ……/GM-BCT" in lines(appendix)
    assert "ngày …… tháng …… năm ……… của Bộ Công Thương)" in lines(appendix)


def test_minutes_have_no_place_and_date_and_dot_what_is_to_be_filled_in(letterhead):
    blank = dict.fromkeys(FORMS[Kind.MINUTES].filled_in, "")
    (page,) = pages_of(papers.draft(Kind.MINUTES, letterhead, **blank))
    assert not [run for run in page.runs if run.text.startswith("Hà Nội")]
    assert page.run("Thư ký").text == f"Thư ký: {'…' * 10}."
    assert len([run for run in page.runs if set(run.text) == {"…"}]) == 3


# ── what it replaces ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", Kind.values)
def test_a_document_names_the_one_that_it_replaces(letterhead, an, kind):
    old = make_issued(letterhead, an)
    document = papers.draft(kind, letterhead, replaces=old)
    text = " ".join(lines(pages_of(document)[0]))
    named = f"{document.get_kind_display()} này thay thế Giấy mời số 05/GM-BCT ngày 05 tháng 01 năm 2026"
    assert f"{named} của Bộ Công Thương." in text
    closing = document.content.get("closing") or document.content["paragraphs"][-1]
    assert text.index(named) < text.index(closing[:40])


# ── where it stands ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=sorted(GOLDEN))
def page(request, letterhead):
    (page,) = pages_of(papers.issued(request.param, letterhead))
    return page


def test_margins(page):
    assert (round(page.width, 1), round(page.height, 1)) == (210, 297)
    assert min(run.x for run in page.runs) >= 30
    assert max(run.right for run in page.runs) <= 195
    body = [run for run in page.runs if run.y > 65 and run.size == 14]
    assert min(run.x for run in body) == pytest.approx(35, abs=0.1) or min(run.x for run in body) > 35
    assert 20 <= page.runs[0].y - page.runs[0].size * measure.MM <= 25.5
    assert max(run.y for run in page.runs) <= 297 - 20


def test_sizes_and_styles(page):
    sizes = {run.size for run in page.runs}
    assert sizes <= {11, 12, 13, 14}
    for start, size, font in (
        ("BỘ CÔNG", 13, "Tinos-Bold"),
        ("Số:", 13, "Tinos"),
        ("Độc lập", 14, "Tinos-Bold"),
    ):
        assert (page.run(start).size, page.run(start).font) == (size, font)


def measured(letterhead, kind, **changes):
    (page,) = pages_of(papers.issued(kind, letterhead, **changes))
    return page


def test_what_a_letter_is_about_stands_under_its_number(letterhead):
    page = measured(letterhead, Kind.OFFICIAL_LETTER)
    number, about, date = page.run("Số:"), page.run("V/v"), page.run("Hà Nội, ngày")
    assert (about.size, about.font) == (13, "Tinos")
    assert about.middle == pytest.approx(number.middle, abs=0.3)
    assert about.y - number.y > 13 * measure.MM + 6 * measure.MM - 0.1
    assert number.y == date.y


def test_one_addressee_stands_on_the_line_of_kính_gửi(letterhead):
    long = (
        "Ủy ban nhân dân, Sở Công Thương và các đơn vị có liên quan của các tỉnh, thành phố khu vực phía Bắc"
    )
    page = measured(letterhead, Kind.OFFICIAL_LETTER, addressees=[long])
    first = page.run("Kính gửi:")
    assert (first.size, first.font) == (14, "Tinos")
    second = page.runs[page.runs.index(first) + 1]
    # A second line goes on under the first word of the addressee.
    assert second.x == pytest.approx(first.x + 20.2, abs=0.2)


def test_several_addressees_stand_below_with_their_dashes_under_the_colon(letterhead):
    names = ["Ủy ban nhân dân các tỉnh, thành phố", "Sở Công Thương các tỉnh, thành phố", "Cục Điện lực"]
    page = measured(letterhead, Kind.OFFICIAL_LETTER, addressees=names)
    head = page.run("Kính gửi:")
    listed = page.runs[page.runs.index(head) + 1 :][:3]
    assert [run.text for run in listed] == [f"- {names[0]};", f"- {names[1]};", f"- {names[2]}."]
    colon = head.x + measure.text_width("Kính gửi", size=14)
    assert all(run.x == pytest.approx(colon, abs=0.3) for run in listed)


def test_the_address_line_stands_at_the_foot_of_the_first_page_only(letterhead):
    letterhead.address_line = papers.ADDRESS
    letterhead.save()
    names = [f"Sở Công Thương tỉnh {number}" for number in range(1, 64)]
    document = papers.issued(Kind.OFFICIAL_LETTER, letterhead, addressees=names)
    code = "ABCDEFGHJKLMNPQR"
    first, *rest = measure.pages(documents.render_pdf(document, code=code))
    address = first.run("Địa chỉ:")
    assert address.size == 11
    assert 272 <= address.y <= 285
    (rule,) = [rule for rule in first.rules if rule.y > 260]
    assert (rule.x, rule.width) == (pytest.approx(35, abs=0.1), pytest.approx(155, abs=0.2))
    assert max(run.y for run in first.runs if run.size == 14) < rule.y
    # The code of the copy stands below it, not over it.
    words = [run for run in first.runs if run.size == 8]
    assert min(run.y for run in words) - 8 * measure.MM > max(run.y for run in first.runs if run.size == 11)
    assert not [run for page in rest for run in page.runs if run.text.startswith("Địa chỉ:")]


def test_two_sign_the_minutes_side_by_side(letterhead):
    page = measured(letterhead, Kind.MINUTES)
    left, right = page.run("THƯ KÝ"), page.run("CHỦ TỌA")
    assert left.y == right.y
    assert page.run("Trần Thị B").middle == pytest.approx(left.middle, abs=0.3)
    assert page.run("Lê Văn A").middle == pytest.approx(right.middle, abs=0.3)
    assert page.run("Lê Văn A").y - right.y > 30
    assert (left.middle + right.middle) / 2 == pytest.approx(112.5, abs=1)
    assert page.run("Nơi nhận:").y > page.run("Lê Văn A").y


def test_the_head_of_a_long_list_is_repeated_and_nobody_is_torn_in_two(letterhead):
    people = [
        papers.person(f"Nguyễn Văn {n}", "Phó Chủ tịch", "Ủy ban nhân dân xã Ea Kar") for n in range(1, 8)
    ]
    sections = [{"title": f"Tỉnh {n}", "people": people} for n in range(1, 21)]
    pages = pages_of(papers.issued(Kind.DELEGATE_LIST, letterhead, sections=sections))
    assert len(pages) > 4
    for number, page in enumerate(pages, start=1):
        texts = [run.text for run in page.runs]
        assert texts.count("Họ và tên") == 1
        assert [run.text for run in page.runs if run.y < 25] == ([str(number)] if number > 1 else [])
        # A province's name is never the last line of a page, and the two lines of a place stay together.
        lowest = max((run for run in page.runs), key=lambda run: run.y)
        assert not lowest.text.startswith("Tỉnh")
        assert texts.count("Ủy ban nhân dân xã Ea") == texts.count("Kar")
    numbers = [int(run.text) for page in pages for run in page.runs if run.text.isdigit() and run.size == 13]
    assert numbers == list(range(1, 141))
    assert pages[-1].run("TL. BỘ TRƯỞNG")


def test_pages_are_numbered_anew_in_an_appendix(letterhead):
    long = {"title": "Phụ lục dài", "paragraphs": ["Đề nghị Quý cơ quan chuẩn bị ý kiến tham luận."] * 80}
    body = ["Đề nghị Quý cơ quan chuẩn bị ý kiến tham luận."] * 40
    document = papers.issued(Kind.INVITATION, letterhead, paragraphs=body, appendix=long)
    heads = [[run.text for run in page.runs if run.y < 25] for page in pages_of(document)]
    assert heads == [[], ["2"], [], ["2"], ["3"]]


def test_forty_recipients_flow(letterhead):
    letterhead.recipients = "\n".join(f"Ủy ban nhân dân tỉnh {number}" for number in range(1, 41))
    letterhead.save()
    for kind in (Kind.OFFICIAL_LETTER, Kind.NOTICE, Kind.MINUTES):
        pages = pages_of(papers.issued(kind, letterhead))
        listed = [
            run.text for page in pages for run in page.runs if run.text.startswith("- Ủy ban nhân dân tỉnh")
        ]
        assert len(listed) == 40, kind
        assert len(pages) == 2
        assert max(run.y for page in pages for run in page.runs) <= 297 - 20


# ── the files ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def files(letterhead, an, tmp_path) -> list[Path]:
    """Every kind, issued with its code and as a draft, and one of several pages."""
    letterhead.address_line = papers.ADDRESS
    letterhead.save()
    old = make_issued(letterhead, an)
    printed = {kind: papers.issued(kind, letterhead, replaces=old) for kind in set(Kind) - {Kind.INVITATION}}
    printed |= {f"{kind}-draft": papers.draft(kind, letterhead) for kind in Kind}
    printed["long"] = papers.draft(
        Kind.DELEGATE_LIST,
        letterhead,
        sections=[papers.SECTIONS[0] | {"people": papers.SECTIONS[0]["people"] * 30}],
    )
    printed["addressees"] = papers.draft(Kind.OFFICIAL_LETTER, letterhead, addressees=["Sở A", "Sở B"])
    paths = []
    for name, document in printed.items():
        code = "" if document.is_draft else "ABCDEFGHJKLMNPQR"
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(documents.render_pdf(document, "Sở Công Thương tỉnh Đắk Lắk", code))
    return paths


def test_every_file_is_sound_and_readable_aloud(files):
    """qpdf finds no damage; outloud checks PDF/UA-1 (tags, titles, headings, tables, reading order)."""
    qpdf = shutil.which("qpdf")
    for path in files if qpdf else ():
        checked = subprocess.run([qpdf, "--check", path], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    checker = Path(sys.executable).with_name("outloud")
    heard = subprocess.run([checker, "--fail-on", "error", *files], capture_output=True, text=True)
    assert heard.returncode == 0, heard.stdout
    assert f"{len(files)} file(s)" in heard.stdout
