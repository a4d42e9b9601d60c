"""Instances of what was read, made at once instead of field by field.

`Model.from_db` hands each value to `setattr` in a loop that asks about every field what
it is; for a row of forty columns that takes longer than to read it. What comes of it is
the same dictionary of values. A model of whose fields that is not sure (a field that
does more when it is set, a listener at `post_init`) goes Django's way.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.files import FileDescriptor
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

_KNOWN = {DeferredAttribute, ForeignKeyDeferredAttribute, FileDescriptor}


class Maker:
    """Stands for a model where only `from_db` is asked of it."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.is_plain = _is_plain(model)

    def from_db(self, db: str, names: Sequence[str], values: Sequence[Any]) -> Model:
        if not self.is_plain:
            return self.model.from_db(db, names, values)
        made = self.model.__new__(self.model)
        state = ModelState()
        state.adding, state.db = False, db
        made.__dict__ = {"_state": state, **dict(zip(names, values, strict=True))}
        return made


def quicken(populators: Iterable[Any]) -> None:
    """Let those who fill in what was joined make instances in the same way."""
    for populator in populators:
        populator.model_cls = Maker(populator.model_cls)
        quicken(populator.related_populators)


def _is_plain(model: type[Model]) -> bool:
    if model.__init__ is not Model.__init__ or pre_init.has_listeners(model):
        return False
    if model.from_db.__func__ is not Model.from_db.__func__:
        return False
    return not post_init.has_listeners(model) and all(
        type(inspect.getattr_static(model, field.attname)) in _KNOWN
        for field in model._meta.concrete_fields
    )
