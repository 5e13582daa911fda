from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg2 import sql

from directory.models import AuditEntry

# What the trail's trigger lets retention change.
SCRUBBED = ("changes", "ip", "actor_label", "object_label")


def statements(role: str) -> list[sql.Composable]:
    """The rights of the role under which web, workers and beat run; run by the owner, as often as one likes.

    It works with every row, but owns nothing: it can neither switch off a trigger nor change a table, and of the
    audit trail it may only read, add, and empty ``SCRUBBED``.
    """
    names = {
        "role": sql.Identifier(role),
        "audit": sql.Identifier(AuditEntry._meta.db_table),
        "migrations": sql.Identifier("django_migrations"),
        "scrubbed": sql.SQL(", ").join(map(sql.Identifier, SCRUBBED)),
    }
    return [
        sql.SQL(text).format(**names)
        for text in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
            "REVOKE INSERT, UPDATE, DELETE ON {migrations} FROM {role}",
            "REVOKE UPDATE, DELETE ON {audit} FROM {role}",
            "GRANT UPDATE ({scrubbed}) ON {audit} TO {role}",
        )
    ]


class Command(BaseCommand):
    help = (
        "Cấp cho vai trò cơ sở dữ liệu của web, worker, beat đủ quyền làm việc với dữ liệu, không tắt được trigger "
        "của nhật ký. Chạy bằng vai trò chủ của cơ sở dữ liệu; vai trò nhận quyền phải có sẵn."
    )

    def add_arguments(self, parser):
        parser.add_argument("role", nargs="?", default=settings.DATABASE_APP_ROLE, metavar="VAI_TRÒ")
        parser.add_argument("--print", action="store_true", dest="only_print", help="chỉ in các câu lệnh SQL")

    def handle(self, *, role: str, only_print: bool, **options):
        if not role:
            raise CommandError("Nêu tên vai trò, hoặc đặt DATABASE_APP_ROLE.")
        connection.ensure_connection()
        wanted = statements(role)
        if only_print:
            for statement in wanted:
                self.stdout.write(f"{statement.as_string(connection.connection)};")
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, current_user = %s FROM pg_roles WHERE rolname = %s", [role, role]
            )
            found = cursor.fetchone()
            if found is None:
                raise CommandError(
                    f"Không có vai trò “{role}”. Tạo trước: CREATE ROLE {role} LOGIN PASSWORD '…';"
                )
            if any(found):
                raise CommandError(
                    f"“{role}” là chủ của cơ sở dữ liệu hoặc siêu người dùng: cần một vai trò khác."
                )
            for statement in wanted:
                cursor.execute(statement)
        self.stdout.write(f"Đã cấp quyền cho “{role}”.")
