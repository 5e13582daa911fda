import logging

from django.core.management.base import BaseCommand, CommandError

from conferences.models import Conference
from delegates.rehearsal import rehearse
from delegates.rehearsal.day import CannotRehearse
from directory.models import User


class Command(BaseCommand):
    help = (
        "Tổng duyệt cả ngày họp của một hội nghị (kết nối, điểm danh, sự cố, phát biểu, báo cáo) rồi trả lại mọi "
        "thứ như cũ: không lưu gì, không gửi thư nào. Trong lúc chạy, dữ liệu của hội nghị bị khóa; chạy ngoài giờ."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", help="Đường dẫn của hội nghị, ví dụ cum-cong-nghiep.")

    def handle(self, *, slug, **options):
        conference = Conference.objects.filter(slug=slug).first()
        if conference is None:
            raise CommandError(f"Không có hội nghị nào có đường dẫn “{slug}”.")
        actor = User.objects.filter(is_staff=True, is_active=True).order_by("pk").first()
        if actor is None:
            raise CommandError("Chưa có tài khoản nào của cán bộ tổ chức.")
        # The mirror of the audit trail would tell of what never happened.
        logging.disable(logging.INFO)
        try:
            problems = rehearse(conference, actor, self.stdout.write)
        except CannotRehearse as refusal:
            raise CommandError(str(refusal)) from None
        finally:
            logging.disable(logging.NOTSET)
        if problems:
            raise CommandError("Có chỗ không khớp:\n" + "\n".join(f"- {problem}" for problem in problems))
        self.stdout.write("Mọi số liệu khớp nhau. Đã trả lại dữ liệu như trước khi tổng duyệt.")
