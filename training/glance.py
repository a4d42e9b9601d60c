"""How a session stands, on one look: places, line, units, rooms."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from content import charts
from content.charts import Chart, Point
from training import points
from training.models import Registration, RemotePoint, TrainingSession, UnitQuota

State = Registration.State
MOST_UNITS = 10


@dataclass(frozen=True)
class UnitLine:
    unit: str
    confirmed: int
    offered: int
    waiting: int
    pending: int

    @property
    def live(self) -> int:
        return self.confirmed + self.offered + self.waiting + self.pending


@dataclass(frozen=True)
class Glance:
    """`places` draws what is given of what there is, `by_unit` the units' shares."""

    places: Chart
    by_unit: Chart | None
    units: list[UnitLine]
    others: int
    """Units beyond those that are drawn; the table names every one."""
    pending: int
    quotas: list[UnitQuota]
    rooms: list[RemotePoint]


def of(session: TrainingSession) -> Glance:
    """Three queries, however many people signed up."""
    units = _units(session)
    pending = sum(line.pending for line in units)
    taken = session.confirmed + session.offered
    shown = [
        Point(_("Confirmed"), session.confirmed, max(session.capacity, taken)),
        Point(_("A place is offered"), session.offered),
        Point(_("On the waiting list"), session.line_length),
        Point(_("Waiting for approval"), pending),
    ]
    drawn = [line for line in units if line.live][:MOST_UNITS]
    quotas = list(session.quotas.select_related("unit")) if session.has_quotas else []
    return Glance(
        places=charts.rows(shown),
        by_unit=charts.rows(
            [Point(line.unit, line.confirmed, line.live) for line in drawn]
        )
        if drawn
        else None,
        units=units,
        others=len(units) - len(drawn),
        pending=pending,
        quotas=quotas,
        rooms=list(points.with_free(session)),
    )


def _units(session: TrainingSession) -> list[UnitLine]:
    """By the unit as it was called on that day, the largest first."""
    counts = {
        state.value: Count("pk", filter=Q(state=state)) for state in Registration.LIVE
    }
    rows = (
        Registration.objects.filter(session=session)
        .live()
        .order_by()
        .values("unit_name")
        .annotate(**{f"n_{name}": count for name, count in counts.items()})
    )
    lines = [
        UnitLine(
            unit=row["unit_name"] or _("Without a unit"),
            confirmed=row["n_confirmed"],
            offered=row["n_offered"],
            waiting=row["n_waiting"],
            pending=row["n_pending"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-line.confirmed, -line.live, line.unit))
