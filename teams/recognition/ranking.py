"""The rule that ranks the teams of a month; docs/teams.md states it for everybody.

Turns, people and households are never added up, so the rule compares and counts
places. Among the teams of one level, for each figure that is counted, a team gets a
point for every other team with a smaller one; villages by 100 households, because a
small village with half as many people helped has done more than a large one. The
points are the share of all that could be had, in whole hundredths. Only reports that
were in time and have been accepted take part.

The same reports give the same ranking whenever it is asked for.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from teams.models import DigitalTeam, Indicator, Recognition, Report
from teams.months import shifted

REST = 6
"""Months for which a team that was chosen leaves the place to others."""
Level = DigitalTeam.Level


class LeftOut(TextChoices):
    """Why a team with an accepted report is not in the ranking."""

    LATE = "late", _("The report came late.")
    NO_HOUSEHOLDS = "no_households", _("The number of households is not known.")
    RECENT = "recent", _("Chosen within the last six months.")


@dataclass(frozen=True)
class Place:
    """A team in the ranking; `shared`: others have the same points and the same place.

    `best_in` are the indicators in which no team of its level has a higher figure.
    """

    number: int
    shared: bool
    points: int
    report: Report
    best_in: tuple[Indicator, ...]

    @property
    def team(self) -> DigitalTeam:
        return self.report.team


@dataclass(frozen=True)
class Ranking:
    month: dt.date
    places: list[Place]
    left_out: list[tuple[Report, LeftOut]]

    def place_of(self, team: DigitalTeam) -> Place | None:
        return next((one for one in self.places if one.team.pk == team.pk), None)


def rank(month: dt.date) -> Ranking:
    """The ranking of a month; four queries, however many teams."""
    indicators = list(
        Indicator.objects.asked_in(month).numbers().filter(is_level=False)
    )
    reports = (
        Report.objects.accepted()
        .of_month(month)
        .select_related("team__unit")
        .prefetch_related("values")
        .order_by("team__name_folded", "team_id")
    )
    recent = _recent(month)
    taking_part: list[Report] = []
    left_out: list[tuple[Report, LeftOut]] = []
    for report in reports:
        reason = _why_left_out(report, recent)
        if reason:
            left_out.append((report, reason))
        else:
            taking_part.append(report)
    found: list[tuple[int, Report, tuple[Indicator, ...]]] = []
    for level in Level:
        rivals = [one for one in taking_part if one.team.level == level]
        found += _points(rivals, indicators)
    # Equal points: by name, and the place says that it is shared.
    found.sort(key=lambda one: (-one[0], one[1].team.name_folded, one[1].team_id))
    return Ranking(month, _placed(found), left_out)


def _recent(month: dt.date) -> set[int]:
    """The teams chosen in the months before; the month itself does not count."""
    rows = Recognition.objects.filter(month__gte=shifted(month, -REST), month__lt=month)
    return set(rows.values_list("team", flat=True))


def _why_left_out(report: Report, recent: set[int]) -> LeftOut | None:
    if not report.was_in_time():
        return LeftOut.LATE
    if report.team.level == Level.VILLAGE and not report.team.households:
        return LeftOut.NO_HOUSEHOLDS
    return LeftOut.RECENT if report.team_id in recent else None


def _points(
    rivals: Sequence[Report], indicators: Sequence[Indicator]
) -> list[tuple[int, Report, tuple[Indicator, ...]]]:
    beaten = dict.fromkeys(rivals, 0)
    best: dict[Report, list[Indicator]] = {report: [] for report in rivals}
    for one in indicators:
        figures = {report: _figure(report, one) for report in rivals}
        in_order = sorted(figures.values())
        for report, figure in figures.items():
            beaten[report] += bisect_left(in_order, figure)
            if figure and figure == in_order[-1]:
                best[report].append(one)
    most = len(indicators) * (len(rivals) - 1)
    return [
        (100 * number // most if most else 0, report, tuple(best[report]))
        for report, number in beaten.items()
    ]


def _figure(report: Report, one: Indicator) -> Fraction:
    """What the team did, by 100 households in a village; nothing said is nought."""
    said = {row.indicator_id: row.number for row in report.values.all()}
    number = said.get(one.pk) or 0
    if report.team.level == Level.VILLAGE:
        return Fraction(100 * number, report.team.households)
    return Fraction(number)


def _placed(
    found: Sequence[tuple[int, Report, tuple[Indicator, ...]]],
) -> list[Place]:
    """Equal points share a place, and the next one is left free: 1, 2, 2, 4."""
    points = [one[0] for one in found]
    return [
        Place(
            number=points.index(own) + 1,
            shared=points.count(own) > 1,
            points=own,
            report=report,
            best_in=best_in,
        )
        for own, report, best_in in found
    ]
