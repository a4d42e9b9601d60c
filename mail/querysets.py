"""The sets of letters that we have a word for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from content.insertion import Insertion

if TYPE_CHECKING:
    from mail.models import Letter


class LetterQuerySet(models.QuerySet):
    def pending(self, now: dt.datetime) -> LetterQuerySet:
        """Waiting to be sent and allowed out at `now`, in the order they leave."""
        return self.filter(state__in=self.model.PENDING, not_before__lte=now).order_by(
            "secret", "bulk", "not_before", "id"
        )

    def in_flight(self) -> LetterQuerySet:
        """Handed to the mail server, its answer not known yet."""
        return self.filter(state=self.model.State.SENDING)

    def failed(self) -> LetterQuerySet:
        """Given up for good: what staff should look at."""
        return self.filter(state=self.model.State.FAILED)

    def insert_once(self, letter: Letter) -> bool:
        """Insert a new row unless its dedupe key is taken; sets its id."""
        return _insertion(self.model)(letter)

    def defaults(self) -> dict[str, Any]:
        """What each column holds of which nothing is said."""
        fields = self.model._meta.concrete_fields
        return {one.attname: one.get_default() for one in fields if not one.primary_key}

    def insert_new(self, letters: Sequence[Letter | SimpleNamespace]) -> int:
        """Insert many rows, skipping taken dedupe keys; returns how many were new.

        Instances, or anything else with an attribute for each column.
        """
        return len(self._insert_new_rows(letters)) if letters else 0

    def _insert_new_rows(
        self, letters: Sequence[Letter | SimpleNamespace]
    ) -> list[tuple[int]]:
        # Django's `ignore_conflicts` does not tell which rows were new. By columns,
        # because most are the same in a whole mailing: those are sent once.
        shared, own = [], []
        for field in self.model._meta.concrete_fields:
            if field.primary_key:
                continue
            values = [field.pre_save(letter, add=True) for letter in letters]
            if all(value == values[0] for value in values):
                shared.append((field.column, _prepared(field, values[0])))
            else:
                prepared = [_prepared(field, value) for value in values]
                own.append((field.column, _type_of(field), prepared))
        columns = [name for name, *_ in (*shared, *own)]
        picked = ["%s"] * len(shared) + [f"own.{name}" for name, *_ in own]
        rows = f" FROM generate_series(1, {len(letters)})"
        if own:
            lists = ", ".join(f"%s::{kind}[]" for _name, kind, _values in own)
            names = ", ".join(name for name, *_ in own)
            rows = f" FROM unnest({lists}) AS own ({names})"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO mail_letter ({', '.join(columns)})"
                f" SELECT {', '.join(picked)}{rows}"
                " ON CONFLICT (dedupe_key) DO NOTHING RETURNING id",
                [value for *_, value in (*shared, *own)],
            )
            return cursor.fetchall()


@cache
def _insertion(model: type[Letter]) -> Insertion:
    return Insertion(model, once="dedupe_key")


def _prepared(field: models.Field, value: Any) -> Any:
    # What `pre_save` has cleaned; to ask the field costs more than all the rest.
    if type(value) is str and isinstance(field, models.CharField | models.TextField):
        return value
    if type(value) is int and isinstance(field, models.IntegerField):
        return value
    return field.get_db_prep_save(value, connection)


def _type_of(field: models.Field) -> str:
    """As what a list of values is sent; a length would cut what must be refused."""
    if isinstance(field, models.CharField):
        return "text"
    return field.db_type(connection)


class PreferenceQuerySet(models.QuerySet):
    def unwanted(self, address_key: str, kind: str) -> bool:
        """Whether the reader behind this address asked for no such letters."""
        return self.filter(address_key=address_key, kind=kind, wanted=False).exists()


class SuppressionQuerySet(models.QuerySet):
    def in_force(self) -> SuppressionQuerySet:
        """Not lifted."""
        return self.filter(lifted_at=None)

    def against(self, address_key: str, *, asked_for: bool) -> SuppressionQuerySet:
        """What keeps letters from an address.

        `asked_for`: a code or link that somebody has just asked for is tried even
        where letters came back or one was reported as spam, or nobody could ever sign
        in to say that the mailbox works again.
        """
        found = self.in_force().filter(address_key=address_key)
        return found.filter(reason="asked") if asked_for else found
