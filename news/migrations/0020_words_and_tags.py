"""One index for words and tags, so that a search within a tag opens few rows.

Built beside the two that it replaces, without keeping anybody from writing. It waits
for transactions that have begun before, for longer than a migration may wait for a
table; one that was broken off leaves half an index, which goes first.
"""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("news", "0019_needs_look")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS article_search_tags",
            migrations.RunSQL.noop,
        ),
        AddIndexConcurrently(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("state", "published")),
                fastupdate=False,
                fields=["search", "tag_ids"],
                name="article_search_tags",
            ),
        ),
        RemoveIndexConcurrently(model_name="article", name="article_search"),
        RemoveIndexConcurrently(model_name="article", name="article_tag_ids"),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
