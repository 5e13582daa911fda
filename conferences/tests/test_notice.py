"""The notice of seed 000 from its file, the frame behind it, and the twin that the frame serves too."""

import datetime as dt
import re

import pytest
from django.template.loader import render_to_string

from conferences.citing import PLACEHOLDER
from conferences.facts import facts_of
from conferences.frames import texts
from conferences.loading import load
from conferences.models import Conference
from conferences.notice import build_notice, notice_text
from conferences.tests.conference_files import REMOVED, SEED_000, TWIN, changed_copy, load_standard
from conferences.tests.seeds import seed_000
from hoinghi.text import fold, nfc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register", "standard")]

START = dt.date(2026, 12, 7)


@pytest.fixture
def standard(db):
    load_standard()


def html_of(conference, **context) -> str:
    return render_to_string("conferences/notice.html", {"notice": build_notice(conference), **context})


def words_of(html: str) -> str:
    # A link stands inside a line: the spaces around it are those of the text.
    return (
        nfc(re.sub(r"<[^>]*>", " ", re.sub(r"</?a\b[^>]*>", "", html))).replace(" .", ".").replace(" :", ":")
    )


def test_seed_000_from_its_file():
    conference = load(SEED_000)
    assert nfc(notice_text(build_notice(conference))) == seed_000()


def test_the_page_prints_the_same_words():
    conference = load(SEED_000)
    # Dashes and numbers of notes are the stylesheet's.
    printed = re.sub(r"(?m)^[-+] |^\(\d\) ", "", notice_text(build_notice(conference)))
    printed = printed.replace("Chủ trì Hội nghị:", "Chủ trì Hội nghị").replace("Nội dung:", "Nội dung")
    assert words_of(html_of(conference)) == nfc(printed)


def test_the_structure_of_the_page():
    html = html_of(load(SEED_000))
    assert re.findall(r"<h3>(.*?)</h3>", html) == [
        "1. Thời gian, địa điểm",
        "2. Chủ trì Hội nghị",
        "3. Thành phần Hội nghị",
        "4. Nội dung",
        "Ghi chú:",
    ]
    assert html.count("<ol>") == 1
    assert html.count("<li>") == 2 + 2 + 2 + 3 + 2
    assert html.count('class="notice__sign"') == html.count('class="notice__invite"') == 1
    assert "style=" not in html


def test_a_link_stands_apart_from_the_words_before_it():
    assert 'kèm theo <a href="#chuong-trinh">' in html_of(load(SEED_000))


def test_links_lead_to_the_parts_of_the_page():
    conference = load(SEED_000)
    for base in ("", "https://hoi-nghi.example/hoi-nghi/x/"):
        html = html_of(conference, base=base)
        assert re.findall(r'<a href="(.*?)">tải về tại đây</a>', html) == [
            f"{base}#chuong-trinh",
            f"{base}#tai-lieu",
        ]


def test_numbered_lines_and_small_words_of_a_frame(tmp_path):
    frame = [
        {"paragraph": "đến dự: {name}"},
        {"numbered": "{line};", "last": "{line}.", "each": "purpose", "number": "a)"},
    ]
    changes = {"frame": frame, "purpose": "đánh giá chính sách\nbàn giải pháp", "title": "hội nghị"}
    conference = load(changed_copy(tmp_path, changes))
    assert notice_text(build_notice(conference)) == (
        "đến dự: hội nghị\n\na) Đánh giá chính sách;\n\nb) Bàn giải pháp.\n"
    )
    assert "<p>a) Đánh giá chính sách;</p>" in html_of(conference)


def test_html_in_a_field_is_text(tmp_path):
    changes = {
        "title": "Hội nghị <script>alert(1)</script>",
        "notes[2].text": '<img src="x" onerror="y">&amp;',
    }
    conference = load(changed_copy(tmp_path, changes))
    html = html_of(conference)
    assert "<script" not in html
    assert "<img" not in html
    assert '<img src="x" onerror="y">&amp;' in notice_text(build_notice(conference))


def test_blocks_without_facts_disappear(tmp_path):
    changes = {
        "basis": REMOVED,
        "purpose": REMOVED,
        "composition": REMOVED,
        "notes": REMOVED,
        "places": REMOVED,
    }
    changes |= {"state": "draft", "announced": REMOVED, "abbreviations": REMOVED, "groups": REMOVED}
    text = notice_text(build_notice(load(changed_copy(tmp_path, changes))))
    assert text.startswith(
        "Bộ Công Thương tổ chức Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp. Cụ thể như sau:\n"
    )
    assert "Địa điểm" not in text
    assert "Thành phần" not in text
    assert "Ghi chú" not in text
    assert re.findall(r"(?m)^\d\. .*", text) == [
        "1. Thời gian, địa điểm",
        "2. Chủ trì Hội nghị: Bộ trưởng Bộ Công Thương.",
        "3. Nội dung: Chương trình Hội nghị kèm theo tải về tại đây.",
    ]


def test_without_a_composition_the_groups_are_printed(tmp_path):
    text = notice_text(build_notice(load(changed_copy(tmp_path, {"composition": REMOVED}))))
    assert (
        "- Về phía Bộ: Lãnh đạo Bộ; Cục Công Thương địa phương; đại diện các đơn vị có liên quan trong Bộ.\n"
    ) in text
    assert "- Về phía địa phương: Ủy ban nhân dân cấp tỉnh; Sở Công Thương; " in text


def test_the_frame_holds_no_fact():
    conference = load(SEED_000)
    frame = conference.frame
    written = [text for _, text in texts(frame.blocks)] + frame.invitation
    words = [fold(PLACEHOLDER.sub("|", text)) for text in written]
    facts = {name: fold(value) for name, value in facts_of(conference).items() if len(value) > 3}
    del facts["chair_label"]  # a joining word itself: it belongs to the kind
    assert len(facts) > 40
    assert [(name, text) for name, value in facts.items() for text in words if value in text] == []


def test_the_same_frame_serves_the_twin():
    seed, twin = load(SEED_000), load(TWIN, start=START)
    assert twin.frame == seed.frame
    text = notice_text(build_notice(twin))
    for printed in (
        "½ ngày, từ 8h00 ngày 07/12/2026 (Thứ 2)",
        "Phòng họp trực tuyến của Chi cục Quản lý thị trường các tỉnh, thành phố.",
        "1÷2 Ủy ban nhân dân cấp xã và 1÷2 chủ đầu tư hạ tầng CCN",
        "trước ngày 06/12/2026",
        "CỤC ĐỔI MỚI SÁNG TẠO, CHUYỂN ĐỔI XANH VÀ KHUYẾN CÔNG",
    ):
        assert printed in text
    for gone in ("huyện", "Công Thương địa phương", "Tổng cục", "2021", "moit.gov.vn"):
        assert gone not in text


def test_a_notice_costs_the_same_queries_with_more_rows(django_assert_num_queries, tmp_path):
    more = {"contacts[1]": {"name": "Lê Văn An", "phones": "0900000000"}, "notes[3]": {"text": "Thêm"}}
    load(changed_copy(tmp_path, more))
    load(TWIN, start=START)
    for slug in ("cum-cong-nghiep-2021", "cum-cong-nghiep"):
        with django_assert_num_queries(1):
            html_of(Conference.objects.printable().get(slug=slug))
