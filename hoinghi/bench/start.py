"""How long until the portal answers: the first start (packages are there), and the second.

The baseline of both is a bare gunicorn that says hello.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings

from hoinghi.bench import Figure

HELLO = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""


def run() -> dict[str, Figure]:
    with tempfile.TemporaryDirectory(prefix="hoinghi-bench-") as folder:
        os.chmod(folder, 0o755)  # the database's own user passes through
        baseline = _start_hello(folder)
        first, second = (_start_portal(folder) for _ in range(2))
    return {
        "start_first": Figure(first, "s", baseline, goal=60),
        "start_second": Figure(second, "s", baseline, goal=6),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start_hello(folder: str) -> float:
    Path(folder, "hello.py").write_text(HELLO)
    port = _free_port()
    started = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "hello", "--bind", f"127.0.0.1:{port}", "--no-control-socket"],
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            time.sleep(0.01)
        return time.monotonic() - started
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def _start_portal(folder: str) -> float:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")
    }
    environment |= {
        "HOINGHI_HOME": f"{folder}/home",
        "HOINGHI_VENV": sys.prefix,
        "PORT": str(_free_port()),
    }
    started = time.monotonic()
    portal = subprocess.Popen(
        [settings.BASE_DIR / "bin/run"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        for line in portal.stdout:
            if line.startswith("READY"):
                return time.monotonic() - started
        raise RuntimeError("bin/run ended before it was ready.")
    finally:
        portal.terminate()
        portal.wait()
