"""The house is in order: formatting, the import law, migrations, templates under the CSP."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from directory.audit import name_of

ROOT = settings.BASE_DIR
# Rendered to PDF or sent by mail, never under the portal's CSP.
NOT_PAGES = {"pdf", "mail"}
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


def run(program, *arguments):
    """Run a tool of the environment that runs the tests."""
    tool = Path(sys.executable).with_name(program)
    return subprocess.run([tool, *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_ruff(arguments):
    done = run("ruff", *arguments, ".")
    assert done.returncode == 0, done.stdout


def test_imports_point_down_only():
    done = run("lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " kept, 0 broken" in done.stdout


def test_the_import_law_names_every_module():
    """import-linter ignores modules that no layer names, so a new one would escape the law."""
    law = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    named = set(re.findall(r"[\w.]+", " ".join(law["contracts"][0]["layers"])))
    modules = {path.stem for path in (ROOT / "hoinghi").glob("*.py")} | {
        path.parent.name for path in (ROOT / "hoinghi").glob("*/__init__.py")
    }
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert {f"hoinghi.{name}" for name in modules - {"__init__", "tests"}} <= named
    assert apps <= named & set(law["root_packages"])
    assert len(apps) == 5


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def pages() -> list[Path]:
    templates = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
    return [path for path in templates if not NOT_PAGES & set(path.parts)]


def test_no_page_carries_inline_script_or_style():
    found = {str(path.relative_to(ROOT)): INLINE.findall(path.read_text()) for path in pages()}
    assert {name: hits for name, hits in found.items() if hits} == {}
    assert len(found) > 10


def test_every_action_of_the_audit_trail_has_a_vietnamese_name():
    written = re.compile(r'action="([a-z_]+\.[a-z_]+)"')
    actions = {
        action
        for path in ROOT.glob("*/**/*.py")
        if not {"tests", ".venv"} & set(path.relative_to(ROOT).parts)
        for action in written.findall(path.read_text())
    }
    assert len(actions) > 100
    assert {action for action in actions if name_of(action) == action} == set()
