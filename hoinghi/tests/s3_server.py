"""An S3 server of one test's own, in a process of its own."""

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator

import boto3
from botocore.config import Config

from hoinghi.tests.waiting import wait_until

BUCKET = "hoinghi-tep"


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """Start one with an empty bucket; yields the STORAGE_URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _accepts(port), seconds=60)
        client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="khoa",
            aws_secret_access_key="bi/mat",
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )
        client.create_bucket(Bucket=BUCKET)
        yield f"s3+http://khoa:bi%2Fmat@127.0.0.1:{port}/{BUCKET}"
    finally:
        server.kill()
        server.wait()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
