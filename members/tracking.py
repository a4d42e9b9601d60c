"""Which tables the database keeps a history of, and who is named in it.

`@tracked()` above a model gives it a table of events, filled by triggers: bulk writes
and imports leave their trace too. docs/history.md lists the tables and says why the
others have none; a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from pghistory import runtime

from members.fields import DerivedCharField

# pghistory sends who and where along with each statement that it does not know to only
# read. The questions of `content.prepared` do, and they are most of a page.
runtime.IGNORED_SQL_PREFIXES += ("execute read_", "prepare read_")

Tracked = TypeVar("Tracked", bound=type[models.Model])
SAFE = {"GET", "HEAD", "OPTIONS"}


def tracked(
    *,
    without: Sequence[str] = (),
    person: str = "",
    personal: Sequence[str] = (),
    insertions: bool = True,
) -> Callable[[Tracked], Tracked]:
    """Keep a history of each row: made, changed, deleted.

    `without`: columns whose changes are noise (counters) or which others derive.
    `person`: the field through which a row belongs to somebody ("pgh_obj": the row is
    that person); `personal`: what `members.history` blanks when they are erased.
    `insertions=False`: the row itself tells when and how it began.
    """

    def decorate(model: Tracked) -> Tracked:
        fields = [
            field
            for field in model._meta.local_fields
            if field.name not in without and not _is_derived(field)
        ]
        # "UPDATE OF": a statement that sets none of these columns, such as the
        # counters of a sign-up, does not even ask the trigger.
        columns = [field.column for field in fields if not field.primary_key]
        pghistory.track(
            *([pghistory.InsertEvent()] if insertions else []),
            pghistory.UpdateEvent(
                operation=pgtrigger.UpdateOf(*columns),
                condition=pgtrigger.AnyChange(),
                trigger_name="update_update",
            ),
            pghistory.DeleteEvent(),
            fields=[field.name for field in fields],
            model_name=f"{model.__name__}Event",
            obj_field=pghistory.ObjForeignKey(related_name="+", db_index=True),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,
            append_only=True,
            attrs={"person_field": person, "personal_fields": tuple(personal)},
            meta={"default_permissions": ()},
        )(model)
        return model

    return decorate


def _is_derived(field: models.Field) -> bool:
    """Follows from other columns, or from the mere fact that the row was saved."""
    derived = isinstance(field, models.GeneratedField | DerivedCharField)
    return derived or getattr(field, "auto_now", False)


class HistoryMiddleware:
    """Writes beside a change who made it and on which page.

    Only where staff, judges and entrants write (`HISTORY_PLACES`): it costs some bytes
    of each statement, which signing up for a session need not carry.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        written = request.method not in SAFE
        if not written or not request.path.startswith(settings.HISTORY_PLACES):
            return self.get_response(request)
        with pghistory.context(user=request.user.pk, url=request.path):
            return self.get_response(request)
