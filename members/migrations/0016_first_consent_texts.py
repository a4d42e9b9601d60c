from django.db import migrations

from members import consent_texts_first


def write_first_texts(apps, schema_editor):
    texts = apps.get_model("members", "ConsentText")
    texts.objects.bulk_create(
        [texts(**row) for row in consent_texts_first.rows()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0015_consent_texts_and_breaches")]

    # Backwards nothing: the table goes, and its trigger forbids deleting rows.
    operations = [
        migrations.RunPython(write_first_texts, migrations.RunPython.noop),
    ]
