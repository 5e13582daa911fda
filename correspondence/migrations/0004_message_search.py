import django.contrib.postgres.indexes
from django.db import migrations, models

import hoinghi.fields


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0003_document_guard")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="search",
            field=hoinghi.fields.SearchField(
                "recipient_name", "address", "subject", blank=True, db_collation="C", default="", editable=False
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["at"], name="attempt_at"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="message_search_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
