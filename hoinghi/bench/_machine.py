"""On what the figures were measured, for they mean nothing elsewhere."""

import os
import platform
import re
from datetime import datetime
from pathlib import Path

from django.db import connection


def described() -> str:
    """One line: when, on which processor and memory, with which Python and PostgreSQL."""
    now = datetime.now().astimezone()
    processor = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    return (
        f"{now:%d/%m/%Y %H:%M}, {os.cpu_count()} × {processor[1] if processor else platform.machine()}, "
        f"{memory:.0f} GiB, Python {platform.python_version()}, PostgreSQL {postgres}"
    )
