"""Other notices of the ministry's kind, each with the text that it must print: expressed without any code."""

from pathlib import Path

NOTICES = sorted(Path(__file__).parent.glob("*.yaml"))
