"""What staff see of a picture, and where it is in use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.apps import apps
from django.db.models import Model
from django.utils.html import format_html

from content.models import FOLDER, Picture
from content.registry import Registry
from content.richtext import RichTextField

elsewhere: Registry[Callable[[Picture], Iterable[Model]]] = Registry("picture uses")
"""Features add what shows a picture past relations and rich text: kept versions."""


def thumbnail(picture: Picture | None) -> str:
    """A small picture for lists and forms of the admin; "" without one.

    Staff hear its name where nobody has described it yet: it may be a link.
    """
    if picture is None:
        return ""
    height = max(1, round(picture.height * 160 / picture.width))
    return format_html(
        '<img src="{}" width="160" height="{}" alt="{}" loading="lazy">',
        picture.thumbnail,
        height,
        picture.alt or picture.title,
    )


def uses(picture: Picture) -> Iterator[Model]:
    """Every row that shows the picture: by a relation, or inside its rich text.

    Reads all texts of the portal; for one picture at a time.
    """
    found = set()
    for relation in Picture._meta.related_objects:
        rows = relation.related_model._base_manager
        found.update(rows.filter(**{relation.field.name: picture}))
    for model, fields in texts():
        for name in fields:
            rows = model._base_manager
            found.update(rows.filter(**{f"{name}__contains": address_part(picture)}))
    for more in elsewhere:
        found.update(more(picture))
    yield from sorted(found, key=lambda row: (row._meta.label, row.pk))


def address_part(picture: Picture) -> str:
    """What every address of the picture holds, and no other text does."""
    return f"/{FOLDER}/{picture.key}/"


def texts() -> Iterator[tuple[type[Model], list[str]]]:
    for model in apps.get_models():
        if hasattr(model, "pgh_tracked_model"):  # what a text was once
            continue
        fields = model._meta.concrete_fields
        texts = [field.name for field in fields if isinstance(field, RichTextField)]
        if texts:
            yield model, texts
