from django.db import migrations

import hoinghi.fields
from hoinghi.text import name_key


def derive_anew(apps, schema_editor):
    """Seats of communes whose names differ in diacritics only were one; their keys now differ."""
    seats = apps.get_model("delegates", "Seat").objects
    for seat in seats.iterator():
        seats.filter(pk=seat.pk).update(name_key=name_key(seat.name))


class Migration(migrations.Migration):
    dependencies = [("delegates", "0005_answers_keep_questions")]

    operations = [
        migrations.AlterField(
            "seat", "name_key", hoinghi.fields.NameKeyField("name", blank=True, db_collation="C", editable=False)
        ),
        migrations.RunPython(derive_anew, migrations.RunPython.noop),
    ]
