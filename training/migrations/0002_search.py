"""Sessions can be found, with accents or without."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from content.search.columns import SearchColumn


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_search_functions"),
        ("training", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingsession",
            name="search",
            field=SearchColumn(a=["title"], b=["summary"], c=["venue"]),
        ),
        migrations.AddIndex(
            model_name="trainingsession",
            index=GinIndex(
                fields=["search"],
                name="session_search",
                fastupdate=False,
            ),
        ),
    ]
