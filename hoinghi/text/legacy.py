"""Text of the encodings before Unicode, TCVN3 (.VnTime) and VNI, read as if it were Unicode.

Old files still hold “NguyÔn V¨n TuÊn” and “Nguyeãn Vaên Tuaán”. Such a name finds nobody and prints as it
is, so forms and imports refuse it and say what it probably means. A word counts as legacy when it is no
Vietnamese syllable as it stands and becomes one when decoded; names in other languages do neither.
"""

import re
import unicodedata
from collections.abc import Callable

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)

# VNI writes a vowel, then its circumflex or breve together with the tone.
_VNI_MARKS = dict(
    zip(
        "ùøûõïâáàåãäêéèúüë",
        (
            *("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"),
            *("\u0302", "\u0302\u0301", "\u0302\u0300", "\u0302\u0309", "\u0302\u0303", "\u0302\u0323"),
            *("\u0306", "\u0306\u0301", "\u0306\u0300", "\u0306\u0309", "\u0306\u0303", "\u0306\u0323"),
        ),
        strict=True,
    )
)
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|[{''.join(_VNI_LETTERS)}]", re.IGNORECASE)

_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh?|gi|kh?|ph|qu|th?|tr|ch?|[bdđhlmnrsvx])?"
    r"(?:oa|oă|oe|uâ|uê|uơ|uyê|uya|uy|iê|ia|yê|ươ|ưa|uô|ua|[aăâeêioôơuưy])"
    r"(?:ch|c|m|ng|nh|n|p|t|[iyou])?"
)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\s\d.,;:!?()\[\]/\"“”'’–-]+")


def _is_syllable(word: str) -> bool:
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    plain, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain)))


def _decode_tcvn3(word: str) -> str:
    return "".join(_TCVN3.get(char, char) for char in word)


def _decode_vni(word: str) -> str:
    def letter(found: re.Match) -> str:
        vowel, mark = found.groups()
        if vowel is None:
            decoded = _VNI_LETTERS[found[0].lower()]
        else:
            decoded = _VNI_LETTERS.get(vowel.lower(), vowel.lower()) + _VNI_MARKS[mark.lower()]
        decoded = unicodedata.normalize("NFC", decoded)
        return decoded.upper() if found[0][0].isupper() else decoded

    return _VNI.sub(letter, word)


def _explained(word: str, decode: Callable[[str], str]) -> bool:
    # A leading sign alone proves nothing: “µm” would be “àm”. đ and Đ are the exceptions.
    starts_like_a_word = (word[0].isalpha() and word[0] != "µ") or word[0] in "®§"
    return starts_like_a_word and not _is_syllable(word) and _is_syllable(decode(word))


def legacy_meaning(text: str) -> str | None:
    """What the text says when it comes from TCVN3 or VNI; None for ordinary text."""
    text = unicodedata.normalize("NFC", text)
    words = _WORD.findall(text)
    marked = [word for word in words if not word.isascii()]
    readings = [
        decode
        for decode in (_decode_tcvn3, _decode_vni)
        # One slip of the finger (“xaã”) among good words is not an encoding.
        if 3 * sum(_explained(word, decode) for word in marked) >= len(marked) > 0
    ]
    if not readings:
        return None
    # Either may make a syllable by chance; the right one makes the most.
    best = max(readings, key=lambda decode: sum(_is_syllable(decode(word)) for word in words))
    return _WORD.sub(lambda found: best(found[0]), text)


def looks_like_legacy_encoding(text: str) -> bool:
    """Whether the text was written in TCVN3 or VNI and read as if it were Unicode."""
    return legacy_meaning(text) is not None
