"""Teams can be found, with accents or without."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from content.search.columns import SearchColumn


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_search_functions"),
        ("teams", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="digitalteam",
            name="search",
            field=SearchColumn(a=["name"], b=["area"]),
        ),
        migrations.AddIndex(
            model_name="digitalteam",
            index=GinIndex(
                fields=["search"],
                name="team_search",
                fastupdate=False,
            ),
        ),
    ]
