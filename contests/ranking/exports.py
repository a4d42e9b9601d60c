"""A ranking run as a table for Excel: everything side by side, sheet by sheet."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from content import tables as papers
from contests.models import RankingRun
from contests.ranking import runs
from contests.ranking.tables import tables_of

WIDTHS = {1: 22, 2: 8, 3: 14, 4: 44, 5: 10, 6: 12, 7: 10, 8: 8, 9: 8, 10: 8, 11: 24}


def table(run: RankingRun) -> list[list[Any]]:
    """The head and a line for each work, by division and place."""
    head = [
        _("Division"),
        _("Place"),
        _("Receipt code"),
        _("Title of the work"),
        _("Mean"),
        _("Calibrated"),
        _("Spread"),
        _("Scored"),
        _("Assigned"),
        _("Aside"),
        _("Prize"),
        _("Votes"),
        _("With the vote"),
    ]
    found = tables_of(runs.outcome(run), run.round)
    return [head] + [
        [
            table.division.name,
            one.row.place,
            one.entry.code,
            one.entry.title,
            None if one.row.mean is None else round(float(Fraction(one.row.mean)), 4),
            one.row.calibrated,
            one.row.spread_points,
            one.row.judges,
            one.row.assigned,
            one.row.aside,
            one.entry.award.title if hasattr(one.entry, "award") else "",
            one.row.votes,
            one.row.together and round(one.row.together, 4),
        ]
        for table in found
        for one in table.standings
    ]


def as_xlsx(run: RankingRun) -> bytes:
    return papers.as_xlsx(table(run), title=run.round.name, widths=WIDTHS)
