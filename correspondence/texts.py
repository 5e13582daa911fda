"""The words of letters: a default in a file of the app that knows the matter, the staff's own in the database.

A text cites values by placeholder: ``{organisation}``. The file lists the placeholders of each text and what
they mean; nothing else may stand in braces, so words from the database never reach anything but the values
that their letter has. ``{{`` and ``}}`` write a brace.
"""

import difflib
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError, transaction

from correspondence import labels
from correspondence.models import TextOverride
from directory.audit import record
from directory.models import User

log = logging.getLogger(__name__)

# What a letter of this code would be filled with today: (values of the placeholders, context of the letter
# around the words), or None when there is nothing yet to show it with.
Sample = Callable[[str], tuple[Mapping[str, str], dict] | None]

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Wording:
    """The part of a text that staff may write anew, with its placeholders."""

    subject: str
    greeting: str
    body: str
    link_label: str = ""


@dataclass(frozen=True)
class Text:
    """One text of a file.

    Arguments:
        placeholders: name → what it stands for.
        required: placeholders without which the letter would not say what it must.
        link_note: stands under the link; belongs to how the link works, so it is not staff's to change.
    """

    code: str
    name: str
    placeholders: dict[str, str]
    required: tuple[str, ...]
    wording: Wording
    link_note: str = ""
    sample: Sample | None = None


@dataclass(frozen=True)
class Words:
    """The words of one letter, filled in; with a frame around them they are ``render_letter``'s context."""

    subject: str
    greeting: str
    paragraphs: list[str]
    link_label: str
    link_note: str


_texts: dict[str, Text] = {}
# What is wrong with the files; ``correspondence.checks`` stops the portal with it.
problems_of_files: list[str] = []


# ── the registry ────────────────────────────────────────────────────────────────────────────────────


def register_texts(path: Path, sample: Sample | None = None) -> None:
    """Take up the texts of one file, from ``AppConfig.ready``. A text's name is what its kind of letter is called.

    Arguments:
        path: a list of texts in YAML: ``code``, ``name``, ``placeholders``, ``required``, ``subject``,
            ``greeting``, ``body`` (paragraphs set apart by blank lines), ``link_label``, ``link_note``.
        sample: answers a code with real values for the preview.
    """
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(rows, list):
            raise ValueError("the file must be a list of texts")
    except (OSError, ValueError, yaml.YAMLError) as error:
        problems_of_files.append(f"{path}: {error}")
        return
    for row in rows:
        try:
            text = _read(row, sample)
        except ValueError as error:
            problems_of_files.append(f"{path}: {error}")
        else:
            _texts[text.code] = text
            labels.register_kinds(**{text.code: text.name})


def _read(row: Any, sample: Sample | None) -> Text:
    """A text from its row in the file.

    Raises:
        ValueError: the row is not a text; says which one and why, in the words of whoever edits the file.
    """
    if not isinstance(row, dict) or not isinstance(code := row.get("code"), str):
        raise ValueError(f"{str(row)[:60]!r} is not a text with a code")
    needed = {"code", "name", "placeholders", "subject", "greeting", "body"}
    allowed = needed | {"required", "link_label", "link_note"}
    if (missing := needed - row.keys()) or (unknown := row.keys() - allowed):
        raise ValueError(f"{code}: {'lacks' if missing else 'has unknown'} {sorted(missing or unknown)}")
    if code in _texts:
        raise ValueError(f"{code}: there is a text of that code already")
    placeholders, required = row["placeholders"] or {}, row.get("required") or []
    words = [row.get(name, "") for name in allowed - {"placeholders", "required"}]
    if not all(isinstance(each, str) for each in [*words, *placeholders, *placeholders.values(), *required]):
        raise ValueError(f"{code}: words must be texts (put them in quotes)")
    if odd := [name for name in placeholders if not _NAME.fullmatch(name)]:
        raise ValueError(f"{code}: {odd} cannot be placeholders")
    wording = Wording(row["subject"], row["greeting"], row["body"].strip(), row.get("link_label", ""))
    text = Text(code, row["name"], placeholders, tuple(required), wording, row.get("link_note", ""), sample)
    if found := _problems(text, wording):
        raise ValueError(f"{code}: {found}")
    return text


def registered() -> list[Text]:
    """Every text, by name."""
    return sorted(_texts.values(), key=lambda text: text.name)


def text_of(code: str) -> Text:
    """
    Raises:
        KeyError: there is no such text.
    """
    return _texts[code]


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


def write(code: str, values: Mapping[str, str]) -> Words:
    """The words of a letter: the staff's where there are any, else the file's.

    A paragraph that cites values, all of them empty, is left out.

    Arguments:
        values: each placeholder of the text and what is put in; what is put in is not read again.
    """
    (words,) = write_many(code, [values])
    return words


def write_many(code: str, fillings: Iterable[Mapping[str, str]]) -> list[Words]:
    """The words of letters to many, each with its own values; the staff's wording is asked for once."""
    text = _texts[code]
    wording = current_wording(text)
    return [fill(text, wording, values) for values in fillings]


def current_wording(text: Text) -> Wording:
    """What letters of this text say today."""
    override = TextOverride.objects.filter(code=text.code).first()
    if override is None:
        return text.wording
    wording = wording_of(override)
    if problems := _problems(text, wording):
        # A new version of the file took a placeholder away. A letter with the file's words beats none.
        log.error("the override of text %s does not fit any more: %s", text.code, problems)
        return text.wording
    return wording


def wording_of(override: TextOverride) -> Wording:
    return Wording(*(getattr(override, field.name) for field in fields(Wording)))


def fill(text: Text, wording: Wording, values: Mapping[str, str]) -> Words:
    """Checked words with ``values`` at their placeholders."""
    paragraphs = [
        _fill(paragraph, values)
        for paragraph in _BLANK_LINES.split(wording.body)
        if not (cited := cited_in(paragraph)) or any(values[name].strip() for name in cited)
    ]
    return Words(
        subject=_fill(wording.subject, values),
        greeting=_fill(wording.greeting, values),
        paragraphs=paragraphs,
        link_label=_fill(wording.link_label or text.wording.link_label, values),
        link_note=_fill(text.link_note, values),
    )


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _TOKEN.sub(lambda found: found[0][0] if found[1] is None else values[found[1]], template)


def cited_in(template: str) -> list[str]:
    """The placeholders of a piece of text, in order."""
    return [found[1] for found in _TOKEN.finditer(template) if found[1] is not None]


# ── checking ────────────────────────────────────────────────────────────────────────────────────────


def check(code: str, **wording: str) -> dict[str, list[str]]:
    """Why these words may not stand: field → messages for the person who wrote them; empty when they may.

    Arguments:
        wording: the fields of ``Wording``.
    """
    return _problems(_texts[code], Wording(**wording))


def fits(text: Text, wording: Wording) -> bool:
    """Whether a letter can be written in these words."""
    return not _problems(text, wording)


def _problems(text: Text, wording: Wording) -> dict[str, list[str]]:
    found = {
        field.name: [*_problems_in(getattr(wording, field.name), text.placeholders)]
        for field in fields(Wording)
    }
    cited = {name for field in fields(Wording) for name in cited_in(getattr(wording, field.name))}
    found["body"] += [
        f"Thiếu {{{name}}} ({text.placeholders[name]}). Thư này không thể thiếu phần đó."
        if name in text.placeholders
        else f"Bắt buộc có {{{name}}} mà danh sách không có."
        for name in text.required
        if name not in cited
    ]
    return {field: messages for field, messages in found.items() if messages}


def _problems_in(template: str, placeholders: Mapping[str, str]) -> list[str]:
    problems = []
    for found in _TOKEN.finditer(template):
        name = found[1]
        if name is None and len(found[0]) == 1:
            near = " ".join(template[max(found.start() - 20, 0) : found.end() + 20].split())
            other = "}" if found[0] == "{" else "{"
            problems.append(
                f"Dấu {found[0]} ở “{near}” không có dấu {other} đi cùng. "
                f"Muốn in chính dấu này thì gõ hai lần: {found[0] * 2}."
            )
        elif name is not None and name not in placeholders:
            guesses = difflib.get_close_matches(name.strip().lower(), placeholders, n=1)
            hint = f" Có phải là {{{guesses[0]}}}?" if guesses else ""
            problems.append(f"Không có chỗ điền {{{name}}} trong thư này.{hint}")
    return problems


# ── what staff do ───────────────────────────────────────────────────────────────────────────────────


class ChangedMeanwhile(Exception):
    """Somebody else has changed the words since the page was opened; the text is for the person who tried."""


def version_of(override: TextOverride | None) -> str:
    """What a form carries, so that two colleagues never overwrite each other."""
    return override.updated_at.isoformat() if override and override.pk else ""


@transaction.atomic
def save_wording(*, code: str, wording: Wording, version: str, actor: User) -> TextOverride:
    """Put the staff's words in the place of the file's.

    Arguments:
        wording: checked words (``check``).
        version: ``version_of`` what the page showed.
    Raises:
        ChangedMeanwhile: the words are not those that the page showed.
        ValueError: words that may not stand.
    """
    text = _texts[code]
    if problems := _problems(text, wording):
        raise ValueError(f"{code}: {problems}")
    override = _locked(code, version)
    before = wording_of(override) if override else text.wording
    if override is None:
        # Two who both found none: the second waits here for the first and is refused by the unique code.
        override = TextOverride(code=code)
    for name, value in asdict(wording).items():
        setattr(override, name, value)
    override.updated_by = actor
    try:
        with transaction.atomic():
            override.save()
    except IntegrityError as error:
        raise ChangedMeanwhile(_CHANGED) from error
    record(actor=actor, action="text.save", target=override, changes=_changes(before, wording))
    return override


@transaction.atomic
def restore_default(*, code: str, version: str, actor: User) -> None:
    """Let the file's words count again.

    Raises:
        ChangedMeanwhile: the words are not those that the page showed.
    """
    override = _locked(code, version)
    if override is None:
        return
    changes = _changes(wording_of(override), _texts[code].wording)
    record(actor=actor, action="text.restore", target=override, changes=changes)
    override.delete()


_CHANGED = "Mẫu thư đã được người khác sửa sau khi trang này được mở."


def _locked(code: str, version: str) -> TextOverride | None:
    override = TextOverride.objects.select_for_update().filter(code=code).first()
    if version_of(override) != version:
        raise ChangedMeanwhile(_CHANGED)
    return override


def _changes(before: Wording, after: Wording) -> dict[str, list[str]]:
    pairs = {name: [value, getattr(after, name)] for name, value in asdict(before).items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
