"""The language of frames: texts with facts, numbers, and what is refused."""

from itertools import islice

import pytest

from conferences.citing import UnknownPlaceholder
from conferences.frames import check, check_invitation, numbers, write

FACTS = {"organiser": "Bộ Công Thương", "purpose": "", "name": "Hội nghị", "weekday": "thứ Sáu"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{organiser} tổ chức {name}.", "Bộ Công Thương tổ chức Hội nghị."),
        ("{organiser} tổ chức {name}< nhằm {purpose}>.", "Bộ Công Thương tổ chức Hội nghị."),
        ("{organiser}< tổ chức {name}>.", "Bộ Công Thương tổ chức Hội nghị."),
        ("Mục đích: {purpose}.", None),
        ("{Weekday}, {ORGANISER}", "Thứ Sáu, BỘ CÔNG THƯƠNG"),
        ("Không dẫn gì", "Không dẫn gì"),
    ],
)
def test_a_text_with_its_facts(text, written):
    assert write(text, FACTS) == written


def test_an_unknown_placeholder_is_named_with_the_nearest_one():
    with pytest.raises(UnknownPlaceholder, match=r"\{organizer\}.*Có phải là \{organiser\}"):
        write("{organizer} mời", FACTS)


@pytest.mark.parametrize(
    ("style", "first"),
    [
        ("1.", ["1.", "2.", "3.", "4."]),
        ("I.", ["I.", "II.", "III.", "IV."]),
        ("a)", ["a)", "b)", "c)", "d)"]),
        ("(1)", ["(1)", "(2)", "(3)", "(4)"]),
        ("", ["", "", "", ""]),
    ],
)
def test_numbers_of_headings(style, first):
    assert list(islice(numbers(style), 4)) == first


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        ([], "frame"),
        ("đoạn", "frame"),
        (["đoạn"], "frame[0]"),
        ([{"paragraph": "a", "dash": "b"}], "frame[0]"),
        ([{"đoạn": "a"}], "frame[0]"),
        ([{"paragraph": " "}], "frame[0].paragraph"),
        ([{"paragraph": ["a"]}], "frame[0].paragraph"),
        ([{"dash": "a", "text": "b"}], "frame[0].text"),
        ([{"heading": "a", "number": "1-"}], "frame[0].number"),
        ([{"dash": "a", "number": "1."}], "frame[0].number"),
        ([{"numbered": "a", "text": "b"}], "frame[0].text"),
        ([{"heading": "a", "blocks": [{"dash": ""}]}], "frame[0].blocks[0].dash"),
        ([{"heading": "a", "blocks": []}], "frame[0].blocks"),
    ],
)
def test_a_wrong_frame_is_refused_where_it_is_wrong(blocks, path):
    assert [where for where, _ in check(blocks, path="frame")] == [path]


def test_wrong_paragraphs_of_an_invitation_are_refused():
    assert [where for where, _ in check_invitation(["a", "", 3], path="invitation")] == [
        "invitation[1]",
        "invitation[2]",
    ]
