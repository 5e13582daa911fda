"""``bin/bench all`` has one table, whatever becomes of a single benchmark."""

import json
import sys

from hoinghi.bench import Figure, __main__
from hoinghi.bench.__main__ import markdown, measure_all, table

FIGURES = {
    "mail_rate": Figure(515, "/s", 931, goal=0.5, of="ratio", at_most=False).as_dict(),
    "mail_300": Figure(2, "s", 0.3, goal=1.5).as_dict(),
}


def test_the_table_says_value_baseline_ratio_and_goal():
    head, met, missed = table(FIGURES).splitlines()
    assert head.split() == ["figure", "value", "baseline", "ratio", "goal", "met"]
    assert met.split() == ["mail_rate", "515.00", "/s", "931.00", "/s", "0.55", "≥", "0.5", "×", "yes"]
    assert missed.split() == ["mail_300", "2.00", "s", "0.30", "s", "6.67", "≤", "1.5", "s", "NO"]
    assert markdown(FIGURES).splitlines()[2] == "| mail_rate | 515.00 /s | 931.00 /s | 0.55 | ≥ 0.5 × | yes |"


def test_a_benchmark_that_fails_leaves_the_others_their_figures(monkeypatch):
    """In processes of their own, as they run: one that ends badly, one that says what it should."""
    program = 'import sys; sys.exit("broken") if sys.argv[1] == "bad" else print(sys.argv[2])'
    monkeypatch.setattr(
        __main__,
        "command_of",
        lambda name, seconds: [sys.executable, "-c", program, name, json.dumps(FIGURES)],
    )
    figures, failed = measure_all(["bad", "good"], None)
    assert figures == FIGURES
    assert failed == {"bad": "ended with code 1, and what it said stands above"}


def test_a_benchmark_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(__main__, "LONGEST", 0.5)
    monkeypatch.setattr(__main__, "command_of", lambda name, seconds: ["sleep", "60"])
    figures, failed = measure_all(["slow"], None)
    assert figures == {}
    assert failed == {"slow": "not ready after 0.5 s"}
