from django.core.management.base import BaseCommand, CommandError

from conferences.models import Conference
from conferences.notice import build_notice, notice_text


class Command(BaseCommand):
    help = "In thông báo của một hội nghị ra dạng chữ thuần."

    def add_arguments(self, parser):
        parser.add_argument("slug")

    def handle(self, *, slug, **options):
        conference = Conference.objects.filter(slug=slug).first()
        if conference is None:
            raise CommandError(f"Không có hội nghị nào có đường dẫn “{slug}”.")
        self.stdout.write(notice_text(build_notice(conference)), ending="")
