import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from directory import soundness


class Command(BaseCommand):
    help = (
        "Kiểm tra những điều luôn phải đúng của dữ liệu và tệp; in từng chỗ sai. Mã thoát 1 khi có chỗ sai."
    )

    def handle(self, **options):
        found = soundness.check(at=timezone.now())
        for breach in found:
            self.stdout.write(f"{breach.rule}: {breach.what}")
        if found:
            self.stderr.write(f"{len(found)} chỗ sai. Cách xử lý: docs/van-hanh.md.")
            sys.exit(1)
        self.stdout.write(f"{len(soundness.rules())} quy tắc đều đúng.")
