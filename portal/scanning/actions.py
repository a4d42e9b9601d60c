"""Looking through everything, and what comes of a finding."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models, transaction

from content.richtext import RichTextField
from members.models import User
from portal.models import Finding
from portal.scanning.looking import (
    Found,
    found_in_address,
    found_in_html,
    found_in_text,
)

logger = logging.getLogger(__name__)

FLOORS = (
    *("portal", "news", "training", "teams", "contests", "certificates"),
    *("members", "content"),
)
NOT_SHOWN = {
    "portal.Finding": "quotes what was found",
    "content.PageViews": "addresses that people asked for",
}
"""Tables that no page shows, and why."""
SHORTEST = 40
"""Characters of a column that could advertise anything."""
AT_ONCE = 500
LONGEST = 200


def scan(*, now: dt.datetime) -> list[Finding]:
    """Look at every text of every row; the findings that nobody knew yet.

    A finding whose cause is gone goes too. One that somebody has dismissed stays
    dismissed while the text stays the same.
    """
    fresh, seen = [], set()
    for model in models_to_scan():
        for row, field, what, excerpt in _findings(model):
            digest = hashlib.sha256(excerpt.encode()).hexdigest()
            found, is_new = Finding.objects.get_or_create(
                model=model._meta.label,
                row=str(row),
                field=field,
                what=what,
                digest=digest,
                defaults={"excerpt": excerpt[:LONGEST], "found_at": now},
            )
            seen.add(found.pk)
            if is_new:
                fresh.append(found)
    Finding.objects.exclude(pk__in=seen).delete()
    for one in fresh:
        logger.error("scan: %s in %s %s", one.what, one.model, one.row)
    return fresh


def dismiss(*, finding_id: int, by: User, now: dt.datetime) -> bool:
    """Somebody has looked: it may stay. False where it is done or gone already."""
    with transaction.atomic():
        return bool(
            Finding.objects.open()
            .filter(pk=finding_id)
            .update(dismissed_by=by, dismissed_at=now)
        )


def models_to_scan() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        is_history = any(f.name == "pgh_obj" for f in model._meta.get_fields())
        if (
            model._meta.app_label in FLOORS
            and model._meta.label not in NOT_SHOWN
            and not is_history
            and not model._meta.proxy
            and _looks(model)
        ):
            yield model


def _looks(model: type[models.Model]) -> dict[str, Callable[[str], Iterator[Found]]]:
    """How each column of texts is looked at."""
    looks = {}
    for field in model._meta.concrete_fields:
        if field.choices or field.primary_key:
            continue
        if isinstance(field, RichTextField):
            looks[field.attname] = found_in_html
        elif isinstance(field, models.URLField):
            looks[field.attname] = found_in_address
        elif isinstance(field, models.TextField) or (
            isinstance(field, models.CharField)
            and (field.max_length or SHORTEST) >= SHORTEST
            and not isinstance(field, models.EmailField)
        ):
            looks[field.attname] = found_in_text
    return looks


def _findings(model: type[models.Model]) -> Iterator[tuple]:
    looks = _looks(model)
    rows = model._base_manager.order_by("pk").values_list("pk", *looks)
    for pk, *texts in rows.iterator(chunk_size=AT_ONCE):
        for (name, look), text in zip(looks.items(), texts, strict=True):
            if text:
                # Said once for each column, however often it stands there.
                for what, excerpt in dict.fromkeys(look(text)):
                    yield pk, name, what, excerpt
