"""The stored order against the order of a browser: ICU's ``vi``, asked through Intl.Collator."""

import csv
import itertools
import random
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings

from hoinghi.text import fold, given_name, nfc, person_sort_key, sort_key

VOWELS = "aăâeêioôơuưy"
CONSONANTS = "bcdđghklmnpqrstvx"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
LETTERS = [unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES] + list(CONSONANTS)
ALPHABET = LETTERS + [letter.upper() for letter in LETTERS]
SIGNS = " _-–,;:!?.'’\"“”()/&%+÷×0123456789½"

SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ông"]
MIDDLE = ["Văn", "Thị", "Đức", "Ngọc", "Thị Ánh", "", "Hữu", "Minh"]
GIVEN = [
    "An",
    "Anh",
    "Ánh",
    "Ân",
    "Ba",
    "Bình",
    "Dũng",
    "Đạt",
    "Ơn",
    "Út",
    "Hòa",
    "Hoà",
    "Hoa",
    "Hóa",
    "Uyên",
]
GIVEN += ["Ưng", "Tuấn", "Tuân", "Tuần", "Yến", "Ý", "Ê", "Ế"]


def names_of_the_register() -> list[str]:
    """Every name in directory/data: provinces, districts, communes, organisations."""
    names = set()
    for file in sorted(Path(settings.BASE_DIR, "directory/data").glob("*.csv")):
        with file.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                names |= {row.get("name", ""), row.get("name_short", "")}
    return sorted(names - {""})


def persons() -> list[str]:
    return sorted({nfc(" ".join(parts)) for parts in itertools.product(SURNAMES, MIDDLE, GIVEN)})


def shuffled(texts: list[str]) -> list[str]:
    return random.Random(0).sample(texts, len(texts))


def made_up(alphabet: list[str], count: int, seed: int) -> list[str]:
    """Words that differ little, so that all levels of the comparison decide somewhere."""
    draw = random.Random(seed)
    return ["".join(draw.choices(alphabet, k=draw.randint(1, 4))) for _ in range(count)]


STEMS = ["".join(word) for word in itertools.product("Hh", "oô", "aàảạ")]
TEXTS = {
    "the 134 letters": ALPHABET,
    "the register": names_of_the_register(),
    "words of few letters": made_up(list("aàáạăâAÀĐdđ "), 1500, 1),
    "words of all letters": made_up(ALPHABET, 1500, 2),
    "signs between letters": made_up([*SIGNS, *"aAàđ"], 1500, 3),
    "tones here and there": [*STEMS, "hòa", "hoà", "Hòa", "toàn", "tòan", "toan", "tóan", "toán"],
    "foreign letters": ["Müller", "Muller", "Mủller", "Citroën", "Citroen", "François", "Ångström", "Zürich"],
}

COMPARE = """([texts, options]) => {
    const order = new Intl.Collator('vi', options);
    const sorted = texts.map((text, place) => place).sort((a, b) => order.compare(texts[a], texts[b]));
    return sorted.map((place, i) => [place, i && order.compare(texts[sorted[i - 1]], texts[place])]);
}"""


def browser_order(page, texts: list[str], **options) -> list[tuple[str, bool]]:
    """The texts in the browser's order, each with whether it stands strictly after the one before."""
    return [(texts[place], sign < 0) for place, sign in page.evaluate(COMPARE, [texts, options])]


@pytest.mark.browser
@pytest.mark.parametrize("name", TEXTS)
def test_sort_key_orders_as_the_browser_does(page, name):
    texts = sorted({nfc(text) for text in TEXTS[name]} - {""})
    ordered = browser_order(page, texts)
    wrong = [
        (before, after)
        for (before, _), (after, strictly) in itertools.pairwise(ordered)
        if (sort_key(before) < sort_key(after)) != strictly or sort_key(before) > sort_key(after)
    ]
    assert wrong == []
    assert len(ordered) == len(texts) > 5


@pytest.mark.browser
def test_persons_order_by_given_name_as_the_browser_compares_it(page):
    names = persons()
    places = {given: place for place, (given, _) in enumerate(browser_order(page, sorted(set(GIVEN))))}
    whole = {name: place for place, (name, _) in enumerate(browser_order(page, names))}
    expected = sorted(names, key=lambda name: (places[given_name(name)], whole[name]))
    assert sorted(names, key=person_sort_key) == expected
    assert len(names) > 500


def test_the_lists_are_the_real_ones():
    """The comparison above must not run over nothing."""
    assert len(set(ALPHABET)) == 178
    assert len(names_of_the_register()) > 3500
    assert {"Đồng Nai", "Phường Ba Đình", "Quận Ba Đình"} <= set(names_of_the_register())


def test_provinces_with_d_follow_those_with_plain_d():
    names = ["Gia Lai", "Đồng Tháp", "Đắk Lắk", "Vĩnh Long", "Đà Nẵng", "Dĩ An", "Điện Biên", "Cà Mau"]
    assert sorted(names, key=sort_key) == [
        "Cà Mau",
        "Dĩ An",
        "Đà Nẵng",
        "Đắk Lắk",
        "Điện Biên",
        "Đồng Tháp",
        "Gia Lai",
        "Vĩnh Long",
    ]


def test_persons_of_the_specification():
    ordered = ["An", "Anh", "Anh", "Ánh", "Ân", "Ba", "Bình", "Dũng", "Đạt", "Ơn", "Út"]
    names = [f"Nguyễn Văn {given}" for given in ordered]
    assert sorted(shuffled(names), key=person_sort_key) == names


def test_persons_of_one_given_name_follow_the_full_name_whatever_the_capitals():
    names = ["Bùi Văn An", "Đỗ Thị AN", "Nguyễn An", "Trần Văn Án"]
    assert sorted(shuffled(names), key=person_sort_key) == names


def test_a_given_name_that_is_not_the_last_word_can_be_told():
    assert person_sort_key("Y Ly Niê", given="Ly") < person_sort_key("Nguyễn Văn Minh")


def test_keys_are_ascii_without_line_ends():
    for text in (*ALPHABET, *SIGNS, "漢字", "Привет", "🙂", "a\u0308\u0301"):
        key = sort_key(text)
        assert key.isascii()
        assert key.isprintable()


def test_other_scripts_stand_after_the_alphabet():
    assert sort_key("Zz") < sort_key("Привет") < sort_key("漢字")


def test_decomposed_and_composed_text_have_one_key():
    for name in names_of_the_register()[:200]:
        assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)
        assert fold(unicodedata.normalize("NFD", name)) == fold(name)
