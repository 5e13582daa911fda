"""What must always be true of the stored data, looked at every night and by ``manage.py check_invariants``.

The database refuses most of it by constraints; this finds what came around them: a restore, a hand at psql, a
lost file. Every app writes its rules in its ``invariants.py``.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from django.utils.module_loading import autodiscover_modules

from directory.models import SoundnessCheck

log = structlog.get_logger("soundness")

# More of the same kind tell nobody more, and the page and the row stay small.
SHOWN = 50
# A night without a look means that beat or the worker stands still.
OLD = dt.timedelta(hours=36)
# A year's nights.
KEPT = 365

Rule = Callable[[], Iterable[str]]
_rules: dict[str, Rule] = {}


@dataclass(frozen=True)
class Breach:
    """A rule that is broken and the thing that breaks it, in Vietnamese and without personal data."""

    rule: str
    what: str


def invariant(name: str):
    """Mark a function that yields each thing that breaks the rule ``name`` (Vietnamese, as it should be)."""

    def mark(rule: Rule) -> Rule:
        _rules[name] = rule
        return rule

    return mark


def rules() -> dict[str, Rule]:
    """Every rule of every app by its name."""
    autodiscover_modules("invariants")
    return dict(_rules)


def breaches() -> list[Breach]:
    """Look at everything; reads each stored file, so it takes as long as reading the disk."""
    return [Breach(name, what) for name, rule in rules().items() for what in rule()]


def check(*, at: dt.datetime) -> list[Breach]:
    """Look at everything and keep what was found for the staff's page and ``/healthz``.

    Arguments:
        at: when, as it is kept.
    """
    found = breaches()
    SoundnessCheck.objects.create(
        at=at,
        rules=len(_rules),
        count=len(found),
        breaches=[[each.rule, each.what] for each in found[:SHOWN]],
    )
    old = SoundnessCheck.objects.values("pk")[KEPT:]
    SoundnessCheck.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    if found:
        log.error("soundness.breaches", count=len(found), rules=sorted({each.rule for each in found}))
    return found
