"""What the font knows: whether it can print a text, and where to break a line that is centred."""

import functools
import re
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


def balanced(text: str, *, size: float, width: float) -> list[str]:
    """The lines of a bold, centred text: as few as ``width`` mm allow, and about equally long.

    Broken greedily, a title leaves one word on its last line. Where it costs no line and keeps them about as
    equal, a line ends at a comma, as a reader would pause.
    """
    lines = _evened(text, size, width)
    at_commas = [line for part in re.split(r"(?<=,)\s+", text) for line in _evened(part, size, width)]
    widths = [text_width(line, size=size, bold=True) for line in at_commas]
    if len(at_commas) == len(lines) and min(widths, default=0) > 0.7 * max(widths, default=0):
        return at_commas
    return lines


def _evened(text: str, size: float, width: float) -> list[str]:
    words = [(group, text_width(group, size=size, bold=True)) for group in _groups(text)]
    space = text_width(" ", size=size, bold=True)
    lines, longest = _wrapped(words, space, width)
    while True:
        narrower, its_longest = _wrapped(words, space, longest - 0.01)
        if len(narrower) > len(lines) or its_longest >= longest:
            return lines
        lines, longest = narrower, its_longest


def _groups(text: str) -> list[str]:
    """Words that stay on one line: “Nghị định”, “Công Thương”, “số 68/2017/NĐ-CP”, “ngày 25”.

    A Vietnamese word is often two syllables written apart; only names and titles show it by their capital.
    """
    groups: list[list[str]] = []
    before, in_name = "", False
    for word in text.split():
        goes_on = before.istitle() and not before.endswith((",", ";"))
        # The second syllable of a title is small (“Nghị định”), those of a name are not (“Hà Nội”).
        together = goes_on and (word.istitle() or not in_name)
        if groups and (together or (word[0].isdigit() and before.islower())):
            groups[-1].append(word)
        else:
            groups.append([word])
        before, in_name = word, goes_on
    return [" ".join(group) for group in groups]


def _wrapped(words: list[tuple[str, float]], space: float, width: float) -> tuple[list[str], float]:
    """Greedy lines of words with their widths, and the width of the longest line."""
    lines: list[str] = []
    widths: list[float] = []
    for word, own in words:
        if lines and widths[-1] + space + own <= width:
            lines[-1] += f" {word}"
            widths[-1] += space + own
        else:
            lines.append(word)
            widths.append(own)
    return lines, max(widths, default=0)
