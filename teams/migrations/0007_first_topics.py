"""Without a topic nobody could ask for help."""

from django.db import migrations

from teams.help import first_topics


def plant(apps, schema_editor):
    first_topics.plant(apps.get_model("teams", "HelpTopic"))


class Migration(migrations.Migration):
    dependencies = [("teams", "0006_find_help")]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
