"""Vietnamese text: one spelling on the way in, one order, one way to search.

Everything here is pure: no database, no settings. The order is that of ICU's ``vi`` locale
(CLDR collation ``vi``), checked in the tests against ``Intl.Collator('vi')`` of a browser.
"""

import re
import unicodedata
from functools import lru_cache

from django.utils.text import slugify as django_slugify

# What people paste from Word, Excel, PDF and web pages and nobody sees: soft hyphen, zero-width and
# bidirectional marks, byte order mark. They would make two equal names different.
_INVISIBLE = dict.fromkeys([0xAD, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
# Control characters are dropped, but for line ends, tab and NUL: NUL stays so that a form refuses it.
_CONTROLS = dict.fromkeys(set(range(0x01, 0x20)) - set(range(0x09, 0x0E)) | (set(range(0x7F, 0xA0)) - {0x85}))
_REPLACED = {0x2044: "/", 0x2010: "-", 0x2011: "-"}  # fraction slash, two hyphens that fonts lack
_CLEANING = str.maketrans(_INVISIBLE | _CONTROLS | _REPLACED)

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")


def nfc(text: str, *, lines: bool = False) -> str:
    """The one spelling in which text is stored and compared.

    Composed Unicode (NFC); every kind of space is a plain one and never two in a row; no invisible
    characters; ``⁄`` (U+2044, seed 003) is ``/``. ``½ ÷ – “ ”`` stay.

    Arguments:
        text: as typed, pasted or read from a file.
        lines: keep line ends (as ``\\n``); otherwise they are spaces like the others.
    """
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text).translate(_CLEANING))
    if not lines:
        return " ".join(text.split())
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip("\n")


def _without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


# “M’gar” and “M'gar”, “Bà Rịa – Vũng Tàu” and “Bà Rịa-Vũng Tàu” are the same to whoever searches.
_SEARCH_SIGNS = str.maketrans({"đ": "d", **dict.fromkeys("‘’ʼ´`", "'"), **dict.fromkeys("“”„", '"')})
_DASH = re.compile(r" ?[-–—−] ?")


def fold(text: str) -> str:
    """What search compares, on both sides: small letters, no diacritics, đ as d, single spaces.

    “Đồng Nai” composed or decomposed, “ĐỒNG NAI” and “dong nai” are one, so are “hoà” and “hòa”.
    Folding twice changes nothing.
    """
    text = _without_marks(_without_marks(nfc(text)).lower()).translate(_SEARCH_SIGNS)
    return nfc(_DASH.sub("-", nfc(text)))


# How the marks of a letter are written by their keys, without regard to their order.
_MARKS = {
    "\u0300": "f",
    "\u0309": "r",
    "\u0303": "x",
    "\u0301": "s",
    "\u0323": "j",
    "\u0302": "o",
    "\u0306": "w",
    "\u031b": "w",
    "đ": "d",
}


@lru_cache(maxsize=10_000)  # the names of a province's communes come again and again
def name_key(name: str) -> str:
    """What two spellings of one name have in common: the folded name, then the marks of each word.

    Case, spaces, dashes and the place of the tone ("hoà", "hòa") make no difference; other diacritics do: "xã Ba Tơ"
    and "xã Ba Tô" are two communes of one province. The folded name is a part of it, so a search finds it too.
    """
    folded = fold(name)
    words = re.findall(r"[\w\u0300-\u036f]+", unicodedata.normalize("NFD", nfc(name).lower()))
    marks = ["".join(sorted(_MARKS.get(c, "") for c in word)) for word in words]
    return f"{folded} {'.'.join(marks)}" if folded else ""


def slugify(text: str) -> str:
    """An address part: ``slugify("Đồng Nai") == "dong-nai"`` (Django's own drops the đ)."""
    return django_slugify(fold(text))


def upper(text: str) -> str:
    """Capitals for printing. Never in SQL: ``upper()`` under collation C leaves “NGUYễN”."""
    return nfc(text).upper()


def capfirst(text: str) -> str:
    """The text with its first letter large, the rest as it was."""
    text = nfc(text)
    return text[:1].upper() + text[1:]


def lowerfirst(text: str) -> str:
    """The text with its first letter small: "Tỉnh Đắk Lắk" inside a sentence."""
    text = nfc(text)
    return text[:1].lower() + text[1:]


def nbsp(text: str) -> str:
    """Spaces that do not break, for compound words in headings: ``nbsp("Công Thương")``."""
    return text.replace(" ", "\u00a0")


def person_name(typed: str) -> str:
    """A person's name with its capitals: "nguyễn văn an" and "NGUYỄN VĂN AN" are printed as "Nguyễn Văn An".

    Capitals inside a name that was typed with small letters too are meant so ("H'Hen Niê") and stay.
    """
    name = nfc(typed)
    if name.isupper() and len(name) > 1:
        name = name.lower()
    return re.sub(r"(?:^|(?<=[\s'’-]))\w", lambda first: first[0].upper(), name)


def given_name(full_name: str) -> str:
    """Tên, the last word of họ đệm tên: how a Vietnamese is addressed and sorted."""
    return nfc(full_name).rpartition(" ")[2]


# --- Dictionary order -------------------------------------------------------------------------------
# ICU compares whole strings by level: first letters and signs, then tones, then capitals. The key writes
# the levels one after the other, in ASCII that sorts by its bytes (db_collation="C"):
#   " " between two keys put together, "!" between levels, '"' a space, "#x" a sign, digits as they are,
#   "A"… the letters of the alphabet, "~hhhhhh" whatever else.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; no tone comes first
_SIGNS = "_-–—,;:!¡?¿.·'\"«»()[]{}§¶@*/\\&#%‰•′″`´^¯¨¸°©®→+±÷×<=>¬|¦~−⁄≤≥■●◦✓¤¢$£¥€"
_QUOTES = {"‘": ("'", "1"), "’": ("'", "2"), "“": ('"', "1"), "”": ('"', "2"), "„": ('"', "3")}

_FIRST = (
    {" ": '"'}
    | {sign: "#" + chr(0x30 + place) for place, sign in enumerate(_SIGNS)}
    | {digit: digit for digit in "0123456789"}
    | {letter: chr(0x41 + place) for place, letter in enumerate(_LETTERS)}
)


def _split_tone(char: str) -> tuple[str, str]:
    """A letter without its tone, and the tones: “Ậ” is “Â” and nặng."""
    marks = unicodedata.normalize("NFD", char)
    tones = "".join(str(_TONES.index(c) + 1) for c in marks if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in marks if c not in _TONES)), tones


def _weights(char: str) -> list[tuple[str, str, str]]:
    """Per letter or sign of a composed character: its place, its tones and marks, its case."""
    if char in _QUOTES:
        sign, mark = _QUOTES[char]
        return [(_FIRST[sign], "0" + mark, "0")]
    letter, tones = _split_tone(char)
    small = letter.lower()
    if small in _FIRST:
        return [(_FIRST[small], "0" + tones, "0" if small == letter else "1")]
    parts = unicodedata.normalize("NFKD", letter)
    if parts != letter:  # ü, ç, ½, ², №: what they are made of, after the plain form
        base = [c for c in parts if not unicodedata.combining(c)]
        marks = "6" * (len(parts) - len(base)) + tones
        weights = [w for c in base for w in _weights(c)]
        if weights:
            place, own, third = weights[-1]
            return [*weights[:-1], (place, own + marks, third if marks else "2")]
    if unicodedata.combining(char):
        return [("", "6", "")]
    return [(f"~{ord(small[0]):06x}", "0" + tones, "0" if small == letter else "1")]


def _levels(text: str) -> list[str]:
    weights = [w for char in nfc(text) for w in _weights(char)]
    # Two texts with equal letters have equally many of them, so trailing zeros carry nothing.
    return [
        "".join(first for first, _, _ in weights),
        "".join(second for _, second, _ in weights).rstrip("0"),
        "".join(third for _, _, third in weights).rstrip("0"),
    ]


def sort_key(text: str) -> str:
    """The text's place in a Vietnamese dictionary, as ASCII to be compared byte by byte.

    a ă â b c d đ e ê … o ô ơ … u ư …, then the tones ngang, huyền, hỏi, ngã, sắc, nặng over the whole
    text, then small before capital. Store it in a column with ``db_collation="C"`` and order by that:
    the order then does not depend on the database's build.
    """
    return "!".join(_levels(text)).rstrip("!")


def person_sort_key(full_name: str, given: str = "") -> str:
    """The place of a person in a list: by given name, then by the full name.

    Arguments:
        full_name: họ đệm tên.
        given: the given name where it is not the last word.
    """
    # Capitals of the given name do not count: lists mix “AN” and “An”.
    first = "!".join(_levels(given or given_name(full_name))[:2]).rstrip("!")
    return f"{first} {sort_key(full_name)}"
