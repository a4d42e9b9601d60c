"""Every column that tells of somebody has its words."""

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from members import datamap, privacy
from members.datamap import walking, writing
from members.models import Unit


def test_every_personal_column_is_declared():
    assert walking.undeclared() == []
    assert walking.unknown() == []


def test_every_holder_of_privacy_says_what_it_holds():
    labels = {label for label, _holder in privacy.registry.items()}
    assert len(labels) > 10
    told = {label for label in labels if not label.endswith("event")}
    assert {label for label in told if label not in datamap.registry} == set()


@pytest.mark.parametrize(
    "field",
    [
        models.CharField(name="contact_phone"),
        models.EmailField(name="write_to"),
        models.ForeignKey("members.Person", models.CASCADE, name="chair"),
    ],
    ids=lambda field: field.name,
)
def test_a_new_column_without_words_is_found(field, monkeypatch):
    """The control: on a table that tells of nobody yet."""
    if field.is_relation:
        field.remote_field.model = walking.PEOPLE[0]
    columns = [*Unit._meta.local_fields, field]
    real = walking._columns
    monkeypatch.setattr(
        walking, "_columns", lambda model: columns if model is Unit else real(model)
    )
    assert walking.undeclared() == [f"members.unit.{field.name}"]
    with pytest.raises(CommandError, match=field.name):
        call_command("data_map", check=True)


def test_the_document_is_that_of_the_models():
    assert writing.path().read_text("utf-8") == writing.written()
