from django.db import migrations


def conclude(apps, schema_editor):
    """A conclusion that a conference file published was not shown, because the conference was not concluded."""
    apps.get_model("conferences", "Conference").objects.filter(
        state="announced", conclusion__state="published"
    ).update(state="concluded")


class Migration(migrations.Migration):

    dependencies = [
        ("conferences", "0019_tell_materials"),
    ]

    operations = [
        migrations.RunPython(conclude, migrations.RunPython.noop),
    ]
