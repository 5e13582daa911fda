from django.core.management.base import BaseCommand

from conferences.loading import load_kinds


class Command(BaseCommand):
    help = "Nạp các loại hội nghị và khung thông báo còn thiếu; cái đã có được giữ nguyên. Chạy lại được."

    def handle(self, **options):
        created = load_kinds(actor="hệ thống")
        self.stdout.write(f"Đã thêm {len(created)} loại hội nghị và khung thông báo.")
