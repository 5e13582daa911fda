"""How texts cite facts: placeholders in braces, links, abbreviations after their first mention.

Pure functions over texts and a mapping placeholder → printed form; conferences.facts makes the mapping.
"""

import datetime as dt
import difflib
import re

from hoinghi import text as vn

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# [words](target): the target is a part of the conference's page, or the placeholder of a link
LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
# What a day or hour is called beside its printed form, for those who want another form of it
INSTANT = "@"
ANCHORS = {"page": "#", "agenda": "#chuong-trinh", "documents": "#tai-lieu"}


class UnknownPlaceholder(ValueError):
    """A text cites a fact that the conference does not have; the message says which, for who wrote it."""

    def __init__(self, name: str, known=()):
        self.name = name
        printed = [each for each in known if not each.endswith(INSTANT)]
        near = difflib.get_close_matches(name.lower(), printed, n=1)
        hint = f" Có phải là {{{near[0]}}}?" if near else ""
        super().__init__(f"Không có dữ kiện {{{name}}}.{hint}")


def value_of(placeholder: str, facts: dict[str, str]) -> str:
    """The printed form of one placeholder, in the case in which the placeholder is written.

    Raises:
        UnknownPlaceholder: the conference has no such fact.
    """
    if placeholder in facts:
        return facts[placeholder]
    if placeholder.isupper() and placeholder.lower() in facts:
        return vn.upper(facts[placeholder.lower()])
    small = placeholder[:1].lower() + placeholder[1:]
    if small in facts:
        return vn.capfirst(facts[small])
    for colon in re.finditer(":", placeholder):
        if (instant := facts.get(f"{placeholder[: colon.start()]}{INSTANT}")) is not None:
            return _in_pattern(instant, placeholder, colon.end(), facts)
    raise UnknownPlaceholder(placeholder, facts)


def instant_of(value: dt.date | dt.datetime | None) -> str:
    """A day or moment as ``value_of`` reads it back to print it in a pattern."""
    return value.isoformat() if value else ""


def _in_pattern(instant: str, placeholder: str, start: int, facts: dict[str, str]) -> str:
    """``{date:dd.MM.yyyy}``, ``{start_time:HH:mm}``"""
    if not instant:
        return ""
    value = dt.datetime.fromisoformat(instant) if "T" in instant else dt.date.fromisoformat(instant)
    try:
        return vn.format_pattern(value, placeholder[start:])
    except ValueError:
        raise UnknownPlaceholder(placeholder, facts) from None


def fill(text: str, facts: dict[str, str]) -> str:
    """``text`` with every placeholder replaced; what is put in is not read again.

    Raises:
        UnknownPlaceholder: for the first one that the conference does not have.
    """
    return PLACEHOLDER.sub(lambda found: value_of(found[1], facts), text)


def fill_known(text: str, facts: dict[str, str]) -> str:
    """``text`` with the placeholders that there are; others stay as written."""

    def replace(found):
        try:
            return value_of(found[1], facts)
        except UnknownPlaceholder:
            return found[0]

    return PLACEHOLDER.sub(replace, text)


def citing_problems(text: str, facts: dict[str, str]) -> list[str]:
    """Placeholders and links of ``text`` that lead nowhere, as messages for the person who wrote it."""
    problems = []
    for placeholder in PLACEHOLDER.findall(text):
        try:
            if not value_of(placeholder, facts):
                problems.append(f"Dữ kiện {{{placeholder}}} chưa được nhập.")
        except UnknownPlaceholder as error:
            problems.append(str(error))
    for _, target in LINK.findall(text):
        if target not in ANCHORS and not facts.get(target):
            known = ", ".join([*ANCHORS, "fact:mã của một dữ kiện loại link"])
            problems.append(f"Không có nơi “{target}” để dẫn tới. Dùng một trong: {known}.")
    return problems


class Mentions:
    """Prints each abbreviation once, after the first mention of its phrase: "cụm công nghiệp (CCN)"."""

    def __init__(self, abbreviations):
        self._pending = {
            row.short: re.compile(rf"(?<!\w){re.escape(row.phrase)}(?!\w)(?! \()", re.IGNORECASE)
            for row in abbreviations
        }

    def introduce(self, text: str) -> str:
        """``text``, which is read after all texts that were given before, with its first mentions."""
        for short, phrase in list(self._pending.items()):
            text, mentions = phrase.subn(lambda found, short=short: f"{found[0]} ({short})", text, count=1)
            if mentions:
                del self._pending[short]
        return text
