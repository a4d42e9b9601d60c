"""Writing one row by a statement that is built and planned once.

For what is written thousands of times a minute: the ORM takes longer to build an INSERT
of thirty columns than PostgreSQL to run it. Like a bulk write it sends no signal:
whoever writes what public pages show says so with `content.pagecache.wrote`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Field, Model

from content.prepared import POOLED, Plan, execute_all

# For these Django's own preparation gives back the very value, after eight calls.
_AS_IT_IS: dict[type[Field], type] = {
    models.BooleanField: bool,
    models.SmallIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.BigIntegerField: int,
    models.CharField: str,
    models.TextField: str,
    models.UUIDField: UUID,
}


class Written:
    """SQL by hand with `%s` for each value; sent in full behind a pooler."""

    def __init__(self, sql: str) -> None:
        self.sql = sql

    @cached_property
    def plan(self) -> Plan:
        count = self.sql.count("%s")
        marks = tuple(f"${number + 1}" for number in range(count))
        return Plan(self.sql % marks, count, name="write")


Step = tuple[Written, Sequence]


def write(cursor, steps: Sequence[Step]) -> None:
    """Several in one breath; the cursor then holds what the last one gave."""
    if connections[DEFAULT_DB_ALIAS].settings_dict.get(POOLED):
        values = [value for _written, own in steps for value in own]
        cursor.execute("; ".join(written.sql for written, _own in steps), values)
    else:
        execute_all(cursor, [(written.plan, own) for written, own in steps])


class Insertion:
    """Inserts rows of a model; `once` names the column whose taken values are left."""

    def __init__(self, model: type[Model], *, once: str = "") -> None:
        self.model, self.once = model, once

    def __call__(self, row: Model) -> bool:
        """Insert the row and set its key; False where `once` left it out."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            write(cursor, [self.step(row)])
            return self.settle(row, cursor.fetchone())

    def step(self, row: Model) -> Step:
        """For `write`; then `settle` with what it gave."""
        connection = connections[DEFAULT_DB_ALIAS]
        values = []
        for field, kind, is_read in self.columns:
            if is_read:
                value = getattr(row, field.attname)
            else:
                value = field.pre_save(row, add=True)
            if value is not None and type(value) is not kind:
                value = field.get_db_prep_save(value, connection)
            values.append(value)
        return self.written, values

    def settle(self, row: Model, given: tuple | None) -> bool:
        if given is None:
            return False
        row.pk = given[0]
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS
        return True

    @cached_property
    def fields(self) -> list:
        columns = self.model._meta.concrete_fields
        return [one for one in columns if not (one.primary_key or one.generated)]

    @cached_property
    def columns(self) -> list[tuple[Field, type | None, bool]]:
        """Each field with the type whose values go in as they are, and whether its
        value is what stands in the row."""
        return [
            (field, _AS_IT_IS.get(type(field)), type(field).pre_save is Field.pre_save)
            for field in self.fields
        ]

    @cached_property
    def written(self) -> Written:
        name = connections[DEFAULT_DB_ALIAS].ops.quote_name
        options = self.model._meta
        once = f" ON CONFLICT ({name(self.once)}) DO NOTHING" if self.once else ""
        return Written(
            f"INSERT INTO {name(options.db_table)}"  # noqa: S608 our own names
            f" ({', '.join(name(field.column) for field in self.fields)})"
            f" VALUES ({', '.join(['%s'] * len(self.fields))}){once}"
            f" RETURNING {name(options.pk.column)}"
        )
