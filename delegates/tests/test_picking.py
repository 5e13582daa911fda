"""Organisations found by what people type."""

import pytest

from delegates.entry.picking import SHOWN, Picker, resolve
from delegates.pickers import Choice
from delegates.rows import Row

COMMUNES = [
    "xã Ea Kar",
    "xã Ea Knốp",
    "xã Ba Tơ",
    "xã Ba Tô",
    "phường Buôn Ma Thuột",
    "xã Krông Pắc",
    "xã Krông Pắc Hạ",
]


@pytest.fixture
def picker():
    return Picker([Choice(f"Ủy ban nhân dân {name}") for name in COMMUNES])


def names(choices):
    return [choice.name.removeprefix("Ủy ban nhân dân ") for choice in choices]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ea kar", ["xã Ea Kar"]),
        ("KAR ea", ["xã Ea Kar"]),
        ("ea k", ["xã Ea Kar", "xã Ea Knốp"]),
        ("buo\u0302n ma", ["phường Buôn Ma Thuột"]),
        ("ubnd phuong", ["phường Buôn Ma Thuột"]),
        ("ba to", ["xã Ba Tơ", "xã Ba Tô"]),
        ("hà nội", []),
    ],
)
def test_typing_finds_without_diacritics(picker, typed, found):
    assert names(picker.search(typed)) == found


def test_an_empty_field_shows_the_first_ones_and_never_all():
    many = Picker([Choice(f"Xã {number}") for number in range(3321)])
    assert len(many.search("")) == SHOWN
    assert len(many.search("xa")) == SHOWN


def test_what_stands_so_in_a_name_comes_first():
    picker = Picker([Choice("Xã Lắk Đắk"), Choice("Xã Đắk Lắk")])
    assert picker.search("dak lak")[0].name == "Xã Đắk Lắk"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ủy ban nhân dân xã Ea Kar", ["xã Ea Kar"]),
        ("uy ban nhan dan xa ea kar", ["xã Ea Kar"]),
        ("ea kar", ["xã Ea Kar"]),
        ("UBND xã Ea Kar", ["xã Ea Kar"]),
        ("xã Krông Pắc", ["xã Krông Pắc"]),
        ("Ủy ban nhân dân xã Ba Tô", ["xã Ba Tô"]),
        ("xa ba to", ["xã Ba Tơ", "xã Ba Tô"]),
        ("UBND Ba Tơ", ["xã Ba Tơ"]),
        ("xã ba tò", ["xã Ba Tơ", "xã Ba Tô"]),
        ("ea k", []),
        ("Phòng Kinh tế xã Ea Kar", []),
        ("–", []),
    ],
)
def test_a_typed_name_means_one_several_or_none(picker, typed, meant):
    assert names(picker.matches(typed)) == meant


def test_resolving_rows_names_them_and_asks_about_the_ambiguous(picker):
    rows = [Row("xa", organisation=name) for name in ("ea kar", "ba to", "Công ty A", "")]
    rows.append(Row("khac", organisation="ea kar"))
    problems = resolve(rows, {"xa": picker.offered})
    assert [row.organisation for row in rows] == [
        "Ủy ban nhân dân xã Ea Kar",
        "ba to",
        "Công ty A",
        "",
        "ea kar",
    ]
    assert [(problem.row, problem.field) for problem in problems] == [(1, "organisation")]
    assert "Ủy ban nhân dân xã Ba Tơ; Ủy ban nhân dân xã Ba Tô" in problems[0].message
