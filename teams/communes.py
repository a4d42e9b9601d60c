"""Which commune a unit belongs to: the unit right below the root above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from members.models import Unit, UnitPlace, UnitSuccession
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


def places_on(
    model: type[Model], on: dt.date, row: str, place: str
) -> dict[int, int | None]:
    """Where rows were on that day, for those that have moved since, in one query.

    The first place whose last day is not before that day; who is missing here has
    been where it is today.
    """
    later = model.objects.filter(until__gte=on).order_by(row, "-until")
    return dict(later.values_list(row, place))


@dataclass(frozen=True)
class Communes:
    """The unit tree, read once for a page: who stands below whom.

    A tree of 2,500 units takes one query and a few milliseconds; a recursive query
    for each question would take as long each time.
    """

    parents: dict[int, int | None]
    names: dict[int, str]
    heirs: dict[int, int | None] = field(default_factory=dict)
    """What became of a closed unit, where it became one other unit."""

    @classmethod
    def read(cls, on: dt.date | None = None) -> Communes:
        """The tree of today, or as it was on that day.

        Today's leads from a unit that is no more to the one that followed it, so
        what was counted for two communes before a merger counts for the one after.
        The tree of a day knows nothing of what came later: each figure stands where
        it stood. Both count everything once, so the totals are the same.
        """
        rows = Unit.objects.order_by().values_list(
            *("pk", "parent_id", "folded_name"),
            *("successions__kind", "successions__new", "successions__date"),
        )
        parents, names, heirs = {}, {}, {}
        for pk, parent, name, kind, new, since in rows:
            parents[pk], names[pk] = parent, name
            # Of a split nobody can tell which part a row belongs to: it stays where
            # it is until staff place it.
            followed = kind and kind != UnitSuccession.Kind.SPLIT
            if followed and (on is None or since <= on):
                # Who was dissolved is followed by the unit above.
                heirs[pk] = new if new is not None else parent
        if on is not None:
            parents |= places_on(UnitPlace, on, "unit_id", "parent_id")
        return cls(parents, names, heirs)

    def of(self, unit_id: int) -> int:
        """The id of the commune above a unit; a root stands for itself."""
        *_below, top = self._upwards(self.successor(unit_id))
        return self.successor(top)

    def successor(self, unit_id: int) -> int:
        """The unit itself, or the one that stands in its place by now."""
        seen = {unit_id}
        while (heir := self.heirs.get(unit_id)) is not None and heir not in seen:
            seen.add(heir)
            unit_id = heir
        return unit_id

    def upwards(self, unit_id: int) -> Iterator[int]:
        """The unit that stands in its place by now and those above, root included."""
        seen: set[int] = set()
        above: int | None = self.successor(unit_id)
        while above is not None and above not in seen:
            yield above
            seen.add(above)
            above = self.parents[above]

    def below(self, commune: int) -> list[int]:
        """Every unit whose commune this is, and the commune itself."""
        return [unit for unit in self.parents if self.of(unit) == commune]

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
