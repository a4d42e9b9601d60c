"""What the register holds of a person, for their own page and for merged records."""

from __future__ import annotations

import datetime as dt
from typing import Any

from members.models import BreachPerson, Person


class AffectedPeople:
    def export(self, person: Person) -> list[dict[str, Any]]:
        rows = BreachPerson.objects.filter(person=person).select_related("breach")
        return [
            {
                "breach": row.breach.title,
                "known_at": row.breach.known_at.isoformat(),
                "told_at": row.told_at and row.told_at.isoformat(),
            }
            for row in rows
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        BreachPerson.objects.filter(person=person).delete()

    def merge(self, keep: Person, drop: Person) -> None:
        rows = BreachPerson.objects.filter(person=drop)
        both = BreachPerson.objects.filter(person=keep).values("breach")
        rows.filter(breach__in=both).delete()
        rows.update(person=keep)
