"""A portal without a list of indicators could not take a single report."""

from django.db import migrations

from teams import first_indicators


def plant(apps, schema_editor):
    first_indicators.plant(apps.get_model("teams", "Indicator"))


class Migration(migrations.Migration):
    dependencies = [("teams", "0004_reports")]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
