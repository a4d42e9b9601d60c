"""Articles can be found, with accents or without."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from content.search.columns import SearchColumn


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_search_functions"),
        ("news", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="search",
            field=SearchColumn(a=["title"], b=["lead"], c_html=["body"]),
        ),
        migrations.AddIndex(
            model_name="article",
            index=GinIndex(
                condition=models.Q(state="published"),
                fields=["search"],
                name="article_search",
                fastupdate=False,
            ),
        ),
    ]
