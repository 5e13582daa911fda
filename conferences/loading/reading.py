"""Reading a YAML file that people write: everything is text first, then what its key says, or a problem.

Plain YAML turns 8:00 into 480, a telephone into a number and "không" into a value; here every scalar is the
text that stands in the file. What could hurt (tags, aliases, endless nesting, size) or would be silently
lost (a key twice) is refused. Problems are collected, so that whoever wrote the file mends all in one go.
"""

import datetime as dt
import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import models

from hoinghi.forms import clean_text
from hoinghi.text import (
    VIETNAM,
    clean_email,
    nfc,
    parse_date,
    parse_moment,
    parse_phones,
    parse_time,
)

# Every scalar a text; the C parser comes with the wheels of PyYAML and is ten times as fast.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_YEARS = range(1900, 2201)
MAX_BYTES = 512 * 1024
_MAX_DEPTH = 12
_RELATIVE_DAY = re.compile(r"T(?: ?([+-]) ?(\d{1,3}))?")
_RELATIVE_HOUR = re.compile(r"([+-])(\d{1,2})h(\d{2})")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file: the key's path (``groups[2].quota.max``), its line, and why."""

    path: str
    reason: str
    line: int = 0

    def __str__(self):
        where = ", ".join(filter(None, [f"dòng {self.line}" if self.line else "", self.path]))
        return f"{where}: {self.reason}" if where else self.reason


class FileProblems(Exception):
    """The file was refused; nothing has changed. ``str()`` lists every problem with its place."""

    def __init__(self, file: Path | str, problems: list[Problem]):
        self.file = Path(file).name
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(f"{self.file}, {problem}" for problem in self.problems))


@dataclass
class Source:
    """One file while it is read: its values, the line of each, and the problems so far.

    ``start`` is the day that ``T`` means in relative days; ``places`` says of the keys that do not stand at the
    top of the file where they do; ``refused`` are uids of organisations that the file brings and whose problem
    is told already.
    """

    path: Path
    values: Any
    lines: dict[str, int]
    problems: list[Problem] = field(default_factory=list)
    start: dt.date | None = None
    places: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def refuse(self, path: str, reason: str) -> None:
        line = self.lines.get(path) or self.lines.get(re.sub(r"(\.\w+|\[\d+\])$", "", path), 0)
        place = self.places.get(re.split(r"[.\[]", path, maxsplit=1)[0])
        problem = Problem(f"{place}.{path}" if place else path, reason, line)
        if problem not in self.problems:  # what conferences share is read for each of them
            self.problems.append(problem)

    def raise_problems(self) -> None:
        if self.problems:
            raise FileProblems(self.path, self.problems)


def read(path: Path) -> Source:
    """The file's values: mappings, lists and texts.

    Raises:
        FileProblems: it cannot be read, is no YAML, or uses what is not allowed.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileProblems(path, [Problem("", f"tệp lớn hơn {MAX_BYTES // 1024} kB.")])
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileProblems(path, [Problem("", "tệp không phải UTF-8. Lưu lại với bảng mã UTF-8.")]) from None
    except OSError as error:
        raise FileProblems(path, [Problem("", f"không đọc được tệp ({error.strerror}).")]) from None
    source = Source(path, None, {})
    try:
        _refuse_what_hurts(text, source)
        source.raise_problems()
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = f"không phải YAML hợp lệ ({getattr(error, 'problem', None) or 'có ký tự không được phép'})."
        raise FileProblems(path, [Problem("", reason, mark.line + 1 if mark else 0)]) from None
    source.values = _plain(node, "", source) if node else None
    return source


def _refuse_what_hurts(text: str, source: Source) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        reason = ""
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            reason = "lồng nhau quá sâu." if depth > _MAX_DEPTH else ""
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            reason = "không dùng được & và * của YAML; viết đầy đủ ra."
        elif getattr(event, "tag", None) not in (None, "!"):
            reason = f"không dùng được thẻ {event.tag} của YAML."
        if reason:
            source.problems.append(Problem("", reason, event.start_mark.line + 1))
            return


def _plain(node: yaml.Node, path: str, source: Source) -> Any:
    source.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{path}[{index}]", source) for index, item in enumerate(node.value)]
    values = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        here = f"{path}.{key}" if path else key
        if key in values:
            source.problems.append(Problem(here, "khóa này viết hai lần.", key_node.start_mark.line + 1))
            continue
        values[key] = _plain(value_node, here, source)
        source.lines[here] = key_node.start_mark.line + 1
    return values


def _in_years(value):
    """A date or moment that is far from the ends of the calendar, where no time zone can be computed."""
    if value.year not in _YEARS:
        raise ValueError(f"năm {value.year}: phải từ {_YEARS[0]} đến {_YEARS[-1]}.")
    return value


class Section:
    """A mapping of the file. Each method reads one key; what is wrong becomes a problem and reads as empty."""

    def __init__(self, source: Source, values: Any, path: str = ""):
        self.source = source
        self.path = path
        self.known: set[str] = set()
        if not isinstance(values, dict):
            if values not in (None, ""):
                source.refuse(path, "phải gồm các dòng “khóa: giá trị”.")
            values = {}
        self.values: dict[str, Any] = values

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def refuse(self, key: str, reason: str) -> None:
        self.source.refuse(self.at(key), reason)

    def has(self, key: str) -> bool:
        return self.values.get(key) not in (None, "", [], {})

    def finish(self) -> None:
        """Refuse the keys that nobody has read."""
        for key in self.values.keys() - self.known:
            near = difflib.get_close_matches(key, self.known, n=1)
            self.refuse(key, "không có khóa này." + (f" Có phải là “{near[0]}”?" if near else ""))

    # --- texts ---

    def raw(self, key: str, *, required: bool = False) -> str:
        """The text of a key, as written; empty when it is missing or no text."""
        self.known.add(key)
        value = self.values.get(key, "")
        if isinstance(value, str):
            if "\x00" in value:
                self.refuse(key, "có ký tự không đọc được (NUL).")
                return ""
            if required and not value.strip():
                self.refuse(key, "không được để trống." if key in self.values else "thiếu khóa này.")
            return value.strip()
        self.refuse(key, "phải là một dòng chữ.")
        return ""

    def text(self, key: str, field: models.Field, *, required: bool | None = None) -> str:
        """A text for a model field, which says how long it may be and whether it may be empty."""
        lines = isinstance(field, models.TextField)
        typed = self.raw(key, required=not field.blank if required is None else required)
        try:
            text = clean_text(typed, lines=lines)
        except ValueError as error:
            self.refuse(key, str(error))
            return ""
        if field.max_length and len(text) > field.max_length:
            self.refuse(key, f"dài {len(text)} ký tự, tối đa {field.max_length}.")
            return ""
        return text

    def parsed(self, key: str, parse, *, required: bool = False):
        """A value that ``parse`` makes of the text; its ValueError is the reason."""
        typed = self.raw(key, required=required)
        if not typed:
            return None
        try:
            return parse(typed)
        except ValueError as error:
            self.refuse(key, str(error))
            return None

    def code(self, key: str = "code") -> str:
        """A short name for use in placeholders and addresses."""
        typed = self.raw(key, required=True)
        if typed and not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", typed):
            self.refuse(key, f"“{typed}” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối.")
            return ""
        return typed

    def choice(self, key: str, choices: type[models.TextChoices], *, default: Any = None):
        typed = self.raw(key, required=default is None)
        if typed not in choices.values:
            if typed:
                known = ", ".join(f"{value} ({label})" for value, label in choices.choices)
                self.refuse(key, f"“{typed}” không có. Chọn một trong: {known}.")
            return default if default is not None else next(iter(choices))
        return choices(typed)

    def flag(self, key: str) -> bool:
        typed = nfc(self.raw(key)).lower()
        if typed not in ("", "true", "false", "có", "không"):
            self.refuse(key, "chỉ nhận true (có) hoặc false (không).")
        return typed in ("true", "có")

    def integer(self, key: str, *, minimum: int = 0, maximum: int = 1000) -> int | None:
        def parse(typed):
            if not re.fullmatch(r"-?\d{1,6}", typed) or not minimum <= int(typed) <= maximum:
                raise ValueError(f"“{typed}” phải là số nguyên từ {minimum} đến {maximum}.")
            return int(typed)

        return self.parsed(key, parse)

    # --- days and hours ---

    def day(self, key: str, *, required: bool = False) -> dt.date | None:
        """``02/7/2021``, or ``T-1``: the day before the conference's first day."""
        return self.parsed(key, self._parse_day, required=required)

    def _parse_day(self, typed: str) -> dt.date:
        relative = _RELATIVE_DAY.fullmatch(typed)
        if not relative:
            return _in_years(parse_date(typed))
        if self.source.start is None:
            raise ValueError(f"“{typed}” tính từ ngày tổ chức, mà ngày tổ chức chưa đúng.")
        days = int(relative[2] or 0)
        return self.source.start + dt.timedelta(days=-days if relative[1] == "-" else days)

    def hour(self, key: str, *, required: bool = False) -> dt.time | None:
        return self.parsed(key, parse_time, required=required)

    def moment(self, key: str, *, required: bool = False) -> dt.datetime | None:
        """``17h00 ngày 30/6/2021``, ``17h00 ngày T-2``"""

        def parse(typed):
            if relative := re.fullmatch(r"(.+?) (?:ngày )?(T.*)", nfc(typed)):
                return dt.datetime.combine(self._parse_day(relative[2]), parse_time(relative[1]), VIETNAM)
            return _in_years(parse_moment(typed))

        return self.parsed(key, parse, required=required)

    def minutes_after(self, key: str, start: dt.time | None, *, required: bool = False) -> int | None:
        """An hour of the day (``8h10``) or after the start (``+0h10``), as minutes after the start."""

        def parse(typed):
            if relative := _RELATIVE_HOUR.fullmatch(typed):
                minutes = int(relative[2]) * 60 + int(relative[3])
                return -minutes if relative[1] == "-" else minutes
            hour = parse_time(typed)
            return (hour.hour - start.hour) * 60 + hour.minute - start.minute if start else 0

        return self.parsed(key, parse, required=required)

    # --- other kinds ---

    def phones(self, key: str, field: models.Field) -> str:
        text = self.text(key, field)
        try:
            parse_phones(text)
        except ValueError as error:
            self.refuse(key, str(error))
        return text

    def email(self, key: str) -> str:
        return self.parsed(key, clean_email) or ""

    def one_of(self, key: str, rows: models.QuerySet, by: str, *, required: bool = False):
        """The row whose ``by`` is written in the file."""
        typed = self.raw(key, required=required)
        if not typed:
            return None
        found = rows.filter(**{by: typed}).first()
        if found is None and typed not in self.source.refused:
            self.refuse(key, f"không có {rows.model._meta.verbose_name} nào có mã “{typed}”.")
        return found

    def several_of(self, key: str, rows: models.QuerySet, by: str) -> list:
        """The rows whose ``by`` are listed in the file, in its order."""
        items = self.items(key)
        codes = [item for item in items if isinstance(item, str) and "\x00" not in item]
        found = {getattr(row, by): row for row in rows.filter(**{f"{by}__in": codes})}
        for index, item in enumerate(items):
            if item not in codes or item not in {*found, *self.source.refused}:
                self.source.refuse(
                    f"{self.at(key)}[{index}]",
                    f"không có {rows.model._meta.verbose_name} nào có mã “{item}”.",
                )
        return [found[code] for code in codes if code in found]

    # --- nested ---

    def section(self, key: str, *, required: bool = False) -> "Section":
        self.known.add(key)
        if required and not self.has(key):
            self.refuse(key, "thiếu phần này.")
        return Section(self.source, self.values.get(key), self.at(key))

    def items(self, key: str) -> list:
        self.known.add(key)
        value = self.values.get(key)
        if value in (None, ""):
            return []
        if not isinstance(value, list):
            self.refuse(key, "phải là danh sách, mỗi mục bắt đầu bằng dấu “-”.")
            return []
        return value

    def sections(self, key: str) -> list["Section"]:
        return [
            Section(self.source, item, f"{self.at(key)}[{index}]")
            for index, item in enumerate(self.items(key))
        ]
