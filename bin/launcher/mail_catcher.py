"""A local SMTP server that keeps each mail as an .eml file: ``python mail_catcher.py PORT FOLDER``."""

import asyncio
import itertools
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Keeper:
    """Writes each accepted mail to a file of its own, named by the time, so that names sort.

    Arguments:
        folder: where the files go.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._number = itertools.count(1)

    async def handle_DATA(self, server, session, envelope) -> str:
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1_000_000_000:09d}-{next(self._number)}"
        unfinished = self.folder / f"{name}.new"
        # The envelope is what the mail was really sent to; blind copies are nowhere else.
        unfinished.write_bytes(
            f"X-Envelope-From: {envelope.mail_from}\r\n"
            f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n".encode()
            + envelope.content
        )
        unfinished.rename(self.folder / f"{name}.eml")
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
