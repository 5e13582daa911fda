import datetime as dt
import mailbox
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from correspondence.bounces import Result, read_mail
from correspondence.delivery_reports import MAX_BYTES

# EX_TEMPFAIL: the mail server keeps the mail and pipes it again.
TRY_LATER = 75


class Command(BaseCommand):
    help = (
        "Đọc các thư báo trả lại (RFC 3464) và ghi vào thư đã gửi. Hộp thư không bị thay đổi; "
        "đọc lại cùng một thư báo không ghi thêm gì."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "mailboxes",
            nargs="+",
            metavar="HỘP_THƯ",
            help="thư mục Maildir, tệp mbox, hoặc - để đọc một thư từ đầu vào chuẩn",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=30,
            metavar="N",
            help="chỉ đọc thư Maildir của N ngày qua (mặc định 30)",
        )

    def handle(self, *, mailboxes: list[str], days: int, verbosity: int, **options):
        at = timezone.now()
        tally = Counter()
        for name in mailboxes:
            for place, content in self._mails(name, since=at - dt.timedelta(days=days)):
                try:
                    reading = read_mail(content, at=at)
                except (OperationalError, InterfaceError) as error:
                    raise CommandError(
                        f"Cơ sở dữ liệu không trả lời: {error}", returncode=TRY_LATER
                    ) from None
                tally[reading.result] += 1
                if reading.result is Result.UNREADABLE:
                    self.stderr.write(f"{place}: {reading.result.value} ({reading.reason}), để nguyên")
        if verbosity:
            counts = ", ".join(f"{result.value}: {tally[result]}" for result in Result)
            self.stdout.write(f"Đã đọc {tally.total()} thư; {counts}")

    def _mails(self, name: str, *, since: dt.datetime) -> Iterator[tuple[str, bytes]]:
        """(where it lies, the beginning of the mail) for each mail of a mailbox, which stays as it is."""
        path = Path(name)
        if name == "-":
            yield "đầu vào chuẩn", _piped()
        elif path.is_dir():
            yield from self._maildir(path, since=since)
        elif path.is_file():
            with closing(mailbox.mbox(path, create=False)) as box:
                for key in box.iterkeys():
                    with box.get_file(key) as mail:
                        yield f"{name}, thư thứ {key + 1}", mail.read(MAX_BYTES)
        else:
            raise CommandError(f"Không có hộp thư {name}. Ghi đường dẫn tới thư mục Maildir hoặc tệp mbox.")

    def _maildir(self, folder: Path, *, since: dt.datetime) -> Iterator[tuple[str, bytes]]:
        if not (folder / "new").is_dir():
            raise CommandError(f"{folder} không phải thư mục Maildir: bên trong không có thư mục new.")
        for path in sorted([*folder.glob("new/*"), *folder.glob("cur/*")]):
            try:
                if not path.is_file() or path.stat().st_mtime < since.timestamp():
                    continue
                with path.open("rb") as mail:
                    content = mail.read(MAX_BYTES)
            except FileNotFoundError:
                continue  # moved by a mail program in the meantime; the next run finds it
            except OSError as error:
                self.stderr.write(f"{path}: {error.strerror}, để nguyên")
            else:
                yield str(path), content


def _piped() -> bytes:
    content = sys.stdin.buffer.read(MAX_BYTES)
    while sys.stdin.buffer.read(MAX_BYTES):
        pass  # a mail server takes a pipe that closes early for a failure
    return content
