"""Conference files for tests: seed 000's own, and copies of it with changes."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from conferences.loading import load_kinds
from conferences.loading.reading import read
from correspondence.letterheads import load_letterheads

DEMO = Path(__file__).parent.parent / "demo"
SEED_000 = DEMO / "000.yaml"
TWIN = DEMO / "twin.yaml"
REMOVED = object()


def load_standard() -> None:
    """What every conference file refers to, besides the register of units."""
    load_kinds(actor="kiểm thử")
    load_letterheads(actor="kiểm thử")


def leaves(values: Any, path: str = "") -> dict[str, str]:
    """Every text of a file by its path: ``groups[2].quota.max``."""
    if isinstance(values, str):
        return {path: values}
    pairs = values.items() if isinstance(values, dict) else enumerate(values)
    found = {}
    for key, value in pairs:
        here = f"{path}[{key}]" if isinstance(values, list) else f"{path}.{key}".lstrip(".")
        found |= leaves(value, here)
    return found


def changed_copy(folder: Path, changes: dict[str, Any], *, of: Path = SEED_000) -> Path:
    """A copy of a conference file in ``folder`` with other values at some paths.

    Arguments:
        changes: path → new value; ``REMOVED`` takes the key out. A list may be appended to: ``groups[7]``.
    """
    values = read(of).values
    for path, value in changes.items():
        _put(values, [part for part in re.split(r"[.\[\]]+", path) if part], value)
    shutil.copytree(DEMO / "tep", folder / "tep", dirs_exist_ok=True)
    copy = folder / of.name
    copy.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return copy


def _put(values: Any, parts: list[str], new: Any) -> None:
    *way, last = parts
    for part in way:
        values = values[int(part)] if isinstance(values, list) else values.setdefault(part, {})
    if isinstance(values, list):
        values[int(last) : int(last) + 1] = [] if new is REMOVED else [new]
    elif new is REMOVED:
        del values[last]
    else:
        values[last] = new
