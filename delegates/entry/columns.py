"""A table of text, pasted or read from a sheet, made rows of the list: which column is what, what a cell means.

Nothing is guessed in silence: what is mended is noted, what is not understood is said with its line, column and
value.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from conferences.models import InvitedGroup, Question
from delegates import questions, rows
from delegates.entry import picking
from delegates.errors import InvalidRows
from delegates.models import Nomination
from delegates.pickers import Choice, offered_by
from delegates.row_forms import HONORIFICS, LENGTHS
from delegates.rows import Row
from hoinghi.forms import clean_text
from hoinghi.text import fold
from hoinghi.workbooks import Cell

IGNORED = "-"  # a column that a list may have and the portal does not need


@dataclass(frozen=True)
class Column:
    """A column of the list.

    Attributes:
        key: the row's field, or ``questions.field_name`` of a question.
        header: what the template prints.
        also: other headers that mean it, folded.
        required: whether a list can't be submitted without it.
        partly_required: only the people of some groups need it.
        offered: the values to choose from, where they are the same in every group.
    """

    key: str
    header: str
    also: tuple[str, ...] = ()
    required: bool = False
    offered: tuple[str, ...] = ()
    partly_required: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the table: its number as its author counts, and its cells."""

    number: int
    cells: list[Cell]

    def is_blank(self) -> bool:
        return not any(cell.text.strip() or cell.fault for cell in self.cells)


@dataclass(frozen=True)
class Finding:
    """Something to mend, or something that was mended: where, what stood there, and what to do or what was done."""

    line: int
    column: str
    value: str
    message: str


@dataclass
class Reading:
    """What was understood.

    Attributes:
        rows: with the numbers of their ``lines``, and the fields that stood there (``typed``): the others are
            as a new row begins.
        problems, notes: what must be mended, what was mended already.
    """

    rows: list[dict] = field(default_factory=list)
    typed: list[set[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)


IGNORED_HEADERS = {"stt", "tt", "so tt", "so thu tu", "ghi chu"}
YES = {"x", "co", "1", "true", "dung", "yes", "du phong"}
NO = {"", "khong", "0", "false", "sai", "no", "-"}
_HONORIFICS = {fold(word): word for word in HONORIFICS} | {"d/c": "đồng chí", "dc": "đồng chí"}
_TITLED = re.compile(r"^(đồng chí|đ/c|ông|bà)[.:]?\s+(?=\S+\s)", re.IGNORECASE)


def columns_of(groups: list[InvitedGroup]) -> list[Column]:
    """The columns of a list of these groups, in the template's order."""
    found = [
        Column("group", "Nhóm", ("nhom dai bieu", "thanh phan"), True, tuple(names_of(groups))),
        Column(
            "organisation",
            "Cơ quan, đơn vị",
            (
                "co quan",
                "don vi",
                "don vi cong tac",
                "ten don vi",
                "ten co quan",
                "co quan cong tac",
                "doanh nghiep",
            ),
            True,
        ),
        Column("honorific", "Danh xưng", ("xung ho", "ong ba"), False, HONORIFICS),
        Column(
            "full_name",
            "Họ và tên",
            ("ho ten", "ten", "ten dai bieu", "dai bieu", "ho va ten dai bieu"),
            True,
        ),
        Column("job_title", "Chức vụ", ("chuc danh", "chuc vu chuc danh"), True),
        Column(
            "phone",
            "Điện thoại",
            ("so dien thoai", "sdt", "dt", "di dong", "dtdd", "dien thoai di dong", "so di dong"),
            True,
        ),
        Column("email", "Email", ("e mail", "mail", "thu dien tu", "dia chi email", "hop thu")),
        Column("reserve", "Dự phòng", (), False, ("x",)),
    ]
    with_roles = [group for group in groups if group.asked_roles.all()]
    if with_roles:
        everywhere = len(with_roles) == len(groups)
        role = Column("role", "Vai trò", ("vai tro dai bieu",), everywhere, partly_required=not everywhere)
        found.insert(5, role)
    asked = {question.pk: question for group in groups for question in group.asked_questions}
    return found + [_column_of(question, groups) for question in asked.values()]


def _column_of(question: Question, groups: list[InvitedGroup]) -> Column:
    everywhere = all(question in group.asked_questions for group in groups)
    return Column(
        questions.field_name(question),
        question.text,
        (),
        question.is_required and everywhere,
        tuple(questions.offered(question)),
        partly_required=question.is_required and not everywhere,
    )


def names_of(groups: list[InvitedGroup]) -> dict[str, InvitedGroup]:
    """What a table calls each group; the code tells apart two with one label."""
    names: dict[str, InvitedGroup] = {}
    for group in groups:
        names[f"{group.label} ({group.code})" if group.label in names else group.label] = group
    return names


def _plain(header: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(header)))


def header_of(cells: Iterable[Cell], columns: list[Column]) -> list[str] | None:
    """The keys of a line's cells when the line is a header; None when it is not one.

    A header names the column of names and one more. A column that the portal does not need is IGNORED when lists
    often have it, else "".
    """
    known = {_plain(name): column.key for column in columns for name in (column.header, *column.also)}
    keys = []
    for cell in cells:
        plain = _plain(cell.text)
        key = IGNORED if not plain or plain in IGNORED_HEADERS else known.get(plain, "")
        keys.append(IGNORED if key in keys and key else key)
    understood = [key for key in keys if key and key != IGNORED]
    return keys if "full_name" in understood and len(understood) > 1 else None


def unknown(header: Line, keys: list[str]) -> list[Finding]:
    """A note for every column of the header that the portal has no place for."""
    return [
        Finding(header.number, cell.text.strip(), "", "Không có cột này trong mẫu: đã bỏ qua.")
        for cell, key in zip(header.cells, keys, strict=False)
        if not key
    ]


class Reader:
    """Reads the lines of one list's table."""

    def __init__(self, nomination: Nomination, groups: list[InvitedGroup], *, group: str = ""):
        """
        Arguments:
            groups: ``rows.nominated_groups`` of the list.
            group: code of the group of the lines that name none.
        """
        self.groups = groups
        self.columns = columns_of(groups)
        self.by_code = {each.code: each for each in groups}
        self.default = self.by_code.get(group)
        self.names = names_of(groups)
        self.group_picker = picking.Picker([Choice(name) for name in self.names])
        self.offered = offered_by(groups, nomination)
        self.headers = {column.key: column.header for column in self.columns}

    def read(self, keys: list[str], lines: Iterable[Line]) -> Reading:
        """Every line that is not blank, as rows of the form; a line with a problem has a row as well."""
        reading = Reading()
        for line in lines:
            if line.is_blank():
                continue
            row, typed = _LineReader(self, reading, line).row(keys)
            reading.rows.append(row)
            reading.typed.append(typed)
            reading.lines.append(line.number)
        self._resolve(reading)
        return reading

    def check(self, reading: Reading) -> None:
        """Add to the problems what keeps a row from being submitted; quotas are the form's business."""
        told = {(problem.line, problem.column) for problem in reading.problems}
        try:
            rows.check([Row(**row) for row in reading.rows], self.groups)
        except InvalidRows as refused:
            for error in refused.rows:
                line, column = reading.lines[error.row], self.headers.get(error.field, "")
                if (line, column) not in told:
                    row = reading.rows[error.row]
                    value = (
                        row["answers"].get(error.field[1:], "")
                        if error.field not in row
                        else row[error.field]
                    )
                    reading.problems.append(Finding(line, column, str(value), error.message))
        reading.problems.sort(key=lambda problem: problem.line)

    def _resolve(self, reading: Reading) -> None:
        found = [Row(**row) for row in reading.rows]
        for error in picking.resolve(found, self.offered):
            row = reading.rows[error.row]
            header = self.headers["organisation"]
            reading.problems.append(
                Finding(reading.lines[error.row], header, row["organisation"], error.message)
            )
        for row, resolved in zip(reading.rows, found, strict=True):
            group = self.by_code.get(row["group"])
            row["organisation"] = (group and group.own_organisation) or resolved.organisation


class _LineReader:
    """One line being read."""

    def __init__(self, reader: Reader, reading: Reading, line: Line):
        self.reader = reader
        self.reading = reading
        self.line = line

    def row(self, keys: list[str]) -> tuple[dict, set[str]]:
        """The line as a row of the form, and the fields that it says itself."""
        values: dict[str, str] = {}
        for key, cell in zip(keys, self.line.cells, strict=False):
            if key and key != IGNORED:
                values[key] = self._text(key, cell)
        for index in range(len(keys), len(self.line.cells)):
            if text := self.line.cells[index].text.strip():
                self._problem("", text, f"Thừa ô thứ {index + 1}: bảng chỉ có {len(keys)} cột. Xóa ô này.")
        group = self._group(values.get("group", ""))
        honorific, name = self._name(values)
        typed = {key for key, value in values.items() if value}
        # A column of reserves says of everybody whether or not.
        typed |= {key for key, said in (("honorific", honorific), ("reserve", "reserve" in values)) if said}
        row = {
            "group": group.code if group else "",
            "organisation": values.get("organisation", ""),
            "honorific": honorific or HONORIFICS[0],
            "full_name": name,
            "job_title": values.get("job_title", ""),
            "role": self._role(group, values.get("role", "")),
            "phone": values.get("phone", ""),
            "email": values.get("email", ""),
            "reserve": self._reserve(values.get("reserve", "")),
            "answers": self._answers(group, values),
        }
        return row, typed

    def _problem(self, key: str, value: str, message: str) -> None:
        self.reading.problems.append(
            Finding(self.line.number, self.reader.headers.get(key, ""), value, message)
        )

    def _note(self, key: str, value: str, message: str) -> None:
        self.reading.notes.append(Finding(self.line.number, self.reader.headers.get(key, ""), value, message))

    def _text(self, key: str, cell: Cell) -> str:
        """The cell's text in the spelling that is stored."""
        if cell.fault:
            self._problem(key, cell.text, cell.fault)
            return ""
        try:
            text = clean_text(cell.text.replace("\0", "\ufffd"))
        except ValueError as error:
            self._problem(key, cell.text, str(error))
            return ""
        if "\ufffd" in text:
            self._problem(key, text, "Có ký tự không đọc được. Gõ lại ô này.")
            return ""
        longest = LENGTHS.get(key, questions.LONGEST_TEXT)
        if len(text) > longest:
            self._problem(key, f"{text[:40]}…", f"Dài {len(text)} chữ, nhiều nhất {longest}. Viết ngắn lại.")
            return ""
        return self._phone(text) if key == "phone" else text

    def _phone(self, text: str) -> str:
        """Numbers that a spreadsheet took the leading 0 from get it back."""
        mended = re.sub(r"[‒–—−]", "-", text)
        if re.fullmatch(r"[35789]\d{8}|2\d{9}", mended):
            mended = f"0{mended}"
            self._note("phone", text, f"Đã thêm số 0 bị mất ở đầu: {mended}.")
        return mended

    def _group(self, typed: str) -> InvitedGroup | None:
        if not typed:
            if self.reader.default is None:
                self._problem("group", "", f"Chọn một nhóm: {'; '.join(self.reader.names)}.")
            return self.reader.default
        found = self.reader.group_picker.matches(typed)
        if len(found) == 1:
            return self.reader.names[found[0].name]
        if typed in self.reader.by_code:
            return self.reader.by_code[typed]
        self._problem("group", typed, f"Không rõ nhóm nào. Ghi một trong: {'; '.join(self.reader.names)}.")
        return None

    def _name(self, values: dict[str, str]) -> tuple[str, str]:
        """Honorific and name; "Ông Nguyễn Văn A" in one cell is both."""
        honorific, name = values.get("honorific", ""), values.get("full_name", "")
        titled = _TITLED.match(name)
        if titled and fold(honorific) in ("", fold(titled[1])):
            self._note("full_name", name, f"Đã tách danh xưng “{titled[1]}” khỏi họ tên.")
            honorific, name = titled[1], name[titled.end() :]
        if honorific and fold(honorific) not in _HONORIFICS:
            self._problem("honorific", honorific, f"Ghi một trong: {', '.join(HONORIFICS)}.")
            return "", name
        return _HONORIFICS.get(fold(honorific), ""), name

    def _role(self, group: InvitedGroup | None, typed: str) -> str:
        names = [role.name for role in group.asked_roles.all()] if group else []
        if not typed or not names:
            return ""
        found = [name for name in names if fold(name) == fold(typed)]
        if not found:
            self._problem("role", typed, f"Ghi một trong: {', '.join(names)}.")
        return found[0] if found else ""

    def _reserve(self, typed: str) -> bool:
        folded = fold(typed)
        if folded not in YES | NO:
            self._problem("reserve", typed, "Ghi x nếu là đại biểu dự phòng, để trống nếu không.")
        return folded in YES

    def _answers(self, group: InvitedGroup | None, values: dict[str, str]) -> dict[str, str]:
        answers = {}
        for question in group.asked_questions if group else ():
            key = questions.field_name(question)
            typed = values.get(key, "")
            # "co", "CÓ" and "x" mean the answer that is offered so.
            alike = [answer for answer in questions.offered(question) if fold(answer) == fold(typed)]
            try:
                if value := questions.clean_answer(question, alike[0] if alike else typed):
                    answers[str(question.pk)] = value
            except ValueError as error:
                self._problem(key, typed, str(error))
        return answers
