import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from content.fields import NFCCharField, NFCEmailField, NFCTextField
from content.richtext import RichTextField


@pytest.fixture
def note_model(db):
    """A model with each of our fields and a table of its own, gone after the test."""
    with isolate_apps("content"):

        class Note(models.Model):
            title = NFCCharField(max_length=10)
            kind = NFCCharField(max_length=10, blank=True, choices=[("tin", "Tin")])
            summary = NFCTextField(blank=True)
            email = NFCEmailField(blank=True)
            body = RichTextField(blank=True)

            class Meta:
                app_label = "content"

            def __str__(self):
                return self.title

        with connection.schema_editor() as editor:
            editor.create_model(Note)
        yield Note
