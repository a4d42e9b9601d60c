"""Contests can be found, with accents or without."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from content.search.columns import SearchColumn


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_search_functions"),
        ("contests", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="contest",
            name="search",
            field=SearchColumn(a=["title"], b=["summary"]),
        ),
        migrations.AddIndex(
            model_name="contest",
            index=GinIndex(
                fields=["search"],
                name="contest_search",
                fastupdate=False,
            ),
        ),
    ]
