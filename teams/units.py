"""Every unit of the tree with its past, read once for a page of figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from members.lists.units import bare
from members.models import Unit, UnitSuccession
from teams.communes import Communes

Span = tuple[dt.date | None, dt.date | None]
FIELDS = (
    *("pk", "name", "short_name", "folded_name", "parent_id"),
    *("valid_from", "valid_to", "kind__is_village"),
    *("successions__kind", "successions__new", "successions__date"),
    *("places__until", "places__parent"),
)


@dataclass(frozen=True)
class Village:
    """A village or residential group, with what it ever hung below."""

    pk: int
    name: str
    bare_name: str
    """Without accents and without the word for its kind."""
    span: Span
    parent: int | None
    places: dict[dt.date, int | None]

    def parent_on(self, day: dt.date) -> int | None:
        return _place_on(self.places, day, self.parent)


@dataclass
class Units:
    """All of it from one query; a row without its kind, code and address."""

    by_pk: dict[int, Unit] = field(default_factory=dict)
    villages: list[Village] = field(default_factory=list)
    places: dict[int, dict[dt.date, int | None]] = field(default_factory=dict)
    heirs: dict[int, tuple[dt.date, int | None]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Units:
        found = cls()
        rows = Unit.objects.order_by("folded_name", "pk").values_list(*FIELDS)
        for *own, is_village, kind, new, since, until, place in rows:
            pk, name, short_name, folded, parent, first, last = own
            if pk not in found.by_pk:
                found.by_pk[pk] = Unit(
                    pk=pk,
                    name=name,
                    short_name=short_name,
                    folded_name=folded,
                    parent_id=parent,
                    valid_from=first,
                    valid_to=last,
                )
                places = found.places[pk] = {}
                if is_village:
                    span = first, last
                    found.villages.append(
                        Village(pk, name, bare(name), span, parent, places)
                    )
            if until:
                found.places[pk][until] = place
            if kind and kind != UnitSuccession.Kind.SPLIT:
                found.heirs[pk] = since, new if new is not None else parent
        return found

    def communes(self, on: dt.date | None = None) -> Communes:
        """As `Communes.read`: today's tree, or that of a day."""
        parents = {pk: unit.parent_id for pk, unit in self.by_pk.items()}
        if on is not None:
            parents = {
                pk: _place_on(self.places[pk], on, parent)
                for pk, parent in parents.items()
            }
        heirs = {
            pk: heir
            for pk, (since, heir) in self.heirs.items()
            if on is None or since <= on
        }
        names = {pk: unit.folded_name for pk, unit in self.by_pk.items()}
        return Communes(parents, names, heirs)


def _place_on(places: dict[dt.date, int | None], day: dt.date, now: int | None):
    """The first place whose last day is not before that day, else today's."""
    later = [until for until in places if until >= day]
    return places[min(later)] if later else now
