"""The notice of a conference: frame and facts put together into one structure, printed as text and HTML.

``templates/conferences/notice.html`` renders the same structure that ``notice_text`` prints.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from conferences.agenda import shown_items
from conferences.citing import ANCHORS, LINK, Mentions, fill, fill_known
from conferences.concluding import lines_of
from conferences.facts import Facts, facts_of
from conferences.frames import LISTS, TYPES, numbers, write
from hoinghi.text import capfirst, format_date, format_time

_LIST_ITEMS = ("dash", "plus", "item")
_MARKS = {"dash": "-", "plus": "+"}


@dataclass(frozen=True)
class Run:
    """Words of a block; with ``href`` they are a link. An href that starts with # is on the conference's page."""

    text: str
    href: str = ""

    @property
    def is_anchor(self) -> bool:
        return self.href.startswith("#")


@dataclass(frozen=True)
class Block:
    """One block of the notice.

    ``kind`` is a type of conferences.frames, or "item" for a numbered note; ``mark`` is the number or dash
    before it; ``tail`` the text that follows a heading on its line.
    """

    kind: str
    runs: tuple[Run, ...]
    mark: str = ""
    tail: tuple[Run, ...] = ()
    blocks: tuple["Block", ...] = ()

    @property
    def sections(self) -> list["Section"]:
        return _sections(self.blocks)

    @property
    def own_line(self) -> tuple[Run, ...]:
        """The tail where it stands on a line of its own."""
        first, *rest = self.tail
        return (replace(first, text=first.text[:1].upper() + first.text[1:]), *rest)

    @property
    def is_closing(self) -> bool:
        """Whether it ends the notice proper: "./." is the end mark of official texts."""
        return self.kind == "paragraph" and self.text.endswith("./.")

    @property
    def text(self) -> str:
        """The block's own line in plain text."""
        line = "".join(run.text for run in self.runs)
        if self.tail:
            line = f"{line.removesuffix(':')}: {''.join(run.text for run in self.tail)}"
        return f"{self.mark} {line}" if self.mark else line


@dataclass(frozen=True)
class Section:
    """Neighbours that HTML puts into one list; ``kind`` is theirs."""

    kind: str
    blocks: tuple[Block, ...]

    @property
    def is_list(self) -> bool:
        return self.kind in _LIST_ITEMS

    @property
    def tag(self) -> str:
        return "ol" if self.kind == "item" else "ul"


@dataclass(frozen=True)
class Notice:
    blocks: tuple[Block, ...]

    @property
    def sections(self) -> list[Section]:
        return _sections(self.blocks)


def _sections(blocks: Iterable[Block]) -> list[Section]:
    return [Section(kind, tuple(group)) for kind, group in groupby(blocks, key=lambda block: block.kind)]


def build_notice(conference, facts: Facts | None = None) -> Notice:
    """The notice of a saved conference.

    Arguments:
        facts: those of the conference, where the caller has them already.

    Raises:
        UnknownPlaceholder: frame or notes cite a fact that the conference does not have.
    """
    return build(conference.frame.blocks, conference, facts if facts is not None else facts_of(conference))


def build(frame: list[dict], conference, facts: Facts) -> Notice:
    """The blocks of any frame, filled for a conference.

    Raises:
        UnknownPlaceholder: as ``build_notice``.
    """
    blocks = _Writer(conference, facts).blocks(frame, facts)
    return Notice(_introduce(blocks, Mentions(conference.abbreviations.all())))


def build_notes(conference, facts: Facts) -> tuple[Block, ...]:
    """The conference's notes alone, for an appendix.

    Raises:
        UnknownPlaceholder: as ``build_notice``.
    """
    return tuple(_Writer(conference, facts).notes())


def appendix_title(conference, facts: Facts) -> str:
    """What an appendix with the notes is called: in the frame's words, or as the notes are headed."""
    entry = next((entry for entry in conference.frame.blocks if "notes" in entry), {"notes": "Ghi chú"})
    return write(entry.get("appendix", ""), facts) or entry["notes"].rstrip(":")


def notice_text(notice: Notice) -> str:
    """The notice as plain text, a blank line between its blocks."""
    return "\n\n".join(block.text for block in walk(notice.blocks)) + "\n"


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block in reading order, those under it after it."""
    for block in blocks:
        yield block
        yield from walk(block.blocks)


class _Writer:
    def __init__(self, conference, facts: Facts):
        self.conference = conference
        self.facts = facts

    def blocks(self, frame: list[dict], facts: dict[str, str]) -> Iterator[Block]:
        """The blocks of one level that have something to say."""
        counters = {}
        for entry in frame:
            kind = next(key for key in entry if key in TYPES)
            rows = list(self.each(entry.get("each"), facts))
            if "last" in entry:
                rows = [local for local in rows if write(entry[kind], local) is not None]
            for local in rows:
                is_last = "last" in entry and local is rows[-1]
                block = self.block(kind, entry | {kind: entry["last"]} if is_last else entry, local)
                if block is None:
                    continue
                if kind == "heading":
                    style = entry.get("number", "1.")
                    block = replace(block, mark=next(counters.setdefault(style, numbers(style))))
                yield block

    def block(self, kind: str, entry: dict, facts: dict[str, str]) -> Block | None:
        text = write(entry[kind], facts)
        if text is None:
            return None
        if kind == "notes":
            notes = tuple(self.notes())
            return Block(kind, self.runs(text), blocks=notes) if notes else None
        tail = write(entry.get("text", ""), facts)
        if tail is None:
            return None
        text = capfirst(text)  # also where a block begins with a fact
        children = tuple(self.blocks(entry.get("blocks", []), facts))
        announces = "blocks" in entry or (kind == "heading" and not tail)
        if announces and not children and not tail:
            return None  # it announces what is not there
        return Block(kind, self.runs(text), _MARKS.get(kind, ""), self.runs(tail), children)

    def each(self, name: str | None, facts: dict[str, str]) -> Iterator[dict[str, str]]:
        """The facts for each thing that a block is repeated for."""
        if name is None:
            yield facts
            return
        of, _, which = name.partition(":")
        if of not in LISTS:
            yield from (facts | {"line": line} for line in fill(f"{{{name}}}", facts).split("\n") if line)
            return
        if of == "agenda":
            rows = shown_items(self.conference)
        elif of == "conclusions":
            rows = lines_of(self.conference, self.facts)
        else:
            rows = getattr(self.conference, of).all()
        yield from (facts | getattr(self, f"_{of}")(row) for row in rows if which in ("", _side(row)))

    def _places(self, place) -> dict[str, str]:
        return {
            "place": place.printed,
            "place_label": place.printed_label,
            "place_locality": place.locality,
            "place_room": place.room_name,
            "place_host": place.host_name,
            "place_address": place.address,
        }

    def _groups(self, group) -> dict[str, str]:
        return {"group": self.facts[f"group:{group.code}"]} | {
            f"{fact}{digits}": self.facts[f"{fact}:{group.code}{digits}"]
            for fact, digits in (
                ("quota", ""),
                ("quota", ":00"),
                ("persons", ""),
                ("persons", ":00"),
                ("roles", ""),
                ("units", ""),
                ("members", ""),
            )
        }

    def _contacts(self, contact) -> dict[str, str]:
        return {
            "contact": str(contact),
            "contact_name": contact.full_name,
            "contact_phones": contact.phones,
            "contact_email": contact.email,
        }

    def _agenda(self, item) -> dict[str, str]:
        return {
            "item": item.printed_title,
            "item_time": format_time(item.starts_at),
            "item_end": format_time(item.ends_at) if item.ends_at else "",
            "item_date": format_date(item.starts_at),
            "item_presenter": item.printed_presenter,
            "item_chair": item.printed_chair,
            "item_part": item.printed_part,
            "item_place": item.place,
        }

    def _conclusions(self, line) -> dict[str, str]:
        return {"conclusion": line.text, "addressee": line.addressee, "due": line.due}

    def _legs(self, leg) -> dict[str, str]:
        return {"leg": leg.name, "leg_host": leg.printed_host, "leg_days": leg.printed_days}

    def _visits(self, visit) -> dict[str, str]:
        return {
            "visit": visit.printed,
            "visit_purpose": visit.get_purpose_display(),
            "visit_place": visit.locality,
            "visit_subject": visit.printed_subject,
        }

    def _topics(self, topic) -> dict[str, str]:
        return {"topic": fill_known(topic.text, self.facts)}

    def notes(self) -> Iterator[Block]:
        for number, note in enumerate(self.conference.notes.all(), start=1):
            items = (
                Block("dash", self.runs(fill(line, self.facts)), "-")
                for line in note.items.split("\n")
                if line
            )
            yield Block("item", self.runs(fill(note.text, self.facts)), f"({number})", blocks=tuple(items))

    def runs(self, text: str) -> tuple[Run, ...]:
        """``text`` in runs: the links ``[words](target)`` and what stands between them."""
        runs, end = [], 0
        for link in LINK.finditer(text):
            href = self.href(link[2])
            if href is None:
                continue
            runs += [Run(text[end : link.start()]), Run(link[1], href)]
            end = link.end()
        runs.append(Run(text[end:]))
        return tuple(run for run in runs if run.text)

    def href(self, target: str) -> str | None:
        """Where a link leads; None for a target that is no fact, whose brackets then stay as written."""
        return ANCHORS.get(target) or self.facts.get(target)


def _side(row) -> str:
    """Which part of its list a row belongs to: ``each: groups:ministry``, ``topics:work``."""
    return next(
        (part for name in ("side", "role", "kind", "purpose") if (part := getattr(row, name, ""))), ""
    )


def _introduce(blocks: Iterable[Block], mentions: Mentions) -> tuple[Block, ...]:
    """The blocks with each abbreviation printed where its phrase is first mentioned."""

    def in_runs(runs):
        return tuple(replace(run, text=mentions.introduce(run.text)) for run in runs)

    # In reading order: a block's own words before those under it.
    return tuple(
        replace(
            block,
            runs=in_runs(block.runs),
            tail=in_runs(block.tail),
            blocks=_introduce(block.blocks, mentions),
        )
        for block in blocks
    )
