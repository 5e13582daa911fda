"""Rows of the data files: read as text, refused with file, line and reason."""

import csv
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hoinghi.text import nfc

Parsed = TypeVar("Parsed")


class RefusedData(Exception):
    """The data files hold mistakes; ``problems`` names each by file, line and reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One line of a data file, NFC, addressed by column name."""

    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def required(self, column: str) -> str:
        if not self[column]:
            raise ValueError(f"cột {column} để trống.")
        return self[column]

    def date(self, column: str) -> dt.date | None:
        if not self[column]:
            return None
        try:
            return dt.date.fromisoformat(self[column])
        except ValueError:
            raise ValueError(f"cột {column}: “{self[column]}” không phải ngày dạng 2025-07-01.") from None

    def number(self, column: str) -> int:
        if not (self[column].isascii() and self[column].isdigit()):
            raise ValueError(f"cột {column}: “{self[column]}” không phải số nguyên.")
        return int(self[column])

    def problem(self, reason: object) -> str:
        return f"{self.file}, dòng {self.line}: {reason}"


def read_rows(path: Path, columns: Iterable[str], problems: list[str]) -> list[Row]:
    """The rows of a CSV file with a header line.

    Arguments:
        path: the file, UTF-8.
        columns: names that the header must have.
        problems: what is wrong is added here; a row with too few or too many cells is left out.
    """
    try:
        # A byte order mark is what spreadsheets write in front. Cleaned at once: per cell it takes a second.
        text = nfc(path.read_text(encoding="utf-8-sig"), lines=True)
    except FileNotFoundError:
        problems.append(f"{path.name}: không có tệp này trong {path.parent}.")
        return []
    except UnicodeDecodeError as error:
        problems.append(f"{path.name}: không phải UTF-8 (byte thứ {error.start}).")
        return []
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[Row] = []
    try:
        header = next(reader, [])
        if missing := [name for name in columns if name not in header]:
            problems.append(f"{path.name}, dòng 1: thiếu cột {', '.join(missing)}.")
            return []
        for cells in reader:
            row = Row(path.name, reader.line_num, dict(zip(header, map(str.strip, cells), strict=False)))
            if len(cells) == len(header):
                rows.append(row)
            elif cells:
                problems.append(row.problem(f"có {len(cells)} ô, tiêu đề có {len(header)} cột."))
    except csv.Error as error:
        problems.append(f"{path.name}, dòng {reader.line_num}: {error}.")
    return rows


def parse_rows(rows: list[Row], parse: Callable[[Row], Parsed], problems: list[str]) -> list[Parsed]:
    """Each row through ``parse``; a ValueError becomes a problem with the row's file and line."""
    parsed = []
    for row in rows:
        try:
            parsed.append(parse(row))
        except ValueError as error:
            problems.append(row.problem(error))
    return parsed
