from django.db import migrations

AT_ONCE = 5000


def write_search(apps, schema_editor):
    """Some thousand rows at a time, each time in a transaction of its own: nobody waits for all of them. What is
    written already is left alone, so a run that was broken off is simply begun again.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM delegates_delegate")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, AT_ONCE):
            cursor.execute(
                "UPDATE delegates_delegate SET search = search WHERE id >= %s AND id < %s AND full_search = ''",
                [start, start + AT_ONCE],
            )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("delegates", "0018_full_search")]

    operations = [migrations.RunPython(write_search, migrations.RunPython.noop)]
