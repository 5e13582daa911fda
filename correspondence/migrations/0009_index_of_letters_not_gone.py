from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0008_lease_index")]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_needs_staff"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["state", "kind"],
                condition=models.Q(("state__in", ["draft", "failed", "unknown", "cancelled"])),
                name="message_not_gone",
            ),
        ),
    ]
