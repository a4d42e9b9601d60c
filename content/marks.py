"""Marks that tell whether what was reckoned from many rows is still true.

To find out whether forty thousand scores are the ones it was reckoned from takes almost
as long as reckoning anew. So each row above them bears a mark of 64 bits of what is
below it, written by a trigger of that table in the transaction that changes a row, by
whomever; and one of itself with that, which PostgreSQL generates. Whoever keeps
something keeps it under the marks of what was read: those that stood beside it, or
those before and after where both are the same.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Aggregate, BigIntegerField, F, Func


class MarkBelow(models.BigIntegerField):
    """Of the rows that belong to this one; what an instance holds is never written."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(
            *args, **(kwargs | {"default": 0, "db_default": 0, "editable": False})
        )

    def pre_save(self, model_instance: models.Model, add: bool):
        return 0 if add else F(self.attname)


class Told(Func):
    """These columns as 64 bits. With the key among them no two rows are alike."""

    template = "hash_record_extended(ROW(%(expressions)s), 0)"
    output_field = BigIntegerField()


class AllMarks(Aggregate):
    """Of many rows, in whatever order; beside the number of rows."""

    function = "BIT_XOR"
    output_field = BigIntegerField()


def own_mark(*columns: str) -> models.GeneratedField:
    """Of the row itself, `MarkBelow` included."""
    return models.GeneratedField(
        expression=Told(*columns), output_field=BigIntegerField(), db_persist=True
    )
