"""Child processes that never outlive the command that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked this command to stop."""


class Failed(Exception):
    """A service did not do its work; the message is for the person at the terminal."""


def stop_on_signals() -> None:
    """Turn Ctrl-C, TERM and a closed terminal into ``Stopped``, once: stopping is not interrupted."""

    def stop(number, frame):
        ignore_signals()
        if number == signal.SIGHUP:  # nobody is there to read
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
        raise Stopped

    for each in STOPPING:
        signal.signal(each, stop)


def ignore_signals() -> None:
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)


def dying_with_parent(stop_signal: int):
    """For ``preexec_fn``: the child gets ``stop_signal`` also when this command is killed with KILL."""
    return lambda: LIBC.prctl(PR_SET_PDEATHSIG, stop_signal)


def run_in_foreground(arguments, **options) -> int:
    """Run a program that owns the terminal; Ctrl-C is its own matter, other stop signals are passed on.

    Returns:
        Its exit code, as a shell would give it.
    """
    signal.signal(signal.SIGINT, lambda number, frame: None)
    program = subprocess.Popen(
        [str(argument) for argument in arguments], preexec_fn=dying_with_parent(signal.SIGTERM), **options
    )
    try:
        code = program.wait()
    except Stopped:
        program.send_signal(signal.SIGINT)  # Python programs tidy up on this one
        try:
            program.wait(15)
        except subprocess.TimeoutExpired:
            program.kill()
        raise
    return code if code >= 0 else 128 - code


class Child:
    """A service in its own process group, writing to its own log.

    Arguments:
        name: what people call it ("web").
        arguments: program and arguments.
        log: folder of the logs; the log of the start before is kept as ``.log.1``.
        stop_signal: what makes the program stop in order.
        given: text for its standard input.
        options: passed to ``subprocess.Popen`` (user, env, cwd).
    """

    def __init__(self, name, arguments, *, log: Path, stop_signal=signal.SIGTERM, given: str = "", **options):
        self.name = name
        self.stop_signal = stop_signal
        self.log = log / f"{name}.log"
        if self.log.exists():
            self.log.replace(f"{self.log}.1")

        with self.log.open("w") as log_file:
            self.process = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdin=subprocess.PIPE,
                stdout=log_file,
                stderr=subprocess.STDOUT,
                # Its own session: Ctrl-C reaches this command only, which stops things in their order.
                start_new_session=True,
                preexec_fn=dying_with_parent(stop_signal),
                text=True,
                **options,
            )
        self.process.stdin.write(given)
        self.process.stdin.close()

    def wait_until(self, ready, seconds: float = 30) -> None:
        """Poll ``ready()`` until it is true.

        Raises:
            Failed: the service ended, or the time is over.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                raise self.ended()
            if time.monotonic() > deadline:
                raise Failed(f"{self.name} does not answer after {seconds:.0f} s.\n{self.last_words()}")
            time.sleep(0.05)

    def ended(self) -> Failed:
        return Failed(f"{self.name} ended with code {self.process.returncode}.\n{self.last_words()}")

    def last_words(self, lines: int = 20) -> str:
        text = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f"--- the end of {self.log}", *text])

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self, seconds: float = 10) -> None:
        """Stop it and everything it started; by force when it does not go in time."""
        self.ask_to_stop()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            print(f"{self.name} does not stop by itself; killed.", flush=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def stop_all(children: list[Child]) -> None:
    """Ask all at once, then wait for each."""
    ignore_signals()
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()
