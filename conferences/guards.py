"""Finding typed facts that a free text spells out, in whatever way people write them.

A fact is typed once, in its own field; a text that repeats it would stay behind when the fact changes.
Dates, hours and telephones are recognised by value ("2-7-2021" and "ngày 02 tháng 7 năm 2021" are one
date), names and addresses by their words. Pure functions; conferences.facts says what is guarded.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hoinghi.text import nfc, parse_phones, parse_time, parse_weekday

# Placeholders and the targets of links are no text; what stands in their place matches nothing.
_NOT_TEXT = re.compile(r"\{[^{}]*\}|\]\([^()]*\)")
_HOLE = "\ufffc"

_DATE = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?: ?[/.-] ?| tháng )(\d{1,2})(?:(?: ?[/.-] ?| năm )(\d{4}))?(?![\d/-])",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_TIME = re.compile(
    r"(?<![\d/.])\d{1,2}(?: ?(?:h|giờ|g)(?![^\W\d]) ?(?:\d{2})?(?!\d)|:\d{2}(?!\d))", re.IGNORECASE
)
# "lần thứ hai" counts; a weekday has a digit or a capital letter (NĐ 30/2020, Phụ lục II).
_WEEKDAY = re.compile(r"(?<!lần )\b(?:[Tt]hứ (?:[2-7]|Hai|Ba|Tư|Năm|Sáu|Bảy)|[Cc]hủ [Nn]hật)\b")
_PHONE = re.compile(r"(?<!\d)\+?\d[\d .()–-]{7,}\d(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class Guard:
    """One typed fact: what a text writes in its place, what it is called, and how it is found in a text."""

    placeholder: str
    label: str
    find: Callable[[str], Iterator[str]]


@dataclass(frozen=True)
class Found:
    """A typed fact that stands in a text: as written there, and the placeholder to write instead."""

    written: str
    placeholder: str
    label: str

    @property
    def message(self) -> str:
        return (
            f"“{self.written}” là {self.label}, đã có ô riêng. Viết {{{self.placeholder}}} vào chỗ đó "
            "để khi sửa một nơi thì mọi nơi cùng đổi."
        )


def search(text: str, guards: list[Guard]) -> list[Found]:
    """The guarded facts that ``text`` spells out, each once, in the order of the guards."""
    plain = _NOT_TEXT.sub(_HOLE, nfc(text))
    return list(
        {
            (written, guard.placeholder): Found(written, guard.placeholder, guard.label)
            for guard in guards
            for written in guard.find(plain)
        }.values()
    )


def on_date(placeholder: str, label: str, day: dt.date) -> Guard:
    """A day, with its year or without."""

    def find(text):
        for found in _DATE.finditer(text):
            written_day, month, year = found.groups()
            if (int(written_day), int(month)) == (day.day, day.month) and year in (None, str(day.year)):
                yield found.group()
        for found in _ISO_DATE.finditer(text):
            if found.group() == day.isoformat():
                yield found.group()

    return Guard(placeholder, label, find)


def at_time(placeholder: str, label: str, hour: dt.time) -> Guard:
    def find(text):
        for found in _TIME.finditer(text):
            try:
                if parse_time(found.group().strip()) == hour:
                    yield found.group().strip()
            except ValueError:
                continue

    return Guard(placeholder, label, find)


def on_weekday(placeholder: str, label: str, day: dt.date) -> Guard:
    def find(text):
        for found in _WEEKDAY.finditer(text):
            if parse_weekday(found.group()) == day.isoweekday():
                yield found.group()

    return Guard(placeholder, label, find)


def telephone(placeholder: str, label: str, numbers: list[str]) -> Guard:
    """Any of the E.164 ``numbers``."""

    def find(text):
        for found in _PHONE.finditer(text):
            try:
                written = parse_phones(found.group())
            except ValueError:
                continue
            if set(written) & set(numbers):
                yield found.group()

    return Guard(placeholder, label, find)


def address(placeholder: str, label: str, email: str) -> Guard:
    def find(text):
        return (found for found in _EMAIL.findall(text) if found.lower() == email.lower())

    return Guard(placeholder, label, find)


def words(placeholder: str, label: str, phrase: str) -> Guard:
    """The words of ``phrase``, in small or large letters, not as a part of longer words."""
    return _pattern(placeholder, label, re.escape(nfc(phrase)))


def quota(placeholder: str, label: str, minimum: int | None, maximum: int | None, of: str) -> Guard:
    """A quota: "1÷2" wherever it stands; other ways of writing it before the name of the group."""
    low, high = (rf"0?{number}" if number is not None else "" for number in (minimum, maximum))
    if low and high and minimum != maximum:
        between = rf"{low} ?(?:÷|-|–|đến|hoặc) ?{high}"
        return _pattern(placeholder, label, rf"{low} ?÷ ?{high}|{between}(?= {re.escape(nfc(of))})")
    return _pattern(placeholder, label, rf"{high or low}(?= {re.escape(nfc(of))})")


def _pattern(placeholder: str, label: str, pattern: str) -> Guard:
    compiled = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    return Guard(placeholder, label, lambda text: (found.group() for found in compiled.finditer(text)))
