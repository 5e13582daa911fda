from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directory import notices


class Command(BaseCommand):
    help = "Nạp thông báo xử lý dữ liệu cá nhân từ directory/data; chạy lại không làm thay đổi gì."

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, default=notices.DATA, metavar="TỆP")

    def handle(self, *, file: Path, **options):
        try:
            is_new = notices.load(path=file, actor="hệ thống: load_privacy_notice")
        except notices.NoticeInForce as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Thông báo xử lý dữ liệu cá nhân: {'đã nạp bản mới' if is_new else 'không đổi'}.")
