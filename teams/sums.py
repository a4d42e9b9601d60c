"""The one place where figures of reports are added up.

Turns, people and households are different things: ten turns may be one person, and a
household is several. So a sum always belongs to one indicator and never runs across
two, be they of one unit of measure or not. A figure that tells of a state at the end
of a month (`Indicator.is_level`) is added up over teams, never over months.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from teams.models import Indicator, ReportValue

Measure = Indicator.Measure


class MixedUnits(ValueError):
    """Somebody tried to add turns to people, or one indicator to another."""


@dataclass(frozen=True)
class Amount:
    """A number with what it counts; `+` refuses to add another thing."""

    number: int
    indicator: Indicator

    def __add__(self, other: Amount) -> Amount:
        if other.indicator != self.indicator:
            raise MixedUnits(
                f"{self.indicator.code} ({self.indicator.measure}) + "
                f"{other.indicator.code} ({other.indicator.measure})"
            )
        return Amount(self.number + other.number, self.indicator)


def total(amounts: Iterable[Amount]) -> Amount:
    """The sum of amounts of one indicator. Raises MixedUnits, ValueError for none."""
    first, *others = amounts
    for other in others:
        first += other
    return first


def by_month(values: QuerySet[ReportValue], *also: str) -> QuerySet:
    """Rows with `indicator`, `report__month`, `also`, and `total`, `said`, `yes_count`.

    `also` are further columns to group by, such as "report__unit". `said` is how many
    reports have that line. Text has no sum.
    """
    return _summed(values, "report__month", *also)


def over_months(values: QuerySet[ReportValue], *also: str) -> QuerySet:
    """As `by_month` over all months of `values`, without what tells of a state."""
    flows = values.filter(indicator__is_level=False)
    return _summed(flows.exclude(indicator__measure=Measure.YES_NO), *also)


def _summed(values: QuerySet[ReportValue], *by: str) -> QuerySet:
    # A row of text has neither a number nor a yes; asking its indicator would cost
    # as much as adding up.
    rows = values.filter(Q(number__isnull=False) | Q(yes__isnull=False)).order_by()
    return rows.values("indicator", *by).annotate(
        total=Sum("number"),
        said=Count("*"),
        yes_count=Count("yes", filter=Q(yes=True)),
    )
