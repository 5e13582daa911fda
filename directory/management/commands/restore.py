from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directory import backups
from directory.direct import leave_pooler
from directory.management.commands.backup import passphrase, told


class Command(BaseCommand):
    help = "Khôi phục từ một bản sao lưu vào cơ sở dữ liệu trống, rồi so số dòng và mã băm với bản kê."
    # With an empty database no check that asks it can pass.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="bản sao lưu")
        parser.add_argument("--verify", action="store_true", help="chỉ đọc và kiểm chứng, không khôi phục")
        parser.add_argument("--force", action="store_true", help="thay cả cơ sở dữ liệu và tệp đang có")

    def handle(self, *, file, verify, force, **options):
        words = passphrase()
        leave_pooler()
        try:
            if verify:
                manifest = backups.verify(file, passphrase=words)
            else:
                manifest = backups.restore(file, passphrase=words, force=force)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        done = "Bản sao lưu tốt" if verify else "Đã khôi phục và kiểm chứng"
        self.stdout.write(f"{done}: {told(manifest)}, lập lúc {manifest['made_at']}.")
