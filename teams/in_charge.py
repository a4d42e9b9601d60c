"""Who is to act about a unit: its secretary, or the nearest one above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from members.models import Assignment, Role
from teams.communes import Communes


@dataclass(frozen=True)
class InCharge:
    """The secretaries of every unit, read once for a page."""

    communes: Communes
    names: dict[int, list[str]]

    @classmethod
    def read(cls, communes: Communes, on: dt.date) -> InCharge:
        held = Assignment.objects.current(on).filter(
            role=Role.UNIT_SECRETARY, user__is_active=True
        )
        names: dict[int, list[str]] = {}
        for one in held.select_related("user__person").order_by("pk"):
            names.setdefault(one.unit_id, []).append(one.user.display_name)
        return cls(communes, names)

    def of(self, unit: int) -> list[str]:
        """The names; none where neither the unit nor anything above has a secretary."""
        found = (self.names.get(above) for above in self.communes.upwards(unit))
        return next((names for names in found if names), [])
