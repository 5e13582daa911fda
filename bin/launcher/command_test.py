"""bin/test: pytest on throw-away services that stay warm between runs."""

import os
import sys
from itertools import count

from home import ROOT, Home, state_folder
from processes import Failed, Stopped, run_in_foreground, stop_on_signals
from services import services

# Settings of a developer's shell that would change what the tests see.
NOT_FOR_TESTS = (
    "HOINGHI_ENV",
    "HOINGHI_DEMO",
    "PUBLIC_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "ALLOWED_HOSTS",
    "DEBUG",
)
# With one of these the caller has said how to spread the tests, or wants to see one process.
CHOSEN = ("-n", "--numprocesses", "--dist", "-p", "--pdb", "--trace", "-s", "--capture")


def spread(arguments: list[str]) -> list[str]:
    """Two workers and more for a long run; none when the caller chose, or names files to run."""
    chosen = any(argument.startswith(CHOSEN) for argument in arguments)
    named = any((ROOT / argument.split("::")[0]).is_file() for argument in arguments)
    if chosen or named:
        return []
    return ["-n", str(max(2, min(4, os.cpu_count() or 2))), "--dist", "loadgroup"]


def free_home() -> Home:
    """The first of test-1, test-2, … that no other run is using."""
    for number in count(1):
        home = Home(state_folder() / f"test-{number}")
        if home.lock():
            return home
    raise AssertionError


def main(arguments: list[str]) -> int:
    stop_on_signals()
    home = free_home()
    environment = {key: value for key, value in os.environ.items() if key not in NOT_FOR_TESTS}
    environment |= {"HOINGHI_HOME": str(home.folder), "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    try:
        with services(home, throw_away=True) as (addresses, _):
            return run_in_foreground(
                [sys.executable, "-m", "pytest", *spread(arguments), *arguments],
                cwd=ROOT,
                env=environment | addresses,
            )
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except Stopped:
        return 130
