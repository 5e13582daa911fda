"""What stands in the database, to be held against what stands there later."""

from contextlib import contextmanager

from django.apps import apps
from django.db import connection

OUR_APPS = ("directory", "correspondence", "conferences", "venues", "delegates")
WRITING = ("INSERT", "UPDATE", "DELETE")


def contents() -> dict[str, str]:
    """Table of our apps → digest of all its rows."""
    tables = [model._meta.db_table for app in OUR_APPS for model in apps.get_app_config(app).get_models(True)]
    each = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each.format(table) for table in tables))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], but: tuple[str, ...] = ()) -> list[str]:
    """The tables whose rows are no longer those of ``before``, but for those named."""
    return sorted(
        table for table, digest in contents().items() if before[table] != digest and table not in but
    )


@contextmanager
def writes():
    """The statements that wrote to our tables: where there are none, nothing needs to be compared."""
    found = []

    def listen(execute, sql, params, many, context):
        if sql.startswith(WRITING) and any(f'"{app}_' in sql for app in OUR_APPS):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield found
