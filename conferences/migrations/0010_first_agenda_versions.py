from django.db import migrations


def publish_what_was_read(apps, schema_editor):
    """The public has read the rows themselves until now: they are version 1 of each published conference."""
    conferences = apps.get_model("conferences", "Conference")
    items = apps.get_model("conferences", "AgendaItem")
    versions = apps.get_model("conferences", "AgendaVersion")
    names = [field.attname for field in items._meta.concrete_fields if field.attname != "conference_id"]
    for conference in conferences.objects.exclude(state="draft").filter(agenda__isnull=False).distinct():
        versions.objects.create(
            conference=conference,
            number=1,
            items=list(conference.agenda.order_by("day", "starts_after", "position", "id").values(*names)),
            published_at=conference.announced_at or conference.updated_at,
        )


class Migration(migrations.Migration):

    dependencies = [("conferences", "0009_reading")]

    operations = [migrations.RunPython(publish_what_was_read, migrations.RunPython.noop)]
