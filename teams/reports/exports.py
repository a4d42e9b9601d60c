"""The figures of a month: a line for each team, a column for each indicator."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from members.models import Unit
from teams import months
from teams.communes import Communes
from teams.models import DigitalTeam, Indicator, Report

WIDTHS = {1: 24, 2: 40, 3: 12, 4: 14, 5: 10}


def table(
    month: dt.date, teams: QuerySet[DigitalTeam], *, accepted_only: bool = False
) -> list[list[Any]]:
    """The head and a line for each team, those without a report included.

    Units of measure stand in the head, and there is no line of sums: turns, people and
    households are never added up. Five queries, however many teams.
    """
    indicators = list(Indicator.objects.asked_in(month))
    reports = _reports(month, teams, accepted_only=accepted_only)
    communes = Communes.read()
    names = dict(Unit.objects.filter(pk__in=communes.parents).values_list("pk", "name"))
    head = [
        _("Commune"),
        _("Team"),
        _("Month"),
        _("State"),
        _("In time"),
        *(_title(one) for one in indicators),
    ]
    rows = teams.select_related("unit").order_by(
        "unit__folded_name", "level", "name_folded", "id"
    )
    return [
        head,
        *(
            [
                names[communes.of(team.unit_id)],
                team.name,
                months.text(month),
                *_facts(reports.get(team.pk)),
                *_figures(reports.get(team.pk), indicators),
            ]
            for team in rows
        ),
    ]


def _reports(
    month: dt.date, teams: QuerySet[DigitalTeam], *, accepted_only: bool
) -> dict[int, Report]:
    rows = Report.objects.of_month(month).filter(team__in=teams.order_by().values("pk"))
    if accepted_only:
        rows = rows.accepted()
    return {one.team_id: one for one in rows.prefetch_related("values")}


def _title(one: Indicator) -> str:
    return f"{one.code} {one.name} ({one.get_measure_display()})"


def _facts(report: Report | None) -> list[str]:
    if report is None:
        return [_("Missing"), ""]
    in_time = report.was_in_time()
    said = "" if in_time is None else (_("Yes") if in_time else _("No"))
    return [report.get_state_display(), said]


def _figures(report: Report | None, indicators: list[Indicator]) -> list[Any]:
    """Numbers stay numbers; a draft is its team's own and shows nothing."""
    if report is None or report.state == Report.State.DRAFT:
        return [""] * len(indicators)
    held = {row.indicator_id: row.value for row in report.values.all()}
    return [_cell(held.get(one.pk, "")) for one in indicators]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value
