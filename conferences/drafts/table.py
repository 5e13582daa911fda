"""The table of opinions on a draft and of the answers to them ("Bảng tổng hợp ý kiến, tiếp thu, giải trình")."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count

from conferences.models import Clause, DraftDocument, Opinion, OpinionSheet
from conferences.models.drafts import Level
from hoinghi.text import fold, lowerfirst

GENERAL = "Ý kiến chung"
# Of these the heading is printed as well; a clause of an article is known by its number.
_TITLED = {Level.PART, Level.CHAPTER, Level.SECTION, Level.ARTICLE, Level.APPENDIX}


@dataclass(frozen=True)
class Line:
    """One opinion: who, what, and the answer as printed. No person is named."""

    subject: str
    opinion: str
    disposition: str
    reply: str

    @property
    def answer(self) -> str:
        """ "Tiếp thu. Đã sửa tại khoản 2." – the kind of the answer once, whoever wrote it already."""
        if not self.disposition or fold(self.reply).startswith(fold(self.disposition)):
            return self.reply
        return f"{self.disposition}. {self.reply}" if self.reply else f"{self.disposition}."


@dataclass(frozen=True)
class Group:
    """The opinions on one part of the draft."""

    label: str
    lines: list[Line]


@dataclass(frozen=True)
class Row:
    """A line as it is numbered; paper prints the ``label`` in the first row of a ``group``, ``is_last`` ends it."""

    number: int
    group: str
    label: str
    line: Line
    is_last: bool


@dataclass
class Table:
    """What is printed.

    Attributes:
        asked, answered: organisations; answered are those that agreed or sent opinions or a letter.
        agreed, silent: their names, in the order of the register.
        dispositions: how many opinions are accepted, …; by the words that are printed.
    """

    title: str
    asked: int
    answered: int
    agreed: list[str]
    silent: list[str]
    opinions: int
    dispositions: dict[str, int]
    groups: list[Group] = field(default_factory=list)

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict) -> "Table":
        groups = [
            Group(group["label"], [Line(**line) for line in group["lines"]]) for group in stored["groups"]
        ]
        return cls(**stored | {"groups": groups})

    @property
    def rows(self) -> Iterator[Row]:
        """Every line in the order of print."""
        numbers = count(1)
        for group in self.groups:
            for place, line in enumerate(group.lines, start=1):
                label = group.label if place == 1 else ""
                yield Row(next(numbers), group.label, label, line, is_last=place == len(group.lines))

    @property
    def summary(self) -> list[str]:
        """The sentences above the table."""
        commented = self.answered - len(self.agreed)
        lines = [
            f"Tổng số cơ quan, đơn vị được gửi lấy ý kiến: {self.asked}. Đã trả lời: {self.answered}, gồm "
            f"{len(self.agreed)} cơ quan, đơn vị thống nhất với dự thảo và {commented} cơ quan, đơn vị có ý kiến."
        ]
        counts = ", ".join(f"{lowerfirst(label)} {number}" for label, number in self.dispositions.items())
        lines.append(f"Tổng số ý kiến: {self.opinions}" + (f" ({counts})." if counts else "."))
        if self.agreed:
            lines.append(f"Thống nhất, không có ý kiến khác: {'; '.join(self.agreed)}.")
        return lines


def table_of(draft: DraftDocument) -> Table:
    """Everything that was sent on the draft, whichever version it was about, in a fixed number of queries."""
    sheets = list(
        draft.sheets.select_related("organisation").order_by(
            "organisation__sort_key", "organisation_name", "pk"
        )
    )
    sent = {sheet.pk: sheet for sheet in sheets if sheet.state == OpinionSheet.State.SUBMITTED}
    asked = [sheet for sheet in sheets if sheet.organisation_id]
    opinions = list(
        Opinion.objects.filter(sheet__in=sent).select_related("clause__version").order_by("sheet", "pk")
    )
    labels = Opinion.Disposition
    counted = Counter(opinion.disposition for opinion in opinions)
    return Table(
        title=draft.title,
        asked=len(asked),
        answered=sum(sheet.pk in sent for sheet in asked),
        agreed=[sheet.organisation_name for sheet in asked if sheet.pk in sent and sheet.agrees],
        silent=[sheet.organisation_name for sheet in asked if sheet.pk not in sent],
        opinions=len(opinions),
        dispositions={labels(code).label: counted[code] for code in labels if counted[code]},
        groups=_groups(draft, opinions, list(sent.values())),
    )


def _groups(draft: DraftDocument, opinions: Iterable[Opinion], sheets: list[OpinionSheet]) -> list[Group]:
    order = {sheet.pk: number for number, sheet in enumerate(sheets)}
    subjects = {sheet.pk: _subject(sheet) for sheet in sheets}
    current = draft.current_version()
    places = places_in(current.clauses.all()) if current else {}
    grouped: dict[tuple, tuple[str, list[Opinion]]] = {}
    for opinion in opinions:
        clause = opinion.clause
        if clause is None:
            key, label = (0, 0, 0), GENERAL
        else:
            is_current = current is not None and clause.version_id == current.pk
            key = (1, places.get(clause.label, len(places) + clause.position), -clause.version.number)
            label = called(clause) + ("" if is_current else f" (bản {clause.version.number})")
        grouped.setdefault(key, (label, []))[1].append(opinion)
    return [
        Group(
            label,
            [
                Line(subjects[each.sheet_id], each.text, each.get_disposition_display(), each.reply)
                for each in sorted(members, key=lambda each: order[each.sheet_id])
            ],
        )
        for _, (label, members) in sorted(grouped.items())
    ]


def places_in(clauses: Iterable[Clause]) -> dict[str, int]:
    """How a clause is cited → its place in the version, for opinions on the clause of that name in an older one."""
    return {clause.label: clause.position for clause in clauses}


def called(clause: Clause) -> str:
    """ "Điều 5. Phạm vi điều chỉnh", "Khoản 2 Điều 5" """
    return f"{clause.label}. {clause.title}" if clause.level in _TITLED and clause.title else clause.label


def _subject(sheet: OpinionSheet) -> str:
    return f"{sheet.organisation_name} (đại biểu)" if sheet.holder else sheet.organisation_name
