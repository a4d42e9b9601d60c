"""What the teams reported, added up for a province or a commune.

Of the whole province `kept_months` keeps the sums of each month while they are true.

Only accepted reports count. A team's reports stand where the team stands today, so a
commune that took in another one has the figures of both, and the total stays the same.
What is added up to what: `teams.sums` alone decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from content import charts
from content.templatetags.vietnamese import group_digits
from teams import months, sums
from teams.communes import Communes
from teams.figures import kept_months
from teams.models import Indicator, Report, ReportValue

Measure = Indicator.Measure
MOST_MONTHS = 36
LENGTHS = (1, 3, 12, MOST_MONTHS)
USUAL = 12
MOST_COLUMNS = 12


@dataclass(frozen=True)
class Period:
    """Whole months, the first and the last included."""

    first: dt.date
    last: dt.date

    @classmethod
    def back(cls, number: int, now: dt.datetime) -> Period:
        """That many months up to the last one that is over."""
        last = months.shifted(months.month_of(now), -1)
        return cls(months.shifted(last, 1 - number), last)

    def __str__(self) -> str:
        if self.first == self.last:
            return months.text(self.last)
        return f"{months.text(self.first)}–{months.text(self.last)}"

    @property
    def length(self) -> int:
        return len(months.months(self.first, self.last))


@dataclass(frozen=True)
class Total:
    """One indicator over a period; `said` are the reports that told of it."""

    indicator: Indicator
    total: int
    said: int
    yes: int = 0
    month: dt.date | None = None
    """Whose state it is, for what is never added up over months."""

    @property
    def text(self) -> str:
        if self.indicator.measure == Measure.YES_NO:
            return f"{group_digits(self.yes)}/{group_digits(self.said)}"
        return group_digits(self.total)

    @property
    def words(self) -> str:
        """With what is counted: "1.234 lượt"; "34/80 tổ" for yes or no.

        What is counted in pieces has its name beside it: "hồ sơ", "buổi".
        """
        if self.indicator.measure == Measure.YES_NO:
            return _("%(number)s teams") % {"number": self.text}
        if self.indicator.measure == Measure.COUNT:
            return self.text
        return f"{self.text} {self.indicator.get_measure_display()}"


Monthly = tuple[dt.date, Total | None]


@dataclass(frozen=True)
class Reported:
    """How many reports the figures rest on."""

    reports: int
    teams: int


def shown() -> list[Indicator]:
    """What figures can be made of: no text of anybody's own."""
    return list(Indicator.objects.exclude(measure=Measure.TEXT))


def within(values: QuerySet, period: Period, units: Collection[int] | None) -> QuerySet:
    """The figures of a period, of teams in these units (None: everywhere)."""
    values = values.filter(report__month__range=(period.first, period.last))
    return values if units is None else values.filter(report__team__unit__in=units)


class Told:
    """What was told in a period, by indicator and month.

    Of units one query. Of the province three at most, for the longest period: its
    months are kept, so the line of one indicator over all of them asks no more.
    """

    def __init__(self, period: Period, units: Collection[int] | None = None) -> None:
        self.period, self.units = period, units
        self._indicators = {one.pk: one for one in shown()}
        self._rows = self._by_indicator(self._read())

    def totals(self) -> list[Total]:
        """A sum for each indicator that anybody told of, in their order."""
        return [
            _over(one, rows)
            for pk, one in self._indicators.items()
            if (rows := self._within(self._rows[pk], self.period))
        ]

    def series(self, indicator: Indicator, period: Period) -> list[Monthly]:
        """The indicator month by month; None where nobody told of it.

        Another query where the period is longer than what was read.
        """
        rows = self._rows[indicator.pk]
        if period.first < self._read_from or period.last > self.period.last:
            values = ReportValue.objects.counted().filter(indicator=indicator)
            rows = sums.by_month(within(values, period, self.units))
        found = {row["report__month"]: _over(indicator, [row]) for row in rows}
        every = months.months(period.first, period.last)
        return [(month, found.get(month)) for month in every]

    def _read(self) -> Iterable[dict]:
        if self.units is None:
            return kept_months.by_month(self._read_from, self.period.last)
        told = ReportValue.objects.counted()
        return sums.by_month(within(told, self.period, self.units))

    @property
    def _read_from(self) -> dt.date:
        if self.units is not None:
            return self.period.first
        return months.shifted(self.period.last, 1 - MOST_MONTHS)

    def _by_indicator(self, rows: Iterable[dict]) -> dict[int, list[dict]]:
        found: dict[int, list[dict]] = {pk: [] for pk in self._indicators}
        for row in rows:
            if row["indicator"] in found:
                found[row["indicator"]].append(row)
        return found

    @staticmethod
    def _within(rows: Sequence[dict], period: Period) -> list[dict]:
        return [row for row in rows if row["report__month"] >= period.first]

    def each_month(self) -> Iterator[tuple[dt.date, Total]]:
        """Every indicator month by month, for a file."""
        for month in months.months(self.period.first, self.period.last):
            for pk, one in self._indicators.items():
                rows = self._rows[pk]
                if found := [row for row in rows if row["report__month"] == month]:
                    yield month, _over(one, found)


def by_commune(
    indicator: Indicator, period: Period, communes: Communes
) -> dict[int, Total]:
    """The indicator by the commune that a team stands in today; one query.

    Of a state give the period of the one month that is shown.
    """
    values = ReportValue.objects.counted().filter(indicator=indicator)
    values = within(values, period, None)
    add_up = sums.by_month if is_state(indicator) else sums.over_months
    groups: dict[int, list[dict]] = {}
    for row in add_up(values, "report__team__unit"):
        commune = communes.of(row["report__team__unit"])
        groups.setdefault(commune, []).append(row)
    return {commune: _over(indicator, rows) for commune, rows in groups.items()}


def is_state(indicator: Indicator) -> bool:
    """Tells how things are, not what was done: never added up over months."""
    return indicator.is_level or indicator.measure == Measure.YES_NO


def reported(period: Period, units: Collection[int] | None = None) -> Reported:
    """What the figures rest on; one query."""
    reports = Report.objects.accepted().filter(month__range=(period.first, period.last))
    if units is not None:
        reports = reports.filter(team__unit__in=units)
    # Counted by team: to sort them for COUNT (DISTINCT) takes three times as long.
    teams = reports.order_by().values_list("team").annotate(number=Count("*"))
    numbers = [number for _team, number in teams]
    return Reported(reports=sum(numbers), teams=len(numbers))


def chart(rows: Sequence[Monthly]) -> charts.Chart:
    """The months as columns, many as a line; of whom nobody told stays a gap."""
    points = [
        charts.Point(months.text(month), value_of(found) if found else None)
        for month, found in rows
    ]
    draw = charts.columns if len(points) <= MOST_COLUMNS else charts.line
    return draw(points)


def value_of(found: Total) -> int:
    """The bare number: teams that say yes, or the total."""
    is_yes_no = found.indicator.measure == Measure.YES_NO
    return found.yes if is_yes_no else found.total


def _over(indicator: Indicator, rows: Sequence[dict]) -> Total:
    """Rows of several months or units as one; of a state the last month alone."""
    last = None
    if is_state(indicator):
        last = max(row["report__month"] for row in rows)
        rows = [row for row in rows if row["report__month"] == last]
    amounts = [sums.Amount(row["total"] or 0, indicator) for row in rows]
    return Total(
        indicator,
        sums.total(amounts).number,
        sum(row["said"] for row in rows),
        sum(row["yes_count"] for row in rows),
        last,
    )


def measure_of(indicator: Indicator) -> str:
    """The head of a column: what is counted."""
    if indicator.measure == Measure.YES_NO:
        return pgettext("unit of measure", "teams that say yes")
    return indicator.get_measure_display()
