"""Which commune a unit belongs to: the unit right below the root above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from members.models import Unit
from teams.models import DigitalTeam


def commune_url(unit: Unit) -> str:
    """Where the directory shows the teams of this unit and below."""
    return f"{reverse('teams:list')}?{urlencode({'xa': unit.slug})}"


def served(on: dt.date) -> QuerySet[Unit]:
    """The communes of that day, with a team or without; no schools and offices.

    Kinds are data: what has a team somewhere is of the kind that sets up teams.
    """
    communes = Communes.read()
    units = DigitalTeam.objects.active(on).order_by().values_list("unit", flat=True)
    tops = {communes.of(unit) for unit in units.distinct()}
    kinds = Unit.objects.filter(pk__in=tops, parent__isnull=False).order_by()
    return Unit.objects.communes(on).filter(kind__in=kinds.values("kind"))


@dataclass(frozen=True)
class Communes:
    """The unit tree, read once for a page: who stands below whom.

    A tree of 2,500 units takes one query and a few milliseconds; a recursive query
    for each question would take as long each time.
    """

    parents: dict[int, int | None]
    names: dict[int, str]

    @classmethod
    def read(cls) -> Communes:
        rows = Unit.objects.order_by().values_list("pk", "parent_id", "folded_name")
        parents, names = {}, {}
        for pk, parent, name in rows:
            parents[pk], names[pk] = parent, name
        return cls(parents, names)

    def of(self, unit_id: int) -> int:
        """The id of the commune above a unit; a root stands for itself."""
        *_below, top = self._upwards(unit_id)
        return top

    def named(self, word: str) -> set[int]:
        """The units whose own name, or that of one above them, has the folded word.

        The root is left out: every unit stands below it.
        """
        return {
            unit
            for unit in self.parents
            if any(word in self.names[above] for above in self._upwards(unit))
        }

    def by_commune(self, unit_ids: Iterable[int]) -> dict[int, list[int]]:
        """Units grouped by the commune above them."""
        groups: dict[int, list[int]] = {}
        for unit in unit_ids:
            groups.setdefault(self.of(unit), []).append(unit)
        return groups

    def _upwards(self, unit_id: int) -> Iterator[int]:
        """The unit and those above it, but not the root; a root alone if it is one."""
        seen = {unit_id}
        yield unit_id
        above = self.parents[unit_id]
        # `seen` ends the walk even where somebody's hand in the database made a loop.
        while above is not None and above not in seen:
            parent = self.parents[above]
            if parent is None:
                return
            seen.add(above)
            yield above
            above = parent
