"""Benchmarks: ``bin/bench NAME|all [--json|--markdown]`` runs ``hoinghi/bench/NAME.py``.

Such a module has ``run() -> dict[str, Figure]``. A figure stands beside a baseline that was measured in the same
run, on the same machine, so that the ratio says something anywhere.
"""

from dataclasses import dataclass
from typing import TypedDict


class Measured(TypedDict):
    """A figure as it is printed and handed on."""

    value: float
    unit: str
    baseline: float
    ratio: float
    goal: str
    met: bool


@dataclass(frozen=True)
class Figure:
    """One measured value.

    Arguments:
        value: what the portal needs or does.
        unit: of value and baseline.
        baseline: the same for the bare thing.
        goal: what is aimed at.
        of: "value" or "ratio", whichever the goal speaks about.
        at_most: whether the goal is an upper limit; otherwise it is a lower one.
    """

    value: float
    unit: str
    baseline: float
    goal: float
    of: str = "value"
    at_most: bool = True

    @property
    def ratio(self) -> float:
        return self.value / self.baseline

    @property
    def met(self) -> bool:
        measured = getattr(self, self.of)
        return measured <= self.goal if self.at_most else measured >= self.goal

    @property
    def goal_text(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.goal:g} {self.unit if self.of == 'value' else '×'}"

    def as_dict(self) -> Measured:
        return {
            "value": round(self.value, 3),
            "unit": self.unit,
            "baseline": round(self.baseline, 3),
            "ratio": round(self.ratio, 3),
            "goal": self.goal_text,
            "met": self.met,
        }
