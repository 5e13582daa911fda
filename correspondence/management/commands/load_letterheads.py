from django.core.management.base import BaseCommand, CommandError

from correspondence.letterheads import load_letterheads
from directory.models import Organisation


class Command(BaseCommand):
    help = "Nạp mẫu đầu văn bản của các đơn vị ban hành; mẫu đã có giữ nguyên. Chạy sau load_units."

    def handle(self, **options):
        try:
            created = load_letterheads(actor="hệ thống: load_letterheads")
        except Organisation.DoesNotExist:
            raise CommandError("Chưa có danh mục cơ quan. Chạy load_units trước.") from None
        self.stdout.write(f"Mẫu đầu văn bản: thêm {len(created)}")
