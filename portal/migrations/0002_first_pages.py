"""A new portal is never without its pages: about, contact, privacy and so on."""

from django.db import migrations

from portal import texts


def write(apps, schema_editor):
    page = apps.get_model("portal", "SitePage")
    for key in texts.TITLES:
        page.objects.get_or_create(key=key, defaults=texts.at_first(key))


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
