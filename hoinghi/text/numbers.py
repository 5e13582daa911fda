"""Numbers as Vietnamese documents print them: decimal comma, dot between thousands."""

import re
from decimal import Decimal

from .vietnamese import nfc

# A number with its unit: 2,2% · 3.321 · 1.250,5 tỷ đồng
_FIGURE = re.compile(r"[-+−]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?P<unit> ?[^\d\s.,].*)?")


def format_number(value: int | float | Decimal, decimals: int | None = None) -> str:
    """``3.321``, ``11,9``

    Arguments:
        value: the number.
        decimals: digits after the comma; as many as it has by default.
    """
    text = f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def parse_figure(text: str) -> str:
    """A figure with its unit as documents print it: ``2,2%``, ``3.321``, ``1.250,5 tỷ đồng``.

    Raises:
        ValueError: it is none, or has a decimal point, which would be read as thousands.
    """
    typed = nfc(text)
    if _FIGURE.fullmatch(typed):
        return typed
    hint = " Phần thập phân viết sau dấu phẩy." if re.match(r"[-+−]?\d+\.\d", typed) else ""
    raise ValueError(f"“{typed}” không phải là số liệu; viết như 2,2% hoặc 1.250,5 tỷ đồng.{hint}")


def format_quota(minimum: int | None, maximum: int | None) -> str:
    """``1÷2``; ``2`` where both are equal; nothing where there is no quota ("một số")."""
    if minimum is None and maximum is None:
        return ""
    if maximum is None:
        return f"ít nhất {minimum}"
    if not minimum:
        return f"tối đa {maximum}"
    return str(maximum) if minimum == maximum else f"{minimum}÷{maximum}"


def format_filesize(size: int) -> str:
    """``186 kB``, ``1,2 MB``: the size of a download, in thousands as the law of measures has them."""
    if size < 1000:
        return f"{size} B"
    # From 999.5 kB on it rounds to the next unit, so that “1000 kB” is never printed.
    for unit, factor in (("kB", 1000), ("MB", 1000**2), ("GB", 1000**3)):
        value = size / factor
        if value < 999.5 or unit == "GB":
            break
    text = format_number(value, 0 if unit == "kB" or value >= 99.95 else 1)
    return f"{text.removesuffix(',0')} {unit}"
