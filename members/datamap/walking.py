"""The models, column by column, held against what is declared about them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from members import datamap
from members.fields import DerivedCharField
from members.models import Guardian, Person, User

PEOPLE = (Person, User, Guardian)
TELLING = re.compile(
    r"full_name|phone|e?mail|birth|address|contact|signer|mentor|guardian|byline"
)
"""Names of columns that tell of somebody in whatever table they stand."""
WRITTEN = (models.CharField, models.TextField, models.JSONField, models.FileField)


def ours() -> Iterator[type[models.Model]]:
    """Our models without the tables of events, which follow from them."""
    here = {label for label, _app in apps.app_configs.items()} & OURS
    for model in apps.get_models():
        if model._meta.app_label in here and not hasattr(model, "pgh_tracked_model"):
            yield model


OURS = {
    *("content", "mail", "members", "certificates"),
    *("news", "training", "teams", "contests", "portal"),
}


def undeclared() -> list[str]:
    """Columns that may tell of somebody and are declared neither way."""
    found = []
    for model in ours():
        label = model._meta.label_lower
        known = datamap.personal_columns(label) | datamap.OFFICES.get(label, set())
        table = datamap.registry.get(label)
        known |= set(table.plain.split()) if table else set()
        found += [
            f"{label}.{field.name}"
            for field in _columns(model)
            if field.name not in known and _asks(field, whole=table is not None)
        ]
    return sorted(found)


def unknown() -> list[str]:
    """Declared columns that no table has: renamed or gone."""
    found = []
    labels = {key for key, _table in datamap.registry.items()}
    for label in sorted(labels | set(datamap.MARKS) | set(datamap.OFFICES)):
        try:
            model = apps.get_model(label)
        except LookupError:
            found.append(label)
            continue
        table = datamap.registry.get(label)
        named = set(table.plain.split()) if table else set()
        named |= datamap.personal_columns(label) | datamap.OFFICES.get(label, set())
        there = {field.name for field in _columns(model)}
        found += [f"{label}.{name}" for name in sorted(named - there)]
    return found


def _columns(model: type[models.Model]) -> list[models.Field]:
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def _asks(field: models.Field, *, whole: bool) -> bool:
    """Whether the column needs its words; in a table about people everything written
    does, elsewhere what points to somebody or is called like it."""
    if field.is_relation:
        return field.related_model in PEOPLE
    if isinstance(field, DerivedCharField) or field.choices:
        return False
    if isinstance(field, models.EmailField):
        return True
    written = isinstance(field, WRITTEN)
    return written and (whole or TELLING.search(field.name) is not None)
