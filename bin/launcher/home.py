"""The state folder (HOINGHI_HOME): its paths, its lock, its secrets, and the environment of the portal."""

import fcntl
import json
import os
import secrets
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def state_folder() -> Path:
    """HOINGHI_HOME as an absolute path; relative ones count from where the user stands."""
    return Path(os.environ.get("HOINGHI_HOME") or ROOT / ".local").resolve()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Home:
    """One state folder. Whoever holds its lock may start services in it.

    Arguments:
        folder: absolute path; made when it is missing.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        # Not 0700: as root the database runs as another user, who must be able to pass through.
        folder.mkdir(parents=True, exist_ok=True)
        self.logs = self.private_folder("log")
        self._running = folder / "running.json"
        self._lock = None

    def private_folder(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def lock(self) -> bool:
        """Take the folder for this process; the system frees it when the process ends, however it ends."""
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        self._running.unlink(missing_ok=True)
        return True

    def secret(self, name: str) -> str:
        """A random secret that stays the same between starts, readable by its owner only."""
        path = self.private_folder("secrets") / name
        if not path.exists():
            self._write_private(path, secrets.token_urlsafe(48))
        return path.read_text()

    def publish(self, environment: dict[str, str]) -> None:
        """Leave the environment of the running services for bin/manage."""
        self._write_private(self._running, json.dumps(environment))

    def running(self) -> dict[str, str] | None:
        """The environment that the holder of the lock has published, or None while there is none."""
        try:
            return json.loads(self._running.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def release(self) -> None:
        self._running.unlink(missing_ok=True)

    @staticmethod
    def _write_private(path: Path, text: str) -> None:
        new = path.with_name(path.name + ".new")
        with open(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        new.replace(path)
