"""What the font knows: whether it can print a text, and where to break a line that is centred."""

import functools
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

    A title broken greedily leaves one word on its last line.
    """
    lines = _wrapped(text, size, width)
    narrower = lines
    while len(narrower) == len(lines) and width > 0:
        lines, width = narrower, width - 1
        narrower = _wrapped(text, size, width)
    return lines


def _wrapped(text: str, size: float, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size=size, bold=True) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
