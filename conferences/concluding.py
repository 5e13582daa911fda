"""A conclusion as it is printed: numbered items with whom they are for, on the page and in official documents."""

from collections.abc import Iterator
from dataclasses import dataclass

from conferences.citing import fill_known
from hoinghi.text import format_date

_ENDS = (".", ";", ":", "!", "?", "…")


@dataclass(frozen=True)
class Line:
    """One paragraph of an item; ``role`` is the item's kind. Only its last line says for whom and until when."""

    role: str
    text: str
    addressee: str = ""
    due: str = ""


def texts_of(conference, facts: dict[str, str]) -> dict[str, str]:
    """The free texts around the items, which only documents about the conclusion cite."""
    found = _conclusion(conference)
    return {
        "conclusion_opening": fill_known(found.opening, facts) if found else "",
        "conclusion_closing": fill_known(found.closing, facts) if found else "",
    }


def lines_of(conference, facts: dict[str, str]) -> list[Line]:
    """Every item, numbered within its kind, with the facts that it cites; none without a conclusion."""
    found = _conclusion(conference)
    return list(_lines(found.items.all(), facts)) if found else []


def _lines(items, facts: dict[str, str]) -> Iterator[Line]:
    counts: dict[str, int] = {}
    for item in items:
        counts[item.kind] = counts.get(item.kind, 0) + 1
        first, *more = [line for line in fill_known(item.text, facts).split("\n") if line]
        lines = [f"{counts[item.kind]}. {first}", *more]
        yield from (Line(item.kind, line) for line in lines[:-1])
        last = lines[-1] if lines[-1].endswith(_ENDS) else f"{lines[-1]}."
        yield Line(item.kind, last, item.addressee_name, format_date(item.due_on) if item.due_on else "")


def _conclusion(conference):
    return getattr(conference, "conclusion", None)


def prints_conclusion(blocks: list[dict]) -> bool:
    """Whether a frame prints the items of a conclusion."""
    return any(
        block.get("each", "").startswith("conclusions") or prints_conclusion(block.get("blocks", []))
        for block in blocks
    )
