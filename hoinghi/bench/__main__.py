import argparse
import inspect
import json
import pkgutil
import signal
import subprocess
import sys
import time
from importlib import import_module

import django

import hoinghi.bench
from hoinghi.bench import Measured
from hoinghi.bench._machine import described

# No benchmark lasts so long; one that hangs must not cost the others their figures.
LONGEST = 3600
HEAD = ("figure", "value", "baseline", "ratio", "goal", "met")


def cells(figures: dict[str, Measured]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            f"{each['value']:.2f} {each['unit']}",
            f"{each['baseline']:.2f} {each['unit']}",
            f"{each['ratio']:.2f}",
            each["goal"],
            "yes" if each["met"] else "NO",
        )
        for name, each in figures.items()
    ]


def table(figures: dict[str, Measured]) -> str:
    rows = [HEAD, *cells(figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)


def markdown(figures: dict[str, Measured]) -> str:
    rows = [HEAD, ("---",) * len(HEAD), *cells(figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def measure(name: str, seconds: int | None) -> dict[str, Measured]:
    """The figures of one benchmark, in this process."""
    run = import_module(f"hoinghi.bench.{name}").run
    shortened = seconds and "seconds" in inspect.signature(run).parameters
    figures = run(seconds=seconds) if shortened else run()
    return {name: figure.as_dict() for name, figure in figures.items()}


def command_of(name: str, seconds: int | None) -> list[str]:
    shortened = ["--seconds", str(seconds)] if seconds else []
    return [sys.executable, "-m", "hoinghi.bench", name, "--json", *shortened]


def measure_apart(name: str, seconds: int | None) -> dict[str, Measured] | str:
    """The figures of one benchmark in a process of its own, or what became of it: none spoils another's."""
    process = subprocess.Popen(command_of(name, seconds), stdout=subprocess.PIPE, text=True)
    try:
        said, _ = process.communicate(timeout=LONGEST)
        return json.loads(said)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # it stops its own web servers and workers
        process.communicate()
        return f"not ready after {LONGEST} s"
    except ValueError:
        return f"ended with code {process.returncode}, and what it said stands above"


def measure_all(names: list[str], seconds: int | None) -> tuple[dict[str, Measured], dict[str, str]]:
    """All figures, and what became of benchmarks that have none."""
    figures: dict[str, Measured] = {}
    failed: dict[str, str] = {}
    for name in names:
        started = time.monotonic()
        found = measure_apart(name, seconds)
        if isinstance(found, str):
            failed[name] = found
        else:
            figures |= found
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return figures, failed


def main() -> int:
    names = sorted(
        module.name for module in pkgutil.iter_modules(hoinghi.bench.__path__) if module.name[0] != "_"
    )
    parser = argparse.ArgumentParser(prog="bin/bench", description=hoinghi.bench.__doc__.splitlines()[0])
    parser.add_argument("name", choices=[*names, "all"])
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    form.add_argument("--markdown", action="store_true", help="the table as docs/performance.md keeps it")
    parser.add_argument("--seconds", type=int, help="how long to measure, where a benchmark can be shortened")
    options = parser.parse_args()
    django.setup()
    failed: dict[str, str] = {}
    if options.name == "all":
        figures, failed = measure_all(names, options.seconds)
    else:
        figures = measure(options.name, options.seconds)
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print(described(), (markdown if options.markdown else table)(figures), sep="\n\n")
    for name, why in failed.items():
        print(f"{name}: {why}", file=sys.stderr)
    return 0 if not failed and all(figure["met"] for figure in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
