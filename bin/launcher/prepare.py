"""What bin/run does before the portal may answer, in one process: starting Python is the dear part."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands


def prepare() -> None:
    call_command("upgrade")
    from conferences.models import Conference

    if "load_demo" in get_commands() and settings.DEMO and not Conference.objects.exists():
        call_command("load_demo", verbosity=0)
    collect_static()


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
    prepare()
