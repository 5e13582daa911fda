import datetime as dt

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from conferences.loading import FileProblems, load_all
from hoinghi.text import parse_date


def start_day(typed: str) -> dt.date:
    """``05/12/2026``, or ``+14``: so many days from today, moved on to a working day."""
    if not typed.startswith("+"):
        return parse_date(typed)
    day = timezone.localdate() + dt.timedelta(days=int(typed[1:]))
    return day + dt.timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)


class Command(BaseCommand):
    help = "Tạo hoặc cập nhật hội nghị từ tệp YAML (docs/conference-file.md)."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--start", help="ngày họp thay cho ngày trong tệp: 05/12/2026, hoặc +14 (ngày làm việc)"
        )

    def handle(self, *, file, start, **options):
        try:
            day = start_day(start) if start else None
        except ValueError as error:
            raise CommandError(f"--start: {error}") from error
        try:
            conferences = load_all(file, start=day)
        except FileProblems as problems:
            raise CommandError(f"Không nạp được, chưa có gì thay đổi.\n{problems}") from problems
        for conference in conferences:
            self.stdout.write(f"Đã nạp: {conference.title}. Đường dẫn: {conference.slug}")
