import datetime as dt

from django.db import migrations, models


def count_from_what_was_sent(apps, schema_editor):
    """Calendar files sent so far carried the seconds from 2020 to the last change; what follows must be higher."""
    since = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    conference = apps.get_model("conferences", "Conference")
    for pk, changed_at in conference.objects.values_list("pk", "updated_at"):
        seconds = int((changed_at - since).total_seconds())
        conference.objects.filter(pk=pk).update(event_sequence=max(seconds, 0))


class Migration(migrations.Migration):
    dependencies = [("conferences", "0004_nomination_rules")]

    operations = [
        migrations.AddField(
            "conference",
            "event_mark",
            models.CharField("dấu của mục lịch", blank=True, editable=False, max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "conference",
            "event_sequence",
            models.PositiveIntegerField("lần sửa trên lịch", default=0, editable=False),
        ),
        migrations.RunPython(count_from_what_was_sent, migrations.RunPython.noop),
    ]
