from django.core.management.base import BaseCommand

from conferences.changes import remember_what_was_told_before


class Command(BaseCommand):
    help = "Ghi những điều đã báo của các hội nghị công bố từ trước khi cổng ghi lại điều đó. Chạy lại được."

    def handle(self, **options):
        self.stdout.write(f"Đã ghi {remember_what_was_told_before()} hội nghị.")
