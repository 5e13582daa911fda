"""Looks for persons in the whole portal: every column of every table, every stored file."""

import io
import re
import zipfile

from django.apps import apps
from django.db import connection
from django.db.models import FileField

from hoinghi.text import fold

_TYPES = ("text", "character varying", "character", "json", "jsonb", "bytea", "ARRAY")


def columns() -> list[tuple[str, str, str]]:
    """(table, column, type) of everything that can hold words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = ANY(%s) ORDER BY 1, 2",
            [list(_TYPES)],
        )
        return cursor.fetchall()


def places_of(traces) -> set[tuple[str, str, str]]:
    """(table, column, trace) wherever one of the traces stands: written anyhow, in a table or in a file."""
    patterns = {trace: _pattern(trace) for trace in traces}
    found = set()
    for table, column, _ in columns():
        found |= {(table, column, trace) for trace in _seen(_values(table, column), patterns)}
    for model, field in file_fields():
        words = [_words(file) for file in _files(model, field)]
        place = (model._meta.db_table, field.column)
        found |= {(*place, trace) for trace in _seen(words, patterns)}
    return found


def file_fields():
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ]


def _pattern(trace: str) -> re.Pattern:
    """Digits of a telephone with anything between them; words with any kind of white space."""
    if trace.isdigit():
        return re.compile(r"[\s.\-]*".join(trace))
    return re.compile(r"\s+".join(map(re.escape, fold(trace).split())))


def _seen(texts, patterns: dict[str, re.Pattern]) -> set[str]:
    whole = fold("\n".join(texts))
    return {trace for trace, pattern in patterns.items() if pattern.search(whole)}


def _values(table: str, column: str) -> list[str]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quote(column)} FROM {quote(table)} WHERE {quote(column)} IS NOT NULL")
        return [_text(value) for (value,) in cursor.fetchall()]


def _text(value) -> str:
    if isinstance(value, memoryview | bytes):
        # Calendar files break their lines anywhere.
        return bytes(value).decode(errors="replace").replace("\r\n ", "")
    return value if isinstance(value, str) else str(value)


def _files(model, field):
    for row in model.objects.exclude(**{field.name: ""}):
        file = getattr(row, field.name)
        if file and file.storage.exists(file.name):
            with file.open("rb") as opened:
                yield opened.read()


def _words(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        from pypdf import PdfReader

        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(_words(archive.read(name)) for name in archive.namelist())
    return _text(content)
