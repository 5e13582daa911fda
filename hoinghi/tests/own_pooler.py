"""A PgBouncer of one test's own: a connection for one transaction, and very few of them."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from hoinghi.tests.waiting import wait_until

CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 2
max_client_conn = 200
query_wait_timeout = 60
logfile = {folder}/log
"""


@contextlib.contextmanager
def own_pooler(database_url: str) -> Iterator[str]:
    """Start one in front of the server of ``database_url``; yields the URL of the same database through it."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("There is no PgBouncer (apt-get install pgbouncer).")
    server = urlsplit(database_url)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        own_port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="hoinghi-test-") as name:
        folder = Path(name)
        password = unquote(server.password or "")
        (folder / "users").write_text(f'"{server.username}" "{password}"\n')
        configuration = folder / "pgbouncer.ini"
        values = {"host": server.hostname, "port": server.port, "own_port": own_port, "folder": folder}
        configuration.write_text(CONFIGURATION.format(**values))
        command = [program, str(configuration)]
        if os.geteuid() == 0:  # it refuses to be root
            command = [program, "--user=nobody", str(configuration)]
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "nobody")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: _accepts(own_port) or process.poll() is not None)
            assert process.poll() is None, (folder / "log").read_text()
            address = f"{server.username}:{server.password or ''}@127.0.0.1:{own_port}"
            yield server._replace(netloc=address).geturl()
        finally:
            process.terminate()
            process.wait(20)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
