"""What bin/run does before the portal may answer: ``python prepare.py WELCOME``.

In one process, because starting Python is the dear part. What people should read goes to the file WELCOME.
"""

import hashlib
import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command


def prepare() -> str:
    """Bring database and static files up to date.

    Returns:
        What the demo has to say: its accounts, or why it was not loaded.
    """
    call_command("upgrade")
    collect_static()
    if not settings.DEMO:
        return ""
    said = StringIO()
    try:
        call_command("load_demo", stdout=said)
    except CommandError as refusal:  # somebody's own conferences are in the database
        return str(refusal)
    return said.getvalue().strip()


def collect_static() -> None:
    """Collect only what changed since the last start: hashing and compressing takes seconds."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(wanted)


def static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            state = os.stat(storage.path(name))
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    django.setup()
    Path(sys.argv[1]).write_text(prepare())
