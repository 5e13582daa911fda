"""Hands a command of bin/ to its module: ``python bin/launcher run|test|manage [arguments]``."""

import sys
from importlib import import_module

if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    sys.exit(import_module(f"command_{command}").main(arguments))
