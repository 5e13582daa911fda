from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directory import backups
from directory.direct import leave_pooler

# Short ones are guessed from the file alone, as often as one likes.
SHORTEST = 20


def passphrase() -> str:
    """BACKUP_PASSPHRASE; kept apart from the machine and from the backups, or they are lost with it.

    Raises:
        CommandError: it is not set, or short enough to be guessed.
    """
    words = settings.BACKUP_PASSPHRASE
    if len(words) < SHORTEST:
        raise CommandError(
            f"Đặt BACKUP_PASSPHRASE dài ít nhất {SHORTEST} ký tự (openssl rand -hex 32) và cất một bản ở nơi khác."
        )
    return words


def told(manifest: dict) -> str:
    rows, files = sum(manifest["rows"].values()), len(manifest["sha256"]) - 1
    return f"{rows} dòng trong {len(manifest['rows'])} bảng, {files} tệp"


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và tệp vào một tệp mã hóa trong thư mục đã nêu, rồi đọc lại để kiểm chứng."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="thư mục nhận bản sao lưu")
        parser.add_argument("--keep", type=int, default=0, help="giữ bấy nhiêu bản mới nhất, xóa bản cũ hơn")

    def handle(self, *, folder, keep, **options):
        words, at = passphrase(), timezone.localtime()
        if not folder.is_dir():
            raise CommandError(f"Không có thư mục {folder}.")
        leave_pooler()
        target = folder / f"hoinghi-{at:%Y%m%d-%H%M%S}.backup"
        try:
            manifest = backups.back_up(target, passphrase=words, at=at)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{target}: {told(manifest)}. Đã đọc lại và kiểm chứng.")
        if keep > 0:
            for old in sorted(folder.glob("hoinghi-*.backup"))[:-keep]:
                old.unlink()
