"""What the font knows: whether it can print a text, and where to break a line that is centred."""

import functools
import itertools
import math
from pathlib import Path

from django.conf import settings

FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
MM_PER_POINT = 25.4 / 72


@functools.cache
def _advances() -> tuple[dict[int, float], dict[int, float]]:
    """Width of each character at 1 pt, in mm: regular, bold."""
    from fontTools.ttLib import TTFont

    tables = []
    for name in ("Tinos-Regular.ttf", "Tinos-Bold.ttf"):
        with TTFont(FONTS / name) as font:
            widths, unit = font["hmtx"], MM_PER_POINT / font["head"].unitsPerEm
            tables.append({code: widths[glyph][0] * unit for code, glyph in font.getBestCmap().items()})
    return tables[0], tables[1]


def unprintable(text: str) -> list[str]:
    """Characters that Tinos does not have, each once.

    They would be taken from whatever font the machine has, or be printed as empty boxes.
    """
    return [char for char in dict.fromkeys(text) if ord(char) not in _advances()[0] and char != "\n"]


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Width in mm of a line at ``size`` points."""
    advances = _advances()[bold]
    return size * sum(advances.get(ord(char), 0) for char in text)


# What a broken line costs: where a reader pauses, before a word that joins, in the middle of a phrase.
AFTER_COMMA, BEFORE_JOINT, WITHIN_PHRASE = 0.0, 0.01, 0.09
JOINTS = frozenset(
    [
        "của",
        "cho",
        "do",
        "đối",
        "gồm",
        "khi",
        "nhằm",
        "ngày",
        "số",
        "tại",
        "tham",
        "thay",
        "theo",
        "trên",
        "trong",
        "từ",
        "và",
        "về",
        "với",
    ]
)


def balanced(text: str, *, size: float, width: float, bold: bool = True) -> list[str]:
    """The lines of a centred text: as few as ``width`` mm allow, about equally long, broken where one pauses.

    Broken greedily, a title leaves one word on its last line, and tears words of two syllables.
    """
    words = [(group, text_width(group, size=size, bold=bold)) for group in _groups(text)]
    space = text_width(" ", size=size, bold=bold)
    lines = _fewest(words, space, width)
    if lines < 2:
        return [text] if words else []
    target = (sum(own for _, own in words) + space * (len(words) - lines)) / lines

    @functools.cache
    def best(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        """The cheapest way to set the words from ``start`` on in ``left`` lines, and where its lines end."""
        found = (math.inf, ())
        long = -space
        for end in range(start, len(words) - left + 1):
            long += space + words[end][1]
            if long > width and end > start:
                break
            cost = ((long - target) / target) ** 2
            if left == 1:
                if end == len(words) - 1:
                    found = min(found, (cost, (end + 1,)))
                continue
            rest, ends = best(end + 1, left - 1)
            found = min(
                found, (cost + _break_cost(words[end][0], words[end + 1][0]) + rest, (end + 1, *ends))
            )
        return found

    starts_and_ends = itertools.pairwise((0, *best(0, lines)[1]))
    return [" ".join(word for word, _ in words[start:end]) for start, end in starts_and_ends]


def _break_cost(before: str, after: str) -> float:
    if before.endswith((",", ";")):
        return AFTER_COMMA
    return BEFORE_JOINT if after.split()[0].lower() in JOINTS else WITHIN_PHRASE


def _fewest(words: list[tuple[str, float]], space: float, width: float) -> int:
    """How many lines the words need; one that is wider than a line stands alone."""
    lines, long = 0, math.inf
    for _, own in words:
        if long + space + own <= width:
            long += space + own
        else:
            lines, long = lines + 1, own
    return lines


def _groups(text: str) -> list[str]:
    """Words that stay on one line: “Nghị định”, “Công Thương”, “số 68/2017/NĐ-CP”, “ngày 25 tháng 5 năm 2017”.

    A Vietnamese word is often two syllables written apart; only names and titles show it by their capital.
    """
    groups: list[list[str]] = []
    before, in_name = "", False
    for word in text.split():
        goes_on = before.istitle() and not before.endswith((",", ";"))
        # The second syllable of a title is small (“Nghị định”), those of a name are not (“Hà Nội”).
        together = goes_on and (word.istitle() or not in_name)
        numbered = word[0].isdigit() and before.islower()
        dated = before.isdigit() and word in ("tháng", "năm")
        if groups and (together or numbered or dated):
            groups[-1].append(word)
        else:
            groups.append([word])
        before, in_name = word, goes_on
    return [" ".join(group) for group in groups]
