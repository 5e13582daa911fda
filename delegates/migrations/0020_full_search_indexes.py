from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# What a run that was broken off has left is of no use, and in the way of the next one.
NO_LEFTOVERS = [
    "DROP INDEX CONCURRENTLY IF EXISTS delegate_full_search_trgm",
    "DROP INDEX CONCURRENTLY IF EXISTS delegate_order",
]


class Migration(migrations.Migration):
    atomic = False  # indexes are made while others write

    dependencies = [("delegates", "0019_full_search_of_all")]

    operations = [
        migrations.RunSQL(NO_LEFTOVERS, migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="delegate",
            index=GinIndex(
                fields=["full_search"], name="delegate_full_search_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        AddIndexConcurrently(
            model_name="delegate",
            index=models.Index(fields=["sort_key", "id"], name="delegate_order"),
        ),
    ]
