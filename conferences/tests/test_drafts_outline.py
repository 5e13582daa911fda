import pytest
from hypothesis import given
from hypothesis import strategies as st

from conferences.drafts.outline import MAX_PIECES, NotDivided, divide, join, mark
from conferences.models.drafts import Level
from hoinghi.text import nfc

DECREE = """CHÍNH PHỦ
Căn cứ Luật Tổ chức Chính phủ;

Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Nghị định này quy định về cụm công nghiệp.
Điều 2. Giải thích từ ngữ
1. Cụm công nghiệp là nơi sản xuất.
a) Có ranh giới;
b) Không có dân cư.
2. Chủ đầu tư là doanh nghiệp.
2a. Doanh nghiệp gồm hợp tác xã.
CHƯƠNG II. QUY HOẠCH
Mục 1
THÀNH LẬP
Điều 3. Điều kiện
1. Điều 5 của Luật này được áp dụng.
5. người đã ký.
Phụ lục I
DANH MỤC
1. Biểu mẫu số 1
"""


def outline(text: str) -> list[tuple[str, str]]:
    return [(piece.label, piece.title) for piece in divide(mark(text))]


def test_a_decree_is_divided():
    assert outline(DECREE) == [
        ("Phần mở đầu", ""),
        ("Chương I", "QUY ĐỊNH CHUNG"),
        ("Điều 1", "Phạm vi điều chỉnh"),
        ("Điều 2", "Giải thích từ ngữ"),
        ("Khoản 1 Điều 2", ""),
        ("Khoản 2 Điều 2", ""),
        ("Khoản 2a Điều 2", ""),
        ("Chương II", "QUY HOẠCH"),
        ("Mục 1 Chương II", "THÀNH LẬP"),
        ("Điều 3", "Điều kiện"),
        ("Khoản 1 Điều 3", ""),
        ("Phụ lục I", "DANH MỤC"),
    ]


def test_every_word_stays_in_its_part():
    pieces = {piece.label: piece for piece in divide(mark(DECREE))}
    assert pieces["Khoản 1 Điều 2"].text == (
        "1. Cụm công nghiệp là nơi sản xuất.\na) Có ranh giới;\nb) Không có dân cư."
    )
    # "5." does not follow "1.": it is a line of the text.
    assert pieces["Khoản 1 Điều 3"].text.endswith("5. người đã ký.")
    assert pieces["Phụ lục I"].text == "1. Biểu mẫu số 1"
    assert pieces["Điều 1"].heading == "Điều 1. Phạm vi điều chỉnh"


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""'])
def test_what_an_amending_decree_quotes_is_text(opening, closing):
    text = (
        "Điều 1. Sửa đổi, bổ sung một số điều\n1. Sửa đổi Điều 2 như sau:\n"
        f"{opening}Điều 2. Giải thích từ ngữ\n1. Cụm là nơi sản xuất.\n2. Chủ đầu tư.{closing}\n"
        "2. Bãi bỏ Điều 7.\nĐiều 2. Hiệu lực\nTừ ngày ký."
    )
    assert [label for label, _ in outline(text)] == ["Điều 1", "Khoản 1 Điều 1", "Khoản 2 Điều 1", "Điều 2"]


def test_a_quotation_without_an_end_does_not_swallow_the_rest():
    text = "Điều 1. Một\n1. Sửa thành “cụm công nghiệp.\nĐiều 2. Hai\nHiệu lực."
    assert [label for label, _ in outline(text)] == ["Điều 1", "Khoản 1 Điều 1", "Điều 2"]


@pytest.mark.parametrize(
    "line",
    [
        "Điều 5 Nghị định này được sửa đổi",
        "Chương trình khuyến công quốc gia",
        "Phần lớn các địa phương",
        "Mục tiêu của Nghị định",
        "Phụ lục kèm theo Nghị định này",
        "10.5. Tỷ lệ lấp đầy",
    ],
)
def test_sentences_are_not_taken_for_headings(line):
    assert outline(f"Điều 1. Một\n{line}") == [("Điều 1", "Một")]


def test_a_plan_without_articles_is_divided_by_its_numbers():
    text = "KẾ HOẠCH\nI. MỤC ĐÍCH\n1. Nâng cao hiệu quả\n2. Bảo đảm tiến độ\nII. NHIỆM VỤ\n1. Rà soát"
    assert [label for label, _ in outline(text)] == [
        "Phần mở đầu",
        "Phần I",
        "Mục 1 Phần I",
        "Mục 2 Phần I",
        "Phần II",
        "Mục 1 Phần II",
    ]


def test_staff_put_the_division_right_by_its_marks():
    text = mark("Điều 1. Một\n1. Ý thứ nhất\nMột đoạn nữa")
    (clause,) = [piece for piece in divide(text) if piece.level == Level.CLAUSE]

    joined = join(text, clause.line)
    assert [piece.label for piece in divide(joined)] == ["Điều 1"]
    assert divide(joined)[0].text == "1. Ý thứ nhất\nMột đoạn nữa"

    split = text.replace("Một đoạn nữa", "[khoản] Một đoạn nữa")
    assert [piece.label for piece in divide(split)] == ["Điều 1", "Khoản 1 Điều 1", "Khoản Điều 1"]
    assert mark(split) == split


def test_a_text_without_parts_is_refused_with_a_way_out():
    with pytest.raises(NotDivided, match=r"\[Điều\]"):
        divide(mark("Chỉ có một đoạn văn."))


def test_too_many_parts_are_refused():
    with pytest.raises(NotDivided, match="nhiều nhất"):
        divide("\n".join(f"[Điều] Điều {number}. x" for number in range(MAX_PIECES + 1)))


WORDS = st.sampled_from(
    [
        "Điều 1. Một",
        "Điều 2. Hai",
        "1. Khoản",
        "2. Khoản",
        "Chương I",
        "“",
        "”",
        '"',
        "Phụ lục I",
        "",
        "a) điểm",
    ]
)


@given(st.lists(WORDS | st.text(max_size=30), max_size=30))
def test_nothing_is_lost_and_dividing_never_fails_otherwise(lines):
    text = nfc("\n".join(line for line in lines if "[" not in line), lines=True)
    marked = mark(text)
    assert [line.split("] ", 1)[-1] for line in marked.split("\n")] == [
        line.split("] ", 1)[-1] for line in text.split("\n")
    ]
    try:
        pieces = divide(marked)
    except NotDivided:
        return
    words = " ".join(f"{piece.heading} {piece.text}" for piece in pieces)
    assert [line for line in text.split("\n") if line not in words] == []


def test_a_number_of_a_plan_keeps_its_sentence():
    pieces = divide(mark("I. NHIỆM VỤ\n1. Rà soát phương án."))
    assert [(piece.level, piece.title, piece.text) for piece in pieces] == [
        (Level.PART, "NHIỆM VỤ", ""),
        (Level.CLAUSE, "", "1. Rà soát phương án."),
    ]
