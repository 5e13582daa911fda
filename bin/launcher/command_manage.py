"""bin/manage: manage.py in the environment of bin/run."""

import sys
import time

from home import ROOT, Home, state_folder
from processes import Failed, Stopped, run_in_foreground, stop_on_signals
from services import portal_environment, services


def manage(arguments: list[str], environment: dict[str, str]) -> int:
    """Run manage.py where the user stands, so that file names in the arguments mean what they say."""
    return run_in_foreground([sys.executable, ROOT / "manage.py", *arguments], env=environment)


def main(arguments: list[str]) -> int:
    stop_on_signals()
    home = Home(state_folder())
    environment = portal_environment(home)
    waiting = False
    try:
        while not home.lock():
            if addresses := home.running():
                return manage(arguments, environment | addresses)
            if not waiting:
                print(f"Waiting for another command that uses {home.folder} …", file=sys.stderr)
                waiting = True
            time.sleep(0.2)
        with services(home) as (addresses, _):
            return manage(arguments, environment | addresses)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except Stopped:
        return 130
