"""Columns that look after themselves whenever their row is written."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models

from content.fields import NFCEmailField


class DerivedCharField(models.CharField):
    """Text that `derive(row)` gives, cut to `max_length`; nobody edits it.

    Computed in `pre_save`, so `save`, `create` and `bulk_create` all keep it right;
    only `update` goes past it. A `save(update_fields=…)` that names the source must
    name this field too. Define it below the fields it rests on.
    """

    def __init__(
        self, *args, derive: Callable[[models.Model], str] | None = None, **kwargs
    ):
        # Migrations know the column only; they never write rows through it.
        self.derive = derive
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        if self.derive:
            value = self.derive(model_instance)[: self.max_length]
            setattr(model_instance, self.attname, value)
        return super().pre_save(model_instance, add)


class SignInEmailField(NFCEmailField):
    """The address that signs in, or NULL; never "", of which there could be one only.

    Allauth writes "" when the last address of an account goes.
    """

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add) or None
        setattr(model_instance, self.attname, value)
        return value
