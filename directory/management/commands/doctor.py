import shutil
import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import redis
from celery import current_app
from django.conf import settings
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from directory import backups, notices, soundness
from directory.models import AdministrativeUnit, AuditEntry, SoundnessCheck, User
from directory.roles import GIVE_ROLES, staff_without_role
from hoinghi import scanning
from hoinghi.text import format_filesize

EXTENSIONS = ("pg_trgm", "btree_gist")
# Whom people turn to: the law names the first, RFC 9116 the second.
CONTACTS = {
    "DATA_PROTECTION_CONTACT": "Người phụ trách bảo vệ dữ liệu cá nhân",
    "SECURITY_CONTACT": "Nơi báo lỗ hổng bảo mật",
}
# Accounts without a role that are called by name.
NAMED = 20


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it stands, and what to do when it is not well (empty: it is).

    ``is_hard``: without it the portal does not work.
    """

    name: str
    state: str
    remedy: str = ""
    is_hard: bool = True


def database() -> Iterator[Finding]:
    name = "Cơ sở dữ liệu"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version'), current_database()")
            version, database_name = cursor.fetchone()
            cursor.execute("SELECT extname FROM pg_extension")
            present = {extension for (extension,) in cursor.fetchall()}
    except DatabaseError:
        yield Finding(name, "không kết nối được", "Xem DATABASE_URL; PostgreSQL có đang chạy không.")
        return
    yield Finding(name, f"PostgreSQL {version}, “{database_name}”")
    plan = MigrationExecutor(connection)
    waiting = len(plan.migration_plan(plan.loader.graph.leaf_nodes()))
    if waiting:
        yield Finding("Cấu trúc bảng", f"còn {waiting} bước nâng cấp", "Chạy manage.py upgrade.")
        return
    missing = [extension for extension in EXTENSIONS if extension not in present]
    yield Finding(
        "Cấu trúc bảng",
        f"thiếu {', '.join(missing)}" if missing else "đúng phiên bản",
        "Cài postgresql-contrib, rồi chạy manage.py upgrade." if missing else "",
    )
    units, staff = (
        AdministrativeUnit.objects.count(),
        User.objects.filter(is_staff=True, is_active=True).count(),
    )
    yield Finding("Danh mục đơn vị", f"{units} đơn vị", "" if units else "Chạy manage.py upgrade.")
    yield Finding("Tài khoản cán bộ", str(staff), "" if staff else "Chạy manage.py createsuperuser.")
    yield _roles()
    yield Finding(
        "Thông báo xử lý dữ liệu cá nhân",
        str(notice.number) if (notice := notices.current()) else "chưa có",
        "" if notice else "Chạy manage.py upgrade.",
        is_hard=False,
    )
    if settings.PRODUCTION:
        is_owner = _may_rewrite_the_trail()
        yield Finding(
            "Vai trò cơ sở dữ liệu",
            "chủ của các bảng" if is_owner else "không sửa được nhật ký",
            "Chạy web, worker, beat bằng một vai trò riêng: docs/deployment.md, “Two database roles”."
            if is_owner
            else "",
            is_hard=False,
        )
    last = SoundnessCheck.objects.first()
    yield Finding(
        "Kiểm tra dữ liệu hằng đêm",
        f"{last.count} chỗ sai, {timezone.localtime(last.at):%d/%m/%Y %H:%M}" if last else "chưa lần nào",
        _look_at_soundness(last),
        is_hard=False,
    )


def _look_at_soundness(last: SoundnessCheck | None) -> str:
    if last is not None and last.count:
        return "Chạy manage.py check_invariants để xem từng chỗ."
    is_old = last is not None and timezone.now() - last.at > soundness.OLD
    return "Việc hằng đêm không chạy: xem beat và worker." if is_old else ""


def _roles() -> Finding:
    name, idle = "Vai trò cán bộ", [user.email for user in staff_without_role()]
    if not idle:
        return Finding(name, "mọi tài khoản cán bộ có vai trò")
    more = f" và {len(idle) - NAMED} tài khoản khác" if len(idle) > NAMED else ""
    return Finding(
        name,
        f"{len(idle)} tài khoản chưa có vai trò nên chỉ xem được: {', '.join(idle[:NAMED])}{more}",
        GIVE_ROLES,
        is_hard=False,
    )


def _may_rewrite_the_trail() -> bool:
    """The role of this connection owns the audit trail, or is a superuser: its trigger can be switched off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = %s::regclass",
            [AuditEntry._meta.db_table],
        )
        return cursor.fetchone()[0]


def broker() -> Iterator[Finding]:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, retry=None) as server:
            server.ping()
    except redis.RedisError:
        yield Finding("Redis", "không kết nối được", "Xem REDIS_URL; Redis (Valkey) có đang chạy không.")
        return
    yield Finding("Redis", "trả lời")
    try:
        queues = current_app.control.inspect(timeout=2).active_queues() or {}
    except BrokerError:
        queues = {}
    served = {queue["name"] for served in queues.values() for queue in served}
    missing = [queue.name for queue in settings.CELERY_TASK_QUEUES if queue.name not in served]
    yield Finding(
        "Tiến trình nền",
        f"không ai phục vụ hàng đợi {', '.join(missing)}" if missing else f"{len(queues)} tiến trình",
        "Khởi động worker của hàng đợi đó; trên máy cá nhân, bin/run khởi động sẵn." if missing else "",
        is_hard=False,
    )


def scanner() -> Iterator[Finding]:
    if not settings.CLAMAV_URL:
        yield Finding("Quét mã độc", "không dùng", "Cài ClamAV rồi đặt CLAMAV_URL.", is_hard=False)
    elif scanning.answers():
        yield Finding("Quét mã độc", "trả lời")
    else:
        yield Finding(
            "Quét mã độc", "không kết nối được", "Xem CLAMAV_URL; chưa có thì mọi tệp tải lên bị từ chối."
        )


def mail() -> Iterator[Finding]:
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        mailer = get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=5)
        mailer.open()
        mailer.close()
    except (OSError, smtplib.SMTPException) as error:
        remedy = "Xem EMAIL_URL: tên máy chủ, cổng, tài khoản, mật khẩu."
        yield Finding("Máy chủ thư", f"{server}: {type(error).__name__}", remedy, is_hard=False)
    else:
        yield Finding("Máy chủ thư", f"{server} trả lời, không gửi thư nào")


def files() -> Iterator[Finding]:
    yield from _bucket() if settings.STORAGE_URL else _folder()


def _bucket() -> Iterator[Finding]:
    name = "Kho tệp"
    try:
        default_storage.delete(default_storage.save(".doctor", ContentFile(b"0")))
    except OSError as error:
        remedy = "Xem STORAGE_URL: máy chủ, khóa, tên kho. Khóa phải được đọc, ghi, xóa và liệt kê."
        yield Finding(name, str(error), remedy)
    else:
        yield Finding(name, f"“{default_storage.bucket_name}”, ghi được")


def _folder() -> Iterator[Finding]:
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder) as probe:
            probe.write(b"0")
    except OSError as error:
        yield Finding(
            "Thư mục tệp", f"{folder}: {error.strerror}", "Cho tài khoản chạy cổng quyền ghi ở MEDIA_ROOT."
        )
    else:
        free = shutil.disk_usage(folder).free
        low = free < 10 * settings.UPLOAD_MAX_MB * 1024 * 1024
        remedy = "Dọn đĩa hoặc chuyển MEDIA_ROOT sang đĩa lớn hơn." if low else ""
        yield Finding("Thư mục tệp", f"ghi được, còn trống {format_filesize(free)}", remedy, is_hard=False)


def backup() -> Iterator[Finding]:
    try:
        state, remedy = backups.program("pg_dump"), ""
    except backups.BackupError as error:
        state, remedy = "không có pg_dump", str(error)
    yield Finding("Chương trình sao lưu", state, remedy, is_hard=False)
    is_set = bool(settings.BACKUP_PASSPHRASE)
    yield Finding(
        "Mật khẩu sao lưu",
        "đã đặt" if is_set else "không có ở tiến trình này",
        ""
        if is_set or not settings.PRODUCTION
        else "Chỉ dịch vụ sao lưu cần: đặt BACKUP_PASSPHRASE ở đó; cất một bản ở nơi khác.",
        is_hard=False,
    )


def configuration() -> Iterator[Finding]:
    yield Finding("Chế độ", "chạy thật" if settings.PRODUCTION else "máy cá nhân")
    yield Finding("Địa chỉ trong thư", settings.PUBLIC_URL)
    yield Finding("Báo lỗi ra ngoài (SENTRY_DSN)", "bật" if settings.SENTRY_DSN else "tắt")
    for name, what in CONTACTS.items():
        is_set = bool(getattr(settings, name))
        remedy = f"Đặt {name}: README, “Settings”." if settings.PRODUCTION and not is_set else ""
        yield Finding(f"{what} ({name})", "có" if is_set else "chưa có", remedy, is_hard=False)
    for warning in run_checks(include_deployment_checks=settings.PRODUCTION):
        yield Finding(f"Cấu hình {warning.id}", warning.msg, warning.hint or "Xem README.", is_hard=False)


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    configuration,
    database,
    broker,
    mail,
    scanner,
    files,
    backup,
)


class Command(BaseCommand):
    help = "Xem cái gì đã cấu hình, kết nối được, còn thiếu, và phải làm gì. Mã thoát 1 khi Cổng không chạy được."
    # It tells of what the checks find, instead of stopping at it.
    requires_system_checks = []

    def handle(self, **options):
        findings = [finding for look in LOOKS for finding in look()]
        for each in findings:
            mark = ("LỖI" if each.is_hard else "XEM") if each.remedy else "tốt"
            self.stdout.write(f"[{mark}] {each.name}: {each.state}")
            if each.remedy:
                self.stdout.write(f"      → {each.remedy}")
        if any(each.remedy and each.is_hard for each in findings):
            sys.exit(1)
        self.stdout.write("Cổng chạy được.")
