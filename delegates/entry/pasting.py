"""Cells pasted from a spreadsheet: tabs between the cells of a line."""

import csv
from dataclasses import dataclass, field

from conferences.models import InvitedGroup
from delegates.entry.columns import Finding, Line, Reader, header_of, unknown
from delegates.models import Nomination
from hoinghi.workbooks import Cell


@dataclass
class Pasted:
    """What became of a pasted text.

    Attributes:
        rows: of the lines that were understood, with the fields that stood there (``typed``).
        problems, notes: what to mend in the others, what was mended.
        left: the text of the lines that were not understood, their header on top, to be mended and read again.
    """

    rows: list[dict] = field(default_factory=list)
    typed: list[set[str]] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    left: str = ""


def read(text: str, *, nomination: Nomination, groups: list[InvitedGroup], group: str = "") -> Pasted:
    """The rows in a pasted text; nothing is saved.

    Columns are known by a header in the first line, otherwise they stand in the template's order; when all lines
    go to one group its column may be left out.

    Arguments:
        groups: ``rows.nominated_groups`` of the list.
        group: code of the group for lines that name none.
    """
    reader = Reader(nomination, groups, group=group)
    records = _records(text)
    lines = [
        Line(number, [Cell(value) for value in record]) for number, record in enumerate(records, start=1)
    ]
    lines = [line for line in lines if not line.is_blank()]
    pasted = Pasted()
    header = None
    if lines and (keys := header_of(lines[0].cells, reader.columns)):
        header, *lines = lines
        pasted.notes += unknown(header, keys)
    else:
        keys = _order(reader, lines)
    reading = reader.read(keys, lines)
    pasted.problems = sorted(reading.problems, key=lambda problem: problem.line)
    pasted.notes += reading.notes
    bad = {problem.line for problem in reading.problems}
    good = [place for place, number in enumerate(reading.lines) if number not in bad]
    pasted.rows = [reading.rows[place] for place in good]
    pasted.typed = [reading.typed[place] for place in good]
    if bad:
        kept = [header] if header else []
        kept += [line for line in lines if line.number in bad]
        pasted.left = "\n".join("\t".join(records[line.number - 1]) for line in kept)
    return pasted


def _order(reader: Reader, lines: list[Line]) -> list[str]:
    """The template's order; without the group's column when a group was chosen and no line names one."""
    keys = [column.key for column in reader.columns]
    names_a_group = any(reader.group_picker.matches(line.cells[0].text) for line in lines)
    return keys if reader.default is None or names_a_group else keys[1:]


def _records(text: str) -> list[list[str]]:
    """Lines of cells. A cell that holds a line end or a tab comes in quotes; any other quote is just a quote."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    try:
        records = list(csv.reader(text.splitlines(keepends=True), delimiter="\t", strict=True))
    except csv.Error:
        records = [line.split("\t") for line in text.split("\n")]
    return [[cell.replace("\n", " ").replace("\t", " ") for cell in record] for record in records]
