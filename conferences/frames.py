"""The language of frames: what a notice is made of besides facts.

A frame is a list of blocks, kept as data (``NoticeFrame.blocks``). A block is a mapping with one of the
keys of ``TYPES`` (its text) and the options of that type; docs/conference-file.md explains them to whoever
writes one. Texts cite facts by placeholder; a part in ``<…>`` is left out when a fact in it is empty, and a
block goes when a fact outside such parts is empty. Pure functions; conferences.notice builds with them.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from conferences.citing import PLACEHOLDER, value_of

# type → the options that it takes
TYPES = {
    "paragraph": {"each", "last", "blocks"},
    "heading": {"text", "number", "each", "blocks"},
    "numbered": {"number", "each", "last", "blocks"},
    "dash": {"each", "last", "blocks"},
    "plus": {"each", "last", "blocks"},
    "notes": {"appendix"},
    "signature": set(),
}
LISTS = ("places", "groups", "contacts", "agenda", "legs", "visits", "topics", "conclusions")
NUMBER = re.compile(r"\(?[1IaA][.)]?")
_OPTIONAL = re.compile(r"<([^<>]*)>")
_DEPTH = 4


def write(text: str, facts: dict[str, str]) -> str | None:
    """A text of a frame with its facts, or None when a fact that it needs is empty.

    Raises:
        UnknownPlaceholder: the conference has no such fact.
    """

    def is_complete(part):
        return all(value_of(name, facts) for name in PLACEHOLDER.findall(part))

    text = _OPTIONAL.sub(lambda part: part[1] if is_complete(part[1]) else "", text)
    if not is_complete(text):
        return None
    return PLACEHOLDER.sub(lambda found: value_of(found[1], facts), text)


def numbers(style: str) -> Iterator[str]:
    """``1.`` gives 1. 2. 3., ``I.`` I. II. III., ``a)`` a) b) c); an empty style no number at all."""
    if not style:
        return iter(lambda: "", None)
    sign = next(letter for letter in style if letter in "1IaA")
    return (style.replace(sign, _numeral(sign, number)) for number in count(1))


def _numeral(sign: str, number: int) -> str:
    if sign == "1":
        return str(number)
    if sign == "I":
        tens, ones = divmod(number, 10)
        return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
    letter = "abcdđeghiklmnopqrstuvxy"[(number - 1) % 23]
    return letter if sign == "a" else letter.upper()


def check(blocks: Any, *, path: str = "") -> list[tuple[str, str]]:
    """What is wrong with a frame: (where, why) pairs in the words of whoever wrote it."""
    if not isinstance(blocks, list) or not blocks:
        return [(path, "Phải là danh sách có ít nhất một phần.")]
    depth = path.count("blocks")
    if depth > _DEPTH:
        return [(path, "Các phần lồng nhau quá sâu.")]
    return [
        problem for index, block in enumerate(blocks) for problem in _check_block(block, f"{path}[{index}]")
    ]


def _check_block(block: Any, path: str) -> list[tuple[str, str]]:
    if not isinstance(block, dict):
        return [(path, "Mỗi phần là một cặp “loại: câu chữ”, ví dụ “dash: Thời gian: {time}.”.")]
    types = [key for key in block if key in TYPES]
    if len(types) != 1:
        return [(path, f"Mỗi phần phải có đúng một loại trong: {', '.join(TYPES)}.")]
    kind, options = types[0], TYPES[types[0]]
    problems = [
        (
            f"{path}.{key}",
            f"Phần “{kind}” không có khóa này. Các khóa dùng được: {', '.join(sorted(options)) or 'không'}.",
        )
        for key in block
        if key != kind and key not in options
    ]
    problems += [
        (f"{path}.{key}", "Phải là câu chữ, không được để trống.")
        for key in (kind, "text", "each", "last", "appendix")
        if key in block and not (isinstance(block[key], str) and block[key].strip())
    ]
    number = block.get("number", "")
    if number and not (isinstance(number, str) and NUMBER.fullmatch(number)):
        problems.append(
            (f"{path}.number", "Kiểu đánh số là 1. hoặc I. hoặc a) hoặc (1), để trống nếu không đánh số.")
        )
    if "blocks" in block:
        problems += check(block["blocks"], path=f"{path}.blocks")
    return problems


def check_invitation(paragraphs: Any, *, path: str = "") -> list[tuple[str, str]]:
    """What is wrong with the paragraphs of a Giấy mời, as ``check`` says it."""
    if not isinstance(paragraphs, list):
        return [(path, "Phải là danh sách các đoạn.")]
    return [
        (f"{path}[{index}]", "Phải là câu chữ, không được để trống.")
        for index, paragraph in enumerate(paragraphs)
        if not (isinstance(paragraph, str) and paragraph.strip())
    ]


def texts(blocks: list[dict], *, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a checked frame with its place in it."""
    for index, block in enumerate(blocks):
        here = f"{path}[{index}]"
        yield from (
            (f"{here}.{key}", text)
            for key, text in block.items()
            if key in {*TYPES, "text", "last", "appendix"}
        )
        yield from texts(block.get("blocks", []), path=f"{here}.blocks")
