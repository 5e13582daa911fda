from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directory.loading import RefusedData, load_register
from directory.loading.register import DATA
from directory.roles import make_missing_roles


class Command(BaseCommand):
    help = "Nạp đơn vị, cơ quan, bố cục vùng từ directory/data và vai trò của cán bộ; chạy lại không làm thay đổi gì."

    def add_arguments(self, parser):
        parser.add_argument(
            "--data", type=Path, default=DATA, metavar="THƯ_MỤC", help="thư mục chứa các tệp .csv"
        )

    def handle(self, *, data: Path, verbosity: int, **options):
        try:
            tallies = load_register(actor="hệ thống: load_units", folder=data)
        except RefusedData as refused:
            listed = "\n".join(f"  {problem}" for problem in refused.problems)
            raise CommandError(f"Dữ liệu có lỗi, chưa nạp gì:\n{listed}") from None
        make_missing_roles()
        for tally in tallies if verbosity else ():
            kept = f", giữ {tally.kept} dòng cán bộ đã sửa" if tally.kept else ""
            self.stdout.write(f"{tally.label}: {tally.total} (thêm {tally.added}, sửa {tally.changed}{kept})")
