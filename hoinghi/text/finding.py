"""Finding words in a text and showing where they stand, with or without diacritics."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .vietnamese import fold, nfc

MAX_WORDS = 10


class _Letters(dict):
    """Code → the one letter or digit that search compares, or a space; looked up by ``str.translate``."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = letter = folded[0] if folded and folded[0].isalnum() else " "
        return letter


_LETTERS = _Letters()


def find_letters(text: str) -> str:
    """``text`` letter by letter as search compares it, of the same length.

    Small letters without diacritics, đ as d; a space for whatever is no letter or digit. What is found at a
    place of the answer stands at the same place of ``text``, which must be composed (``nfc``).
    """
    return text.translate(_LETTERS)


def words_to_find(query: str) -> list[str]:
    """The words of what somebody types into a search box, each once, at most ``MAX_WORDS``."""
    return list(dict.fromkeys(find_letters(nfc(query)).split()))[:MAX_WORDS]


@dataclass(frozen=True)
class Piece:
    """A part of a text; ``is_hit`` when it is what was looked for."""

    text: str
    is_hit: bool


def mark_words(text: str, words: Iterable[str]) -> list[Piece]:
    """``text`` in pieces: the words that were looked for, and what stands between them.

    Words side by side make one piece; where there are such, single ones are left alone: "hội" in "xã hội" is not
    what somebody meant who looked for "hội nghị". The last of ``words`` may be the beginning of a longer one.
    """
    text = nfc(text)
    *whole, last = [re.escape(word) for word in words] or [""]
    if not last:
        return [Piece(text, False)] if text else []
    one = "|".join([*(f"{word}(?![^\\W_])" for word in whole), f"{last}\\w*"])
    found = re.compile(rf"(?<![^\W_])(?:{one})(?: +(?:{one}))*")
    hits = list(found.finditer(find_letters(text)))
    together = [hit for hit in hits if " " in hit.group()]
    pieces, end = [], 0
    for hit in together or hits:
        pieces += [Piece(text[end : hit.start()], False), Piece(text[hit.start() : hit.end()], True)]
        end = hit.end()
    pieces.append(Piece(text[end:], False))
    return [piece for piece in pieces if piece.text]
