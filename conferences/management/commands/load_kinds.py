from django.core.management.base import BaseCommand

from conferences.loading import load_kinds


class Command(BaseCommand):
    help = "Load the standard kinds of conference and frames of notices; again changes nothing."

    def handle(self, **options):
        load_kinds()
        self.stdout.write("Đã nạp các loại hội nghị và khung thông báo.")
