"""The house is in order: formatting, the import law, migrations, templates under the CSP."""

import pyexpat
import re
import subprocess
import sys
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from directory.audit import name_of
from directory.management.commands.list_licences import LOCKS, UNNAMED, locked
from hoinghi.access import page_named

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


def test_bandit():
    """Each exception stands in the code with its reason."""
    done = run(
        "bandit", "--quiet", "--recursive", ".", "--configfile", "pyproject.toml", "--format", "custom"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reasons = re.compile(r"# nosec B\d+(?: B\d+)*  # \w+")
    for path in ROOT.glob("*/**/*.py"):
        if {"tests", ".venv"}.isdisjoint(path.relative_to(ROOT).parts):
            lines = [line for line in path.read_text().splitlines() if "# nosec" in line]
            assert [line for line in lines if not reasons.search(line)] == [], path


def test_the_reader_of_xml_refuses_entities_that_grow():
    """What files from outside are read with; since 2.4.1."""
    assert pyexpat.version_info >= (2, 4, 1)


def test_the_list_of_licences_is_that_of_the_locked_packages():
    """After a change of a lock: ``manage.py list_licences``, and its tables into the document."""
    said = StringIO()
    call_command("list_licences", stdout=said)
    document = (ROOT / "docs/giay-phep.md").read_text()
    assert said.getvalue().strip() in document
    tables = document[document.index("## Khi chạy") :]
    named = set(re.findall(r"^\| ([a-z0-9-]+) \|", tables, re.MULTILINE))
    assert {package for lock in LOCKS for package in locked(lock)} == named - {"---"}
    # What is shipped says under which terms.
    running = tables.partition("## Chỉ khi kiểm thử")[0]
    assert UNNAMED not in running
    assert not re.search(r"AGPL|AFFERO|proprietary only", running, re.IGNORECASE)
    for folder in (ROOT / "static/vendor").iterdir():
        assert folder.name in document
        assert (folder / "LICENSE").exists()


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


def test_templates_ask_about_pages_that_there_are():
    """``{% if %}`` takes a filter that fails for no."""
    asked = re.compile(r'\|may_(?:open|send):"([^"]*)"')
    names = {name for path in pages() for name in asked.findall(path.read_text())}
    assert len(names) > 30
    assert [page_named(name).view_name for name in names] == [*names]
