import argparse
import inspect
import json
import pkgutil
import sys
from importlib import import_module

import django

import hoinghi.bench
from hoinghi.bench import Figure


def table(figures: dict[str, Figure]) -> str:
    rows = [("figure", "value", "baseline", "ratio", "goal", "met")]
    for name, figure in figures.items():
        measured = (f"{number:.2f} {figure.unit}" for number in (figure.value, figure.baseline))
        rows.append((name, *measured, f"{figure.ratio:.2f}", figure.goal_text, "yes" if figure.met else "NO"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)


def main() -> int:
    names = sorted(
        module.name for module in pkgutil.iter_modules(hoinghi.bench.__path__) if module.name[0] != "_"
    )
    parser = argparse.ArgumentParser(prog="bin/bench", description=hoinghi.bench.__doc__.splitlines()[0])
    parser.add_argument("name", choices=[*names, "all"])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--seconds", type=int, help="how long to measure, where a benchmark can be shortened")
    options = parser.parse_args()
    django.setup()
    figures = {}
    for name in names if options.name == "all" else [options.name]:
        run = import_module(f"hoinghi.bench.{name}").run
        shortened = options.seconds and "seconds" in inspect.signature(run).parameters
        figures |= run(seconds=options.seconds) if shortened else run()
    if options.json:
        print(json.dumps({name: figure.as_dict() for name, figure in figures.items()}, ensure_ascii=False))
    else:
        print(table(figures))
    return 0 if all(figure.met for figure in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
