"""The division of a legal text: recognised once, written into the text as marks, put right by whoever knows.

A line that begins a part begins with the mark of its level: ``[Điều] Điều 5. Phạm vi điều chỉnh``. ``mark``
recognises the parts of a plain text; ``divide`` reads a marked one. Marks are all that counts, so taking one
away joins two parts and writing one splits a part.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from conferences.models.drafts import Level

MAX_PIECES = 3000
# Level → its mark, without brackets.
MARKS = {
    Level.PART: "Phần",
    Level.CHAPTER: "Chương",
    Level.SECTION: "Mục",
    Level.ARTICLE: "Điều",
    Level.CLAUSE: "Khoản",
    Level.APPENDIX: "Phụ lục",
}
_MARKED = re.compile(rf"\[({'|'.join(MARKS.values())})\]\s*(.*)", re.IGNORECASE)
_LEVELS = {name.lower(): level for level, name in MARKS.items()}

_ROMAN_OR_DIGITS = r"(?:[IVXLC]+|\d{1,3})[a-zđ]?"
_ORDINAL = r"(?:thứ|THỨ)\s+\S+"
# What follows the number: nothing, a sign and the title, or a title all in capitals.
_TITLE = r"\s*(?:[.:–-]\s*(?P<title>.*)|\s(?P<capitals>[^a-z]*))?"
_HEADS = {
    Level.PART: re.compile(rf"(?:Phần|PHẦN)\s+(?P<number>{_ROMAN_OR_DIGITS}|{_ORDINAL}){_TITLE}"),
    Level.CHAPTER: re.compile(rf"(?:Chương|CHƯƠNG)\s+(?P<number>{_ROMAN_OR_DIGITS}){_TITLE}"),
    Level.SECTION: re.compile(rf"(?:Mục|MỤC)\s+(?P<number>{_ROMAN_OR_DIGITS}){_TITLE}"),
    Level.ARTICLE: re.compile(r"(?:Điều|ĐIỀU)\s+(?P<number>\d{1,4}[a-zđ]?)\s*[.:]\s*(?P<title>.*)"),
    Level.APPENDIX: re.compile(
        r"(?:Phụ lục|PHỤ LỤC)(?:\s+(?P<number>(?:số\s+)?[IVXLC\d]+))?(?P<title>)[.:]?"
    ),
}
_CLAUSE = re.compile(r"(?P<number>(?P<digits>\d{1,3})[a-zđ]?)\.\s+(?P<title>\S.*)")
# Texts without articles (plans, outlines) are divided by I., II. and 1., 2.
_PLAIN_PART = re.compile(r"(?P<number>[IVX]+)\.\s+(?P<title>\S.*)")
# Levels whose name may stand on the line below their number.
_NAMED_BELOW = {Level.PART, Level.CHAPTER, Level.SECTION, Level.APPENDIX}
_INSIDE = {Level.SECTION: (Level.CHAPTER, Level.PART), Level.CLAUSE: (Level.ARTICLE, Level.PART)}


@dataclass
class Piece:
    """One part of a text. ``label`` is how it is cited; ``line`` the index of its first line in the marked text."""

    level: Level
    number: str = ""
    title: str = ""
    lines: list[str] = field(default_factory=list)
    label: str = ""
    line: int = 0

    @property
    def text(self) -> str:
        return "\n".join(line for line in self.lines if line)

    @property
    def heading(self) -> str:
        """ "Điều 5. Phạm vi điều chỉnh"; of a clause nothing, it begins with its number."""
        if self.level in (Level.CLAUSE, Level.PREAMBLE):
            return ""
        name = f"{MARKS[self.level]} {self.number}".strip()
        return f"{name}. {self.title}" if self.title else name


class NotDivided(ValueError):
    """The text has no part that an opinion could be given on, or far too many; the message is for its author."""


# ── recognising ─────────────────────────────────────────────────────────────────────────────────────


def mark(text: str) -> str:
    """The text with a mark before every line that seems to begin a part; marks that it has already stay alone."""
    lines = text.split("\n")
    if any(_MARKED.match(line) for line in lines):
        return text
    levels = _recognised(lines, minds_quotes=True)
    if levels is None:
        # A quotation that never ends would swallow the rest of the text.
        levels = _recognised(lines, minds_quotes=False)
    return "\n".join(
        f"[{MARKS[level]}] {line}" if level else line for line, level in zip(lines, levels, strict=True)
    )


def _recognised(lines: list[str], *, minds_quotes: bool) -> list[Level | None] | None:
    """The level that each line begins; None instead of a list when a quotation is still open at the end.

    What an amending decree quotes is text: its "Điều 2." and "1." are those of another document.
    """
    reader = _Reader(has_articles=any(_begins(_HEADS[Level.ARTICLE], line) for line in lines))
    found: list[Level | None] = []
    curved, straight = 0, False
    for line in lines:
        found.append(None if curved or straight else reader.level_of(line))
        if minds_quotes:
            curved = max(curved + line.count("“") - line.count("”"), 0)
            straight ^= line.count('"') % 2 == 1
    return None if curved or straight else found


class _Reader:
    """Reads lines one after the other; what a line begins depends on those before it."""

    def __init__(self, *, has_articles: bool):
        self.has_articles = has_articles
        self.in_article = False
        self.in_appendix = False
        self.last_clause = 0

    def level_of(self, line: str) -> Level | None:
        if not line:
            return None
        head = next((level for level, pattern in _HEADS.items() if _begins(pattern, line)), None)
        if head == Level.APPENDIX:
            self.in_appendix, self.in_article = True, False
            return head
        if self.in_appendix:
            return None  # forms and tables: their numbers are not those of the text
        if head:
            self.in_article = head == Level.ARTICLE
            self.last_clause = 0
            return head
        return self._clause(line) if self.has_articles else self._plain(line)

    def _clause(self, line: str) -> Level | None:
        found = _CLAUSE.fullmatch(line)
        # "3." after "1." is a number inside a sentence; "2a." follows "2.".
        if not found or not self.in_article or int(found["digits"]) - self.last_clause not in (0, 1):
            return None
        if int(found["digits"]) == 0:
            return None
        self.last_clause = int(found["digits"])
        return Level.CLAUSE

    def _plain(self, line: str) -> Level | None:
        if _PLAIN_PART.fullmatch(line):
            return Level.PART
        return Level.CLAUSE if _CLAUSE.fullmatch(line) else None


def _begins(pattern: re.Pattern, line: str) -> bool:
    return pattern.fullmatch(line) is not None


# ── reading marks ───────────────────────────────────────────────────────────────────────────────────


def divide(text: str) -> list[Piece]:
    """The parts of a marked text, in its order; what stands before the first mark is the preamble.

    Raises:
        NotDivided: there is no mark, or there are more than ``MAX_PIECES``.
    """
    pieces = list(_pieces(text.split("\n")))
    if all(piece.level == Level.PREAMBLE for piece in pieces):
        raise NotDivided(
            "Chưa chia được dự thảo: không thấy điều, khoản nào. Ghi [Điều] ở đầu dòng mở đầu mỗi điều, "
            "[Khoản] ở đầu mỗi khoản."
        )
    if len(pieces) > MAX_PIECES:
        raise NotDivided(f"Dự thảo bị chia thành {len(pieces)} phần, nhiều nhất được {MAX_PIECES}.")
    _label(pieces)
    return pieces


def _pieces(lines: Iterable[str]) -> Iterator[Piece]:
    piece = Piece(Level.PREAMBLE)
    for index, line in enumerate(lines):
        found = _MARKED.match(line)
        if found is None:
            if line and not piece.title and not piece.text and piece.level in _NAMED_BELOW:
                piece.title = line
            else:
                piece.lines.append(line)
            continue
        if piece.level != Level.PREAMBLE or piece.text:
            yield piece
        piece = _begin(_LEVELS[found[1].lower()], found[2].strip(), index)
    if piece.level != Level.PREAMBLE or piece.text:
        yield piece


def _begin(level: Level, line: str, index: int) -> Piece:
    """A part from its first line; one that does not look like its level keeps the line as it stands."""
    if level == Level.CLAUSE:
        found = _CLAUSE.fullmatch(line)
        return Piece(level, found["number"] if found else "", lines=[line], line=index)
    found = _HEADS[level].fullmatch(line)
    if not found and level == Level.PART:
        found = _PLAIN_PART.fullmatch(line)
    if not found:
        return Piece(level, title=line, line=index)
    parts = found.groupdict()
    return Piece(
        level,
        number=parts["number"] or "",
        title=(parts["title"] or parts.get("capitals") or "").strip(),
        line=index,
    )


def _label(pieces: list[Piece]) -> None:
    """Say how each part is cited, from what stands before it."""
    latest: dict[Level, Piece] = {}
    for piece in pieces:
        if piece.level in (Level.PART, Level.CHAPTER):
            for inner in (Level.CHAPTER, Level.SECTION):
                if inner != piece.level:
                    latest.pop(inner, None)
        latest[piece.level] = piece
        outer = next((latest[each] for each in _INSIDE.get(piece.level, ()) if each in latest), None)
        own = Level.PREAMBLE.label if piece.level == Level.PREAMBLE else _named(piece)
        if piece.level == Level.CLAUSE and Level.ARTICLE not in latest:
            # In a plan a number is a "mục"; a "khoản" belongs to an article.
            own = own.replace(MARKS[Level.CLAUSE], MARKS[Level.SECTION], 1)
        piece.label = f"{own} {_named(outer)}" if outer else own


def _named(piece: Piece) -> str:
    if piece.number:
        return f"{MARKS[piece.level]} {piece.number}"
    return f"{MARKS[piece.level]} “{(piece.title or piece.text)[:60]}”" if piece.title else MARKS[piece.level]


# ── putting right ───────────────────────────────────────────────────────────────────────────────────


def join(text: str, line: int) -> str:
    """The marked text without the mark of this line (``Piece.line``): the part goes into the one before."""
    lines = text.split("\n")
    if 0 <= line < len(lines) and (found := _MARKED.match(lines[line])):
        lines[line] = found[2]
    return "\n".join(lines)
