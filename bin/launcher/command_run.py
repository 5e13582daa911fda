"""bin/run: the whole portal on this machine until Ctrl-C."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from home import ROOT, Home, free_port, state_folder
from processes import Child, Failed, Stopped, stop_all, stop_on_signals
from services import portal_environment, services

PYTHON = [sys.executable, "-m"]
CELERY = [*PYTHON, "celery", "--app", "hoinghi"]

# What bin/manage needs to know of a running portal.
FOR_MANAGE = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PUBLIC_URL", "HOINGHI_DEMO")


def wanted_port() -> int:
    """PORT, free on this machine.

    Raises:
        Failed: it is no port, or somebody listens there.
    """
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Failed(f"PORT must be a number from 1 to 65535, not “{text}”.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise Failed(f"Port {text}: {error.strerror}. Choose another one: PORT=8001 bin/run") from error
    return int(text)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}readyz", timeout=5) as answer:  # nosec B310  # our own http address
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


class Portal:
    """The processes of one running portal.

    Arguments:
        home: the state folder, locked by this process.
        port: where the web server listens.
        environment: what the processes are started with, the services' addresses included.
    """

    def __init__(self, home: Home, port: int, environment: dict[str, str]):
        self.home = home
        self.port = port
        self.address = f"http://127.0.0.1:{port}/"
        self.environment = {"PUBLIC_URL": self.address, **environment}
        self.children: list[Child] = []

    def start(self) -> None:
        mail = self._start_mail_catcher() if not self.environment.get("EMAIL_URL") else None
        welcome = self._prepare()
        self.home.publish({name: self.environment[name] for name in FOR_MANAGE})
        web = self._start(
            "web",
            [
                *[*PYTHON, "gunicorn", "hoinghi.wsgi", "--bind", f"127.0.0.1:{self.port}"],
                *["--config", "python:hoinghi.web_workers", "--workers", "2", "--threads", "4"],
                *["--preload", "--no-control-socket"],
            ],
        )
        # The others start when it answers: all at once would only make people wait longer for the pages.
        web.wait_until(lambda: is_ready(self.address), seconds=120)
        alone = ["--without-mingle", "--without-gossip"]  # there is no second worker to greet
        self._start("worker", [*CELERY, "worker", "--concurrency", "2", *alone])
        self._start("beat", [*CELERY, "beat", "--pidfile="])
        if welcome:
            print(welcome)
        if mail:
            shown = f" and shown at {self.address}hop-thu/" if welcome else ""  # only the demo shows them
            print(f"Mails are kept in {mail}{shown}")
        print(f"READY {self.address}", flush=True)

    def watch(self, services: list[Child]) -> None:
        """Return never; raise when a process ends.

        Raises:
            Failed: with the name and the last words of that process.
        """
        while True:
            for child in services + self.children:
                if child.process.poll() is not None:
                    raise Failed(
                        f"{child.name} ended with code {child.process.returncode}.\n{child.last_words()}"
                    )
            time.sleep(0.5)

    def _start(self, name: str, arguments: list) -> Child:
        child = Child(name, arguments, log=self.home.logs, cwd=ROOT, env=self.environment)
        self.children.append(child)
        return child

    def _start_mail_catcher(self) -> Path:
        port, folder = free_port(), self.home.private_folder("mail")
        catcher = self._start("mail", [sys.executable, ROOT / "bin/launcher/mail_catcher.py", port, folder])
        catcher.wait_until(lambda: accepts(port))
        self.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        return folder

    def _prepare(self) -> str:
        welcome = self.home.folder / "welcome.txt"
        preparing = self._start("prepare", [sys.executable, ROOT / "bin/launcher/prepare.py", welcome])
        if preparing.process.wait():
            raise Failed(f"The database could not be prepared.\n{preparing.last_words()}")
        self.children.remove(preparing)
        return welcome.read_text()


def main(arguments: list[str]) -> int:
    if arguments:
        print("bin/run takes no arguments; see “Settings” in README.md for its variables.", file=sys.stderr)
        return 2
    stop_on_signals()
    home = Home(state_folder())
    try:
        if not home.lock():
            raise Failed(
                f"Another command already runs in {home.folder}. Stop it, or choose another HOINGHI_HOME."
            )
        port = wanted_port()
        with services(home) as (addresses, service_children):
            portal = Portal(home, port, portal_environment(home) | addresses)
            try:
                portal.start()
                portal.watch(service_children)
            finally:
                stop_all(portal.children)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    except Stopped:
        return 0
