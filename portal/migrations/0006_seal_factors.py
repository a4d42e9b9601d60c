"""Secrets of second factors that were stored in plain text come under a key."""

from django.db import migrations

from members import sealing


def seal(apps, schema_editor):
    sealing.reseal(apps.get_model("mfa", "Authenticator"))


def lay_open(apps, schema_editor):
    sealing.lay_open(apps.get_model("mfa", "Authenticator"))


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_finding"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal, lay_open)]
