"""Without a topic nobody could ask for help."""

from django.db import migrations

from teams.help.first_topics import NAMES


def fill(apps, schema_editor):
    HelpTopic = apps.get_model("teams", "HelpTopic")
    for order, name in enumerate(NAMES, start=1):
        HelpTopic.objects.get_or_create(name=name, defaults={"order": order})


class Migration(migrations.Migration):
    dependencies = [("teams", "0006_find_help")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
