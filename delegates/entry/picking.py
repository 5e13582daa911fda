"""Organisations found by what people type: without diacritics, by parts of the name, by its initials."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from delegates.errors import RowError
from delegates.pickers import Choice
from delegates.rows import Row
from hoinghi.text import fold, name_key, nfc

SHOWN = 20
NAMED = 4  # how many of several possible names a message prints


@dataclass(frozen=True)
class _Name:
    """One offered name, prepared for comparing."""

    choice: Choice
    folded: str
    words: list[str]
    initials: str

    @classmethod
    def of(cls, choice: Choice) -> "_Name":
        return cls(choice, *_prepared(choice.name))

    def has_all(self, words: list[str], *, whole: bool) -> bool:
        return all(self._has(word, whole=whole) for word in words)

    def _has(self, word: str, *, whole: bool) -> bool:
        """A word of the name, or its beginning, or initials of its first words ("ubnd", "sct")."""
        found = word in self.words if whole else any(own.startswith(word) for own in self.words)
        return found or (len(word) > 2 and self.initials.startswith(word))


def _words(folded: str) -> list[str]:
    return re.findall(r"\w+", folded)


# The names of communes come again with every page of their province.
@lru_cache(maxsize=10_000)
def _prepared(name: str) -> tuple[str, list[str], str]:
    """A name folded, its words, their initials."""
    folded = fold(name)
    words = _words(folded)
    return folded, words, "".join(word[0] for word in words)


class Picker:
    """What one group offers, made ready to be searched."""

    def __init__(self, offered: Sequence[Choice]):
        self.offered = offered

    @cached_property
    def _names(self) -> list[_Name]:
        return [_Name.of(choice) for choice in self.offered]

    @cached_property
    def _exact(self) -> dict[str, Choice]:
        return {choice.name.casefold(): choice for choice in self.offered}

    def search(self, typed: str) -> list[Choice]:
        """The organisations that a person may mean, the likeliest first, at most ``SHOWN``.

        Every typed word must begin a word of the name, in any order: "kar ea" finds "… xã Ea Kar". Without
        words the first ones are answered, so that an empty field shows what there is.
        """
        folded = fold(typed)
        words = _words(folded)
        found = [name for name in self._names if name.has_all(words, whole=False)]
        # The same words in the same order come first; the picker's own order decides the rest (sort is stable).
        found.sort(key=lambda name: f" {folded}" not in f" {name.folded}")
        return [name.choice for name in found[:SHOWN]]

    def matches(self, typed: str) -> list[Choice]:
        """The organisations that a typed name can mean: none, exactly one, or several to ask about.

        The very name wins, then the name without diacritics, then a name that ends so ("xa ea kar"), then one
        that has all the words ("ubnd ea kar"); among several, those that agree in diacritics. A name with words of
        its own ("Phòng Kinh tế xã Ea Kar") means another organisation and matches nothing.
        """
        if same := self._exact.get(nfc(typed).casefold()):
            return [same]
        folded = fold(typed)
        words = _words(folded)
        if not words:
            return []
        found = [name for name in self._names if name.has_all(words, whole=True)]
        closest = (
            [name for name in found if name.folded == folded]
            or [name for name in found if name.folded.endswith(f" {folded}")]
            or found
        )
        if len(closest) > 1:
            closest = _spelt_alike(typed, closest) or closest
        return [name.choice for name in closest]


def _spelt_alike(typed: str, names: list[_Name]) -> list[_Name]:
    """Those that have every typed word with diacritics: "UBND xã Ba Tơ" is not the commune Ba Tô."""
    keys = {key for word in typed.split() if (key := name_key(word)) != name_key(fold(word))}
    return [name for name in names if keys <= {name_key(word) for word in name.choice.name.split()}]


def resolve(rows: list[Row], offered: Mapping[str, Sequence[Choice]]) -> list[RowError]:
    """Give each typed organisation the name of the choice that it means; ask about the ambiguous ones.

    Arguments:
        rows: their ``organisation`` is changed in place; a name that means no choice stays as typed.
        offered: group code → what its picker offers.
    """
    pickers = {code: Picker(choices) for code, choices in offered.items()}
    problems = []
    for index, row in enumerate(rows):
        if row.group not in pickers or not row.organisation:
            continue
        found = pickers[row.group].matches(row.organisation)
        if len(found) == 1:
            row.organisation = found[0].name
        elif found:
            problems.append(RowError(index, "organisation", question(row.organisation, found)))
    return problems


def question(typed: str, found: list[Choice]) -> str:
    """What a person is asked who typed a name that several organisations share."""
    names = "; ".join(choice.name for choice in found[:NAMED])
    rest = f" và {len(found) - NAMED} đơn vị khác" if len(found) > NAMED else ""
    return f"“{typed}” có thể là {len(found)} đơn vị: {names}{rest}. Chọn một đơn vị trong danh sách gợi ý."
