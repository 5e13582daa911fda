"""Finding words without diacritics and showing where they stand in the text as it was written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoinghi.text import find_letters, fold, mark_words, nfc, words_to_find

TEXT = "Hội nghị trực tuyến về quản lý, phát triển cụm công nghiệp; kinh tế - xã hội."


def hits(text: str, query: str) -> list[str]:
    return [piece.text for piece in mark_words(text, words_to_find(query)) if piece.is_hit]


@given(st.text())
def test_letters_stand_where_they_stood(text):
    text = nfc(text)
    assert len(find_letters(text)) == len(text)


@given(st.text(alphabet=st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyÁẢÃẠẦẨẪẤẬĐỄỘỢỰỸ 0123456789")))
def test_vietnamese_words_are_folded_as_everywhere(text):
    assert find_letters(nfc(text)).split() == fold(text).split()


@given(st.text(), st.text())
def test_pieces_are_the_whole_text(text, query):
    assert "".join(piece.text for piece in mark_words(text, words_to_find(query))) == nfc(text)


@pytest.mark.parametrize(
    "query", ["cum cong nghiep", "CỤM CÔNG NGHIỆP", unicodedata.normalize("NFD", "cụm công nghiệp")]
)
def test_words_side_by_side_are_one_piece_as_written(query):
    assert hits(TEXT, query) == ["cụm công nghiệp"]


def test_single_words_are_left_alone_where_others_stand_together():
    assert hits(TEXT, "hoi nghi") == ["Hội nghị"]
    assert hits(TEXT, "hoi") == ["Hội", "hội"]


def test_only_the_last_word_may_be_unfinished():
    assert hits(TEXT, "cong nghi") == ["công nghiệp"]
    assert hits(TEXT, "con nghiep") == ["nghiệp"]


@pytest.mark.parametrize("query", ["", "   ", "!?%_\\", "\0", "(.*"])
def test_a_query_without_words_marks_nothing(query):
    assert words_to_find(query) == []
    assert hits(TEXT, query) == []


def test_words_are_few_and_each_once():
    assert words_to_find("a b a " + " ".join(f"w{n}" for n in range(50))) == [
        "a",
        "b",
        *(f"w{n}" for n in range(8)),
    ]


def test_numbers_of_documents_are_words():
    assert words_to_find("NĐ 68/2017/NĐ-CP") == ["nd", "68", "2017", "cp"]
    assert hits("Nghị định số 68/2017/NĐ-CP ngày 25/5/2017", "68 2017") == ["68/2017"]
