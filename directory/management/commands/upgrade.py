import time
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from directory.direct import leave_pooler
from directory.roles import GIVE_ROLES, staff_without_role

# Any number, as long as it stays the same: machines that start together meet at it.
LOCK = 20_210_702
PAUSE = 0.5


@contextmanager
def one_at_a_time():
    """Hold a lock of the database session, waiting for whoever has it.

    Waiting is asking again: the making of an index that lets others write (CONCURRENTLY) waits for every statement
    that runs, so for one that would wait inside the database for the lock of the very process that makes the index.
    """
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if cursor.fetchone()[0]:
                break
            time.sleep(PAUSE)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class Command(BaseCommand):
    help = (
        "Đưa cơ sở dữ liệu lên phiên bản này: migrate, đơn vị, thông báo về dữ liệu cá nhân, mẫu đầu văn bản, khung "
        "thông báo. Chạy lại được."
    )

    def handle(self, **options):
        leave_pooler()
        with one_at_a_time():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("load_units", stdout=self.stdout)
            call_command("load_privacy_notice", stdout=self.stdout)
            call_command("load_letterheads", stdout=self.stdout)
            call_command("load_kinds", stdout=self.stdout)
            call_command("remember_told", stdout=self.stdout)
            if settings.DATABASE_APP_ROLE:
                call_command("app_role", stdout=self.stdout)
        if idle := staff_without_role().count():
            self.stdout.write(f"{idle} tài khoản cán bộ chưa có vai trò nên chỉ xem được. {GIVE_ROLES}")
