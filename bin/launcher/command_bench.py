"""bin/bench: the benchmarks of hoinghi/bench, on services of their own that keep every promise (fsync)."""

import os
import sys

from home import ROOT, Home, state_folder
from processes import Failed, Stopped, run_in_foreground, stop_on_signals
from services import portal_environment, services


def main(arguments: list[str]) -> int:
    stop_on_signals()
    home = Home(state_folder() / "bench")
    try:
        if not home.lock():
            raise Failed(f"Another benchmark runs in {home.folder}; both would measure each other.")
        with services(home) as (addresses, _):
            environment = portal_environment(home) | addresses
            os.chdir(ROOT)
            return run_in_foreground([sys.executable, "-m", "hoinghi.bench", *arguments], env=environment)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except Stopped:
        return 130
