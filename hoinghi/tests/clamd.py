"""A stand-in for clamd that speaks its protocol (INSTREAM, PING): it finds the EICAR test file."""

import socketserver
import threading

# The test file of the anti-virus industry, in two parts, so that no scanner takes this source for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """``with FakeClamd() as clamd: clamd.url``

    Attributes:
        streams: what it was shown, whole.
        answer: what it says instead of looking, when set.
        most: bytes of a stream after which it hangs up, as clamd's StreamMaxLength.
    """

    def __init__(self, *, most: int = 100 * 1024 * 1024, answer: bytes = b""):
        self.streams: list[bytes] = []
        self.most, self.answer = most, answer
        scanner = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self):
                command = self._word()
                if command == b"zPING":
                    self.wfile.write(b"PONG\0")
                elif command == b"zINSTREAM":
                    self.wfile.write(scanner.verdict(self.rfile))
                else:
                    self.wfile.write(b"UNKNOWN COMMAND\0")

            def _word(self) -> bytes:
                word = b""
                while (letter := self.rfile.read(1)) not in (b"\0", b""):
                    word += letter
                return word

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Line)
        self.url = f"tcp://127.0.0.1:{self._server.server_address[1]}"

    def verdict(self, stream) -> bytes:
        seen = b""
        while size := int.from_bytes(stream.read(4), "big"):
            seen += stream.read(size)
            if len(seen) > self.most:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.streams.append(seen)
        if self.answer:
            return self.answer
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in seen else b"stream: OK\0"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._server.server_close()
