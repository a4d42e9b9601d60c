"""The pages were there before their history was: their first words begin it."""

from django.db import migrations
from django.utils import timezone

NAMES = ("key", "title", "body", "title_en", "body_en")


def begin(apps, schema_editor):
    page = apps.get_model("portal", "SitePage")
    event = apps.get_model("portal", "SitePageEvent")
    event.objects.bulk_create(
        event(
            pgh_created_at=timezone.now(),
            pgh_label="insert",
            pgh_obj_id=row.pk,
            id=row.pk,
            **{name: getattr(row, name) for name in NAMES},
        )
        for row in page.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_history")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
